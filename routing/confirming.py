"""What whoever answers an outside number is told when he is asked to press 1 (Z17): whom the call is for, and who calls."""

from __future__ import annotations

from routing.company import ConfirmBy, Ring, Seconds
from routing.outbound_numbers import home_of, national_digits
from routing.spots import Spot, action_at
from routing.steps import Confirm
from routing.turn import Turn


def confirm(turn: Turn, spot: Spot, owner: str, by: ConfirmBy = "callee", seconds: Seconds = 10) -> Confirm:
    """`owner` is the user whose number it is, empty for one that the company sends calls to."""
    user, account = turn.document.users.get(owner), turn.document.account
    name, extension = _names(turn, spot)
    called = turn.document.numbers.get(turn.number)
    own = (user.language,) if user is not None and user.language else ()
    spoken: tuple[str, ...] = (*own, *account.languages)
    country = home_of(turn.company, owner).country
    return Confirm(
        by=by, seconds=seconds, language=next(iter(spoken), ""), name=name,
        extension=extension, called=national_digits(called.number, country) if called else "",
        caller=national_digits(turn.call.caller_number, country),
    )  # fmt: skip


def _names(turn: Turn, spot: Spot) -> tuple[str, str]:
    """The recorded name and the extension of what the call is at; of a number's ring step the name of its one team."""
    document = turn.document
    match spot.kind:
        case "u" if spot.id in document.users:
            return document.users[spot.id].spoken_name, spot.id
        case "q" if spot.id in document.queues:
            return document.queues[spot.id].spoken_name, document.queues[spot.id].extension
        case "l" if spot.id in document.shared_lines:
            return document.shared_lines[spot.id].spoken_name, document.shared_lines[spot.id].extension
        case _:
            action = action_at(turn, spot)
            teams = action.teams if isinstance(action, Ring) else ()
            team = document.teams.get(teams[0]) if len(teams) == 1 else None
            return (team.spoken_name if team is not None else ""), ""
