"""How the facts of reasons are named for people: who, which phone, which number, when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from routing.company import (
    AnnouncementExtension,
    Box,
    Device,
    ExceptionalPeriod,
    Handling,
    Language,
    Queue,
    Rule,
    SharedLine,
    User,
)
from routing.compiled import Company
from routing.lint_sentences import Sentence
from routing.reason_sentences import WORDS
from routing.steps import PromptRef

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip
_DEVICES = {
    "sip": Sentence("Le téléphone", "The phone"),
    "softphone": Sentence("L'application", "The application"),
    "teams": Sentence("Teams", "Teams"),
    "door_phone": Sentence("Le portier", "The door phone"),
    "conference": Sentence("L'appareil de conférence", "The conference unit"),
    "paging": Sentence("La sonorisation", "The paging device"),
    "other": Sentence("L'appareil", "The device"),
}
_BUILTIN = {
    "closed": Sentence("l'annonce « fermé »", "the announcement “closed”"),
    "unavailable": Sentence(
        "l'annonce « personne n'est disponible »", "the announcement “nobody is available”"
    ),
    "busy": Sentence("l'annonce « occupé »", "the announcement “busy”"),
    "not_in_service": Sentence("l'annonce « pas en service »", "the announcement “not in service”"),
    "invalid_extension": Sentence("l'annonce « poste non valide »", "the announcement “invalid extension”"),
    "operator_menu": Sentence("le menu de la messagerie", "the voicemail menu"),
    "position_next": Sentence("« vous êtes le prochain »", "“you are next in line”"),
    "position_before": Sentence("le rang dans la file", "the position in the queue"),
    "wait_before": Sentence("l'attente estimée, en minutes", "the expected wait, in minutes"),
    "wait_after": Sentence("« minutes »", "“minutes”"),
    "position_after": Sentence("« en attente »", "“waiting”"),
    "goodbye": Sentence("l'annonce « au revoir »", "the announcement “goodbye”"),
    "something_wrong": Sentence(
        "l'annonce « une erreur est survenue »", "the announcement “something went wrong”"
    ),
    "dnd_on": Sentence("l'annonce « ne pas déranger est activé »", "the announcement “do not disturb is on”"),
    "dnd_off": Sentence(
        "l'annonce « ne pas déranger est désactivé »", "the announcement “do not disturb is off”"
    ),
    "forward_on": Sentence("l'annonce « le renvoi est activé »", "the announcement “forwarding is on”"),
    "forward_off": Sentence("l'annonce « le renvoi est désactivé »", "the announcement “forwarding is off”"),
    "busy_forward_on": Sentence(
        "l'annonce « le renvoi sur occupation est activé »", "the announcement “forwarding when busy is on”"
    ),
    "busy_forward_off": Sentence(
        "l'annonce « le renvoi sur occupation est désactivé »",
        "the announcement “forwarding when busy is off”",
    ),
    "unanswered_forward_on": Sentence(
        "l'annonce « le renvoi sur non-réponse est activé »",
        "the announcement “forwarding when unanswered is on”",
    ),
    "unanswered_forward_off": Sentence(
        "l'annonce « le renvoi sur non-réponse est désactivé »",
        "the announcement “forwarding when unanswered is off”",
    ),
    "night_on": Sentence("l'annonce « activé »", "the announcement “activated”"),
    "night_off": Sentence("l'annonce « désactivé »", "the announcement “de-activated”"),
    "forward_to": Sentence("la demande du numéro de renvoi", "the request for the number to forward to"),
    "recording_paused": Sentence(
        "l'annonce « l'enregistrement est suspendu »", "the announcement “the recording is paused”"
    ),
    "recording_resumed": Sentence(
        "l'annonce « l'enregistrement reprend »", "the announcement “the recording goes on”"
    ),
    "recording_as_it_was": Sentence(
        "l'annonce « l'enregistrement n'a pas changé »", "the announcement “the recording is as it was”"
    ),
    "confirm_call": Sentence("la demande de faire le 1", "the request to press 1"),
}
_KINDS = {
    "q": Sentence("la file {name}", "the queue {name}"),
    "l": Sentence("la ligne partagée {name}", "the shared line {name}"),
    "b": Sentence("la boîte {name}", "the box {name}"),
    "p": Sentence("l'annonce {name}", "the announcement {name}"),
}


class Names:
    """Names of one company's people and things in one language."""

    def __init__(self, company: Company, language: Language) -> None:
        self._company, self._document, self._language = company, company.document, language
        self._facts: Mapping[str, Callable[[str], str]] = {
            "user": self.user, "member": self.user, "number": self.number, "target": self.target, "caller": self.outside,
            "outside": self.outside, "queue": lambda key: self._thing("q", key), "line": lambda key: self._thing("l", key),
            "extension": self.extension, "box": self.box, "time": self.time,
        }  # fmt: skip

    def say(self, sentence: Sentence) -> str:
        """The sentence in this language."""
        return sentence.fr if self._language == "fr" else sentence.en

    def facts(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Every fact of a reason as people know it."""
        return {name: self._fact(facts, name, value) for name, value in facts.items()}

    def _fact(self, facts: Mapping[str, str], name: str, value: str) -> str:
        if name in self._facts:
            return self._facts[name](value)
        if name == "device":
            return self.device(facts.get("user", ""), value)
        if name == "rule":
            return self.rule(facts.get("target", ""), value)
        if name in ("period", "by"):
            return self.period(facts.get("target", ""), value)
        if name == "because":
            return self._word("rule" if "rule" in facts else "member", value)
        return self._word(name, value)

    def _word(self, group: str, value: str) -> str:
        word = WORDS.get(group, {}).get(value)
        return value if word is None else self.say(word)

    def user(self, extension: str) -> str:
        """`Claire Gagnon (1001)`; a device that is nobody's by its own name."""
        user = self._document.users.get(extension)
        site = self._document.site_devices.get(extension)
        name = user.name if user is not None else site.name if site is not None else ""
        return f"{name} ({extension})" if name else extension

    def device(self, extension: str, key: str) -> str:
        """`Le téléphone « Bureau » (1001a)`."""
        user = self._document.users.get(extension)
        device = user.devices.get(key) if user is not None else None
        site = self._document.site_devices.get(key)
        found: Device | None = device or (site.device if site is not None else None)
        if found is None:
            return key
        label = f"{self._quoted(found.label)} " if found.label else ""
        return f"{self.say(_DEVICES[found.kind])} {label}({key})"

    def number(self, key: str) -> str:
        """`+15145550100 (N-MAIN)`, with its label when it has one."""
        number = self._document.numbers.get(key)
        return f"{number.number} ({number.label or key})" if number is not None else key

    def outside(self, number: str) -> str:
        """A number, with its name when it is a contact's; withheld ones are said to be."""
        if not number:
            return self.say(Sentence("un numéro masqué", "a withheld number"))
        known = next((c.name for c in self._document.contacts.values() if c.number == number), "")
        return f"{number} ({known})" if known else number

    def extension(self, extension: str) -> str:
        """Whatever answers to an extension."""
        found = self._company.extensions.get(extension)
        kinds = {
            "user": "u",
            "site_device": "u",
            "queue": "q",
            "shared_line": "l",
            "box": "b",
            "announcement": "p",
        }
        return self.target(f"{kinds[found.kind]}.{found.id}") if found is not None else extension

    def box(self, extension: str) -> str:
        """`la boîte 8100 (Boîte générale)`."""
        return self._thing("b", extension)

    def target(self, target: str) -> str:
        """What a call reached: `<kind>.<id>`."""
        kind, _, key = target.partition(".")
        if kind == "n":
            return self.number(key)
        return self._thing(kind, key) if kind in _KINDS else self.user(key)

    def _thing(self, kind: str, key: str) -> str:
        tables: Mapping[str, Mapping[str, Queue | SharedLine | Box | AnnouncementExtension]] = {
            "q": self._document.queues, "l": self._document.shared_lines, "b": self._document.boxes,
            "p": self._document.announcements,
        }  # fmt: skip
        known = tables[kind].get(key)
        name = known.name if known is not None else ""
        if kind == "b" and not name and key in self._document.users:
            name = self._document.users[key].name
        return self.say(_KINDS[kind]).format(name=f"{key} ({name})" if name else key)

    def rule(self, target: str, key: str) -> str:
        """`« Pause-dîner » (CR4)`."""
        return self._named(next((rule.name for rule in self._rules(target) if rule.id == key), ""), key)

    def period(self, target: str, key: str) -> str:
        """`« Noël » (EX-NOEL)`."""
        period = self._periods(target).get(key)
        return self._named(period.name if period is not None else "", key)

    def prompts(self, prompts: Iterable[PromptRef]) -> str:
        """What is heard, each once: the company's messages by their ids, our own by what they say."""
        return ", ".join(dict.fromkeys(self._prompt(prompt) for prompt in prompts))

    def _prompt(self, prompt: PromptRef) -> str:
        if not prompt.company and prompt.name in _BUILTIN:
            return self.say(_BUILTIN[prompt.name])
        date_said = f" ({prompt.date})" if prompt.date else ""
        return (
            self.say(Sentence("le message {name}", "the message {name}")).format(
                name=self._quoted(prompt.name)
            )
            + date_said
        )

    def keys(self, keys: str) -> str:
        """`0, 1 or *`; a row of digits as one, `0 to 9`."""
        if len(keys) > 4 and keys.isdigit():
            return self.say(Sentence("{first} à {last}", "{first} to {last}")).format(
                first=keys[0], last=keys[-1]
            )
        most, last = keys[:-1], keys[-1:]
        return f"{', '.join(most)} {self.say(Sentence('ou', 'or'))} {last}" if most else last

    def branch(self, target: str, state: str, key: str) -> str:
        """The rule or the period of a spell of a calendar."""
        return self.rule(target, key) if state == "rule" else self.period(target, key)

    def weekday(self, day: date) -> str:
        """Three letters, `mar` or `Tue`."""
        return _DAYS[self._language][day.weekday()][:3]

    def _rules(self, target: str) -> tuple[Rule, ...]:
        owner = self._owner(target)
        return owner.rules if isinstance(owner, Handling | User) else ()

    def _periods(self, target: str) -> Mapping[str, ExceptionalPeriod]:
        owner = self._owner(target)
        return owner.exceptions if owner is not None else {}

    def _owner(self, target: str) -> Handling | User | Queue | None:
        kind, _, key = target.partition(".")
        if kind == "u":
            return self._document.users.get(key)
        if kind == "q":
            return self._document.queues.get(key)
        number = self._document.numbers.get(key)
        return self._document.handlings.get(number.handling) if number is not None else None

    def _named(self, name: str, key: str) -> str:
        return f"{self._quoted(name)} ({key})" if name else self._quoted(key)

    def _quoted(self, name: str) -> str:
        return f"« {name} »" if self._language == "fr" else f"“{name}”"

    def time(self, text: str) -> str:
        """An instant where the object is; its distance from UTC where that is not the account's."""
        moment = datetime.fromisoformat(text)
        account = moment.astimezone(self._company.zone())
        zone = "" if account.utcoffset() == moment.utcoffset() else f", UTC{moment.isoformat()[-6:]}"
        day, month = _DAYS[self._language][moment.weekday()], _MONTHS[self._language][moment.month - 1]
        if self._language == "fr":
            return f"{day} {moment.day} {month} {moment.year} à {moment:%H} h {moment:%M}{zone}"
        return f"{day} {moment.day} {month} {moment.year} at {moment:%H:%M}{zone}"
