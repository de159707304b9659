"""Every refused change as a sentence, in French and in English: what is refused, by whom, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from routing.company import Language
from routing.lint_sentences import Sentence, level_text
from routing.rights import Code, Refusal

SENTENCES: Mapping[Code, Sentence] = {
    "not_permitted": Sentence(
        "Votre rôle ne permet pas de changer {path}. Demandez à un administrateur.",
        "Your role does not allow changing {path}. Ask an administrator.",
    ),
    "permission_auto_receptionist": Sentence(
        "Changer {path} demande l'autorisation « Auto-réception ». Un administrateur peut vous la donner.",
        "Changing {path} needs the “Auto-Receptionist” permission. An administrator can give it to you.",
    ),
    "upload_not_permitted": Sentence(
        "Seuls les administrateurs ajoutent des sons et des musiques ({path}). Choisissez-en dans la liste.",
        "Only administrators add sounds and music ({path}). Choose one of the list.",
    ),
    "other_site": Sentence(
        "{path} n'est pas de votre site. Demandez à son administrateur.",
        "{path} is not of your site. Ask its administrator.",
    ),
    "not_yours": Sentence(
        "{path} est à quelqu'un d'autre. Demandez à un administrateur.",
        "{path} is somebody else's. Ask an administrator.",
    ),
    "no_licence": Sentence(
        "Sans licence d'appel, {path} ne peut pas être réglé. Communiquez avec votre administrateur.",
        "Without a calling licence {path} cannot be set. Contact your administrator.",
    ),
    "not_in_plan": Sentence(
        "Le forfait de l'entreprise ne comprend pas le traitement des appels ({path}). Communiquez avec votre administrateur.",
        "The company's plan does not include call handling ({path}). Contact your administrator.",
    ),
    "setting_locked": Sentence(
        "{path} est verrouillé par {by}. Communiquez avec votre administrateur, qui peut lever le verrou là.",
        "{path} is locked by {by}. Contact your administrator, who can lift the lock there.",
    ),
    "value_locked": Sentence(
        "« {value} » n'est pas permis pour {path} : verrouillé par {by}. Choisissez autre chose ou communiquez avec votre administrateur.",
        "“{value}” is not allowed for {path}: locked by {by}. Choose another or contact your administrator.",
    ),
    "not_supervised": Sentence(
        "Vous ne supervisez aucune équipe de {path}. Demandez à quelqu'un qui la supervise.",
        "You supervise no team of {path}. Ask somebody who does.",
    ),
    "not_member": Sentence(
        "Cette personne n'est pas membre de {path}. Ajoutez-la d'abord à la file ou à une de ses équipes.",
        "They are no member of {path}. Add them to the queue or to one of its teams first.",
    ),
    "queue_decides": Sentence(
        "Les membres de {path} ne changent pas cela eux-mêmes. Demandez à un superviseur.",
        "Members of {path} do not change this themselves. Ask a supervisor.",
    ),
    "intent_of_three": Sentence(
        "Pour {path}, choisissez « available », « auto » ou « break » sans raison ; le reste revient à la personne"
        " ou à son superviseur.",
        "For {path}, choose “available”, “auto” or “break” without a reason; the rest is the person's own"
        " or a supervisor's.",
    ),
}


def refusal_text(refusal: Refusal, language: Language) -> str:
    """The refusal as people read it."""
    facts = dict(refusal.facts)
    if "level" in facts:
        facts["by"] = level_text(facts["level"], facts["by"], language)
    chosen = SENTENCES[refusal.code]
    return (chosen.fr if language == "fr" else chosen.en).format(path=refusal.path, **facts)
