"""What a call under way takes from which revision: its route from the one it began with; who belongs to what, and whom
a queue takes for present, from the newest (design 2.4, A14, D48): it holds from the next attempt on."""

from __future__ import annotations

import msgspec

from routing.company import Queue
from routing.compiled import Company


def under_way(pinned: Company, newest: Company) -> Company:
    """The company that decides the next step of a call pinned to `pinned`. People whom that revision does not know
    are not rung. Costs what the company has of queues, and nothing when nothing was saved meanwhile."""
    if pinned.revision == newest.revision:
        return pinned
    document, now = pinned.document, newest.document
    queues = {ident: _members(queue, now.queues.get(ident)) for ident, queue in document.queues.items()}
    teams = {ident: now.teams.get(ident, team) for ident, team in document.teams.items()}
    changed = msgspec.structs.replace(document, teams=teams, queues=queues)
    return msgspec.structs.replace(pinned, document=changed)


def _members(queue: Queue, now: Queue | None) -> Queue:
    if now is None:
        return queue
    return msgspec.structs.replace(
        queue, members=now.members, teams=now.teams, allowed_presences=now.allowed_presences
    )
