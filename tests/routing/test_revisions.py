"""What a call under way takes from the newest revision, and what not."""

from __future__ import annotations

import msgspec

from routing.compiled import Company, compile_company
from routing.revisions import under_way
from tests.sample import company, document


def saved(**changes: object) -> Company:
    return compile_company(msgspec.structs.replace(document(), **changes), 2)


def test_given_nothing_was_saved_then_it_is_the_very_company() -> None:
    assert under_way(company(), company()) is company()


def test_given_a_changed_team_and_queue_then_their_members_are_the_newest_and_the_route_is_the_old_one() -> (
    None
):
    team = msgspec.structs.replace(document().teams["T-VEN"], members=("1003",))
    queue = msgspec.structs.replace(document().queues["Q-SUP"], members=("1010",), max_wait=5)
    found = under_way(company(), saved(teams={"T-VEN": team}, queues={"Q-SUP": queue}, handlings={}))
    assert found.document.teams["T-VEN"].members == ("1003",)
    assert found.document.queues["Q-SUP"].members == ("1010",)
    assert found.document.queues["Q-SUP"].max_wait == document().queues["Q-SUP"].max_wait
    assert found.document.handlings == company().document.handlings
    assert found.revision == 1


def test_given_a_team_or_queue_that_is_gone_then_the_call_still_knows_it() -> None:
    found = under_way(company(), saved(teams={}, queues={}))
    assert found.document.teams == company().document.teams
    assert found.document.queues == company().document.queues
