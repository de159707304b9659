"""Everything a document names must exist in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from routing.company import (
    Announce,
    CompanyDocument,
    Greeting,
    Handling,
    Queue,
    Ring,
    ToContact,
    ToExtension,
    ToExternal,
    ToNumber,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
)
from routing.document_walk import Placed, each_level
from schemas.check_names import extension_holders
from schemas.problems import Found, Steps
from schemas.shape import meant

_WHAT = {
    "user": ("Le poste", "user"),
    "extension": ("Le numéro d'extension", "extension"),
    "prompt": ("Le message", "prompt"),
    "music": ("La musique", "music"),
    "number": ("Le numéro", "number"),
    "queue": ("La file", "queue"),
    "shared_line": ("La ligne partagée", "shared line"),
    "contact": ("Le contact", "contact"),
    "team": ("L'équipe", "team"),
    "site": ("Le site", "site"),
    "group": ("Le groupe", "group"),
    "handling": ("Le traitement", "handling"),
    "box": ("La boîte vocale", "voicemail box"),
    "capacity_profile": ("Le profil de capacité", "capacity profile"),
    "device": ("L'appareil ou le numéro externe", "device or external number"),
}


class References:
    """What exists, by kind of name."""

    def __init__(self, document: CompanyDocument) -> None:
        self._document = document
        self.known: dict[str, Collection[str]] = {
            "user": document.users,
            "prompt": document.prompts,
            "music": document.music,
            "number": document.numbers,
            "queue": document.queues,
            "shared_line": document.shared_lines,
            "contact": document.contacts,
            "team": document.teams,
            "site": document.sites,
            "group": document.groups,
            "handling": document.handlings,
            "capacity_profile": document.capacity_profiles,
            "extension": frozenset(extension for extension, _, _ in extension_holders(document)),
            "box": document.boxes.keys() | {e for e, user in document.users.items() if user.voicemail},
        }

    def check(self, placed: Iterable[Placed]) -> Iterator[Found]:
        """Every name that nothing has. `placed` are all actions of the document."""
        yield from self._objects()
        for extension, user in self._document.users.items():
            yield from self._user(user, ("users", extension))
        for key, handling in self._document.handlings.items():
            yield from self._handling(handling, ("handlings", key))
        for key, queue in self._document.queues.items():
            yield from self._queue(queue, ("queues", key))
        for one in placed:
            yield from self._action(one)

    def one(self, kind: str, value: str, steps: Steps) -> Iterator[Found]:
        """A name, empty or known; else what is wrong with it."""
        if value and value not in self.known[kind]:
            yield _unknown(kind, value, steps, self.known[kind])

    def every(self, kind: str, values: Iterable[str], steps: Steps) -> Iterator[Found]:
        """A list of names."""
        for place, value in enumerate(values):
            if value not in self.known[kind]:
                yield _unknown(kind, value, (*steps, place), self.known[kind])

    def _action(self, placed: Placed) -> Iterator[Found]:
        here = placed.steps
        match placed.action:
            case Ring(members=members, teams=teams):
                yield from self.every("user", members, (*here, "members"))
                yield from self.every("team", teams, (*here, "teams"))
            case Greeting(prompt=prompt) | Announce(prompt=prompt):
                yield from self.one("prompt", prompt, (*here, "prompt"))
            case Voicemail(box=box, greeting=greeting, menu_prompt=menu):
                yield from self.one("box", box, (*here, "box"))
                yield from self.one("prompt", greeting, (*here, "greeting"))
                yield from self.one("prompt", menu, (*here, "menu_prompt"))
            case ToExtension(extension=extension):
                yield from self.one("extension", extension, (*here, "extension"))
            case ToNumber(number=number):
                yield from self.one("number", number, (*here, "number"))
            case ToQueue(queue=queue):
                yield from self.one("queue", queue, (*here, "queue"))
            case ToSharedLine(shared_line=line):
                yield from self.one("shared_line", line, (*here, "shared_line"))
            case ToExternal(caller_id=caller_id):
                yield from self.one("number", caller_id, (*here, "caller_id"))
            case ToContact(contact=contact) if self._document.contacts:
                yield from self.one("contact", contact, (*here, "contact"))

    def _user(self, user: User, steps: Steps) -> Iterator[Found]:
        yield from self.one("site", user.site, (*steps, "site"))
        yield from self.one("group", user.group, (*steps, "group"))
        yield from self.one("music", user.hold_music, (*steps, "hold_music"))
        yield from self.one("prompt", user.spoken_name, (*steps, "spoken_name"))
        yield from self.every("number", user.data_access, (*steps, "data_access"))
        for profile in user.capacity:
            yield from self.one("capacity_profile", profile, (*steps, "capacity", profile))
        ringing = user.devices.keys() | user.external_numbers.keys()
        for name, answering in (("open", user.open), ("closed", user.closed)):
            order = answering.ring.order if answering is not None and answering.ring is not None else ()
            for place, key in enumerate(order):
                if key not in ringing:
                    yield _unknown("device", key, (*steps, name, "ring", "order", place), ringing)
        for number, rule in enumerate(user.rules):
            here = (*steps, "rules", number)
            yield from self.every("contact", rule.contacts, (*here, "contacts"))
            yield from self.every("number", rule.called, (*here, "called"))

    def _handling(self, handling: Handling, steps: Steps) -> Iterator[Found]:
        for number, rule in enumerate(handling.rules):
            here = (*steps, "rules", number)
            yield from self.every("contact", rule.contacts, (*here, "contacts"))
            yield from self.every("number", rule.called, (*here, "called"))

    def _queue(self, queue: Queue, steps: Steps) -> Iterator[Found]:
        yield from self.one("site", queue.site, (*steps, "site"))
        yield from self.one("group", queue.group, (*steps, "group"))
        yield from self.every("team", queue.teams, (*steps, "teams"))
        yield from self.every("user", queue.members, (*steps, "members"))
        yield from self.one("capacity_profile", queue.capacity, (*steps, "capacity"))
        yield from self.one("prompt", queue.spoken_name, (*steps, "spoken_name"))
        yield from self.one("prompt", queue.welcome, (*steps, "welcome"))
        yield from self.one("prompt", queue.periodic_prompt, (*steps, "periodic_prompt"))
        yield from self.one("music", queue.music, (*steps, "music"))

    def _objects(self) -> Iterator[Found]:
        document = self._document
        for field in ("monitoring_notice", "ended_prompt"):
            yield from self.one("prompt", getattr(document.account, field), ("account", field))
        for key, number in document.numbers.items():
            yield from self.one("handling", number.handling, ("numbers", key, "handling"))
            yield from self.one("extension", number.extension, ("numbers", key, "extension"))
            yield from self.one("user", number.owner, ("numbers", key, "owner"))
            yield from self.one("site", number.site, ("numbers", key, "site"))
            yield from self.one("group", number.group, ("numbers", key, "group"))
        for key, team in document.teams.items():
            yield from self.one("prompt", team.spoken_name, ("teams", key, "spoken_name"))
            yield from self.every("user", team.members, ("teams", key, "members"))
            yield from self.every("user", team.supervisors, ("teams", key, "supervisors"))
            yield from self.every("number", team.numbers, ("teams", key, "numbers"))
        for key, line in document.shared_lines.items():
            yield from self.one("prompt", line.spoken_name, ("shared_lines", key, "spoken_name"))
            yield from self.every("user", line.members, ("shared_lines", key, "members"))
        for extension, box in document.boxes.items():
            yield from self.one("prompt", box.greeting, ("boxes", extension, "greeting"))
            yield from self.one("prompt", box.closed_greeting, ("boxes", extension, "closed_greeting"))
        for extension, spoken in document.announcements.items():
            yield from self.one("prompt", spoken.prompt, ("announcements", extension, "prompt"))
        for key, site in document.sites.items():
            yield from self.one("number", site.number, ("sites", key, "number"))
        for key, music in document.music.items():
            yield from self.one("user", music.uploaded_by, ("music", key, "uploaded_by"))
        yield from self._levels()
        yield from self._profiles()

    def _levels(self) -> Iterator[Found]:
        for steps, holder in each_level(self._document):
            users, queues = holder.defaults.users, holder.defaults.queues
            here = (*steps, "defaults")
            yield from self.one("music", users.hold_music, (*here, "users", "hold_music"))
            yield from self.one("music", queues.music, (*here, "queues", "music"))

    def _profiles(self) -> Iterator[Found]:
        for key, profile in self._document.outbound_profiles.items():
            steps: Steps = ("outbound_profiles", key)
            yield from self.one("number", profile.number, (*steps, "number"))
            yield from self.one("number", profile.caller_id, (*steps, "caller_id"))
            yield from self.one("queue", profile.queue, (*steps, "queue"))
            yield from self.every("capacity_profile", profile.capacity, (*steps, "capacity"))
            yield from self.one("music", profile.hold_music, (*steps, "hold_music"))
            yield from self.one("music", profile.wait_music, (*steps, "wait_music"))


def _unknown(kind: str, value: str, steps: Steps, known: Collection[str]) -> Found:
    facts: dict[str, str | tuple[str, str]] = {"what": _WHAT[kind], "hint": meant(value, tuple(known))}
    return Found("unknown_reference", steps, value, facts)
