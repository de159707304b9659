"""Each step of a call as a sentence, in French and in English."""

from __future__ import annotations

from routing.explain_names import Names
from routing.lint_sentences import Sentence
from routing.steps import (
    Announce,
    AnyStep,
    Ask,
    CheckVoicemail,
    CollectMore,
    Hangup,
    PickUp,
    Play,
    Ring,
    Voicemail,
    Wait,
)

_HANGUP = {
    "normal": Sentence("L'appel est terminé.", "The call is ended."),
    "busy": Sentence("L'appelant reçoit le signal occupé.", "The caller gets the busy signal."),
    "unavailable": Sentence(
        "L'appel est terminé sans un mot : personne n'est disponible.",
        "The call is ended without a word: nobody is available.",
    ),
    "unallocated": Sentence(
        "L'appel est refusé : ce numéro n'existe pas.", "The call is refused: there is no such number."
    ),
    "rejected": Sentence("L'appel est refusé.", "The call is refused."),
    "invalid": Sentence(
        "L'appel est refusé : ce n'est pas un numéro.", "The call is refused: this is not a number."
    ),
    "congestion": Sentence(
        "L'appel est terminé : aucune ligne extérieure n'est libre ou ne répond.",
        "The call is ended: no outside line is free or answers.",
    ),
    "loop": Sentence(
        "L'appel est terminé : il tournait en rond.", "The call is ended: it went round in circles."
    ),
}

_TOLD_WHY = Sentence(" L'appelant entend d'abord pourquoi.", " The caller hears why first.")
_ZERO = Sentence(" Le 0 de l'appelant est entendu.", " The caller's 0 is heard.")


def step_sentence(names: Names, step: AnyStep) -> str:
    """What happens to the call."""
    zero = isinstance(step, Play | Wait) and step.key_0
    return _sentence(names, step) + (names.say(_ZERO) if zero else "")


def _sentence(names: Names, step: AnyStep) -> str:
    match step:
        case Ask():
            return _ask(names, step)
        case CollectMore():
            return names.say(Sentence(
                "L'appelant a commencé à composer {first} ; {more} chiffres au plus sont attendus.",
                "The caller began to dial {first}; {more} more digits at most are expected.",
            )).format(first=step.first, more=step.max_more)  # fmt: skip
        case Ring():
            return _ring(names, step)
        case Voicemail():
            box = names.box(step.box)
            if step.greeting is None or step.skip_greeting:
                return names.say(Sentence(
                    "L'appelant laisse un message dans {box}.", "The caller leaves a message in {box}."
                )).format(box=box)  # fmt: skip
            return names.say(Sentence(
                "L'appelant entend {prompt}, puis laisse un message dans {box}.",
                "The caller hears {prompt}, then leaves a message in {box}.",
            )).format(prompt=names.prompts([step.greeting]), box=box)  # fmt: skip
        case CheckVoicemail():
            return names.say(Sentence(
                "L'appelant écoute les messages de {box}, avec le NIP.",
                "The caller listens to the messages of {box}, with the PIN.",
            )).format(box=names.box(step.box))  # fmt: skip
        case Announce():
            return names.say(Sentence(
                "L'appelant entend {prompts}, puis l'appel est terminé.",
                "The caller hears {prompts}, then the call is ended.",
            )).format(prompts=names.prompts(step.prompts))  # fmt: skip
        case Play():
            return names.say(Sentence("L'appelant entend {prompts}.", "The caller hears {prompts}.")).format(
                prompts=names.prompts(step.prompts)
            )
        case Wait(prompts=prompts) if prompts:
            return names.say(Sentence(
                "L'appelant entend {prompts}, puis attend avec de la musique pendant {seconds} s.",
                "The caller hears {prompts}, then waits with music for {seconds} s.",
            )).format(prompts=names.prompts(prompts), seconds=step.seconds)  # fmt: skip
        case Wait():
            return names.say(Sentence(
                "L'appelant attend avec de la musique pendant {seconds} s.",
                "The caller waits with music for {seconds} s.",
            )).format(seconds=step.seconds)  # fmt: skip
        case PickUp():
            return names.say(Sentence("L'appelant prend un autre appel.", "The caller takes another call."))
        case Hangup():
            told = names.say(_TOLD_WHY) if step.prompts else ""
            return names.say(_HANGUP[step.why]) + told


def _ask(names: Names, step: Ask) -> str:
    said = names.say(
        Sentence(
            "L'appelant entend {prompts} et peut faire {keys}",
            "The caller hears {prompts} and may press {keys}",
        )
        if step.keys
        else Sentence("L'appelant entend {prompts}", "The caller hears {prompts}")
    ).format(prompts=names.prompts(step.prompts), keys=names.keys(step.keys))
    again = Sentence(" ; le tout {plays} fois au plus", "; {plays} times at most")
    return said + (names.say(again).format(plays=step.plays) if step.plays > 1 else "") + "."


def _ring(names: Names, step: Ring) -> str:
    one = len(step.legs) == 1
    said = names.say(
        Sentence("Un téléphone sonne pendant {seconds} s.", "One phone rings for {seconds} s.")
        if one
        else Sentence(
            "{count} téléphones sonnent pendant {seconds} s.", "{count} phones ring for {seconds} s."
        )
    ).format(count=len(step.legs), seconds=step.seconds)
    return said + (names.say(_ZERO) if step.key_0 else "")
