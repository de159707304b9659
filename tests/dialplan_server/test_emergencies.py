"""An emergency call leaves, and everybody who looks at the board is told; without Redis it leaves all the same."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import msgspec

from dialplan_server.emergencies import Emergencies
from presence import keys
from presence.connection import hot
from presence.emergencies import latest
from presence.pipelines import Pipelines
from tests.dialplan_server.asking import UUID, answering, call, publish, settings_in
from tests.sample import at, document

WHEN = at("2026-10-13 10:00")


def dial(number: str, url: str, var: Path, owner: str = "1009") -> tuple[str, bytes]:
    """The company's id, and the answer."""
    company, settings = f"c{uuid4().hex[:8]}", settings_in(var)
    ours = msgspec.structs.replace(document().account, id=company, domain="rescue.example")
    publish(settings, msgspec.structs.replace(document(), account=ours))
    worker = answering(settings, WHEN, emergency=Emergencies(Pipelines(url)).tell)
    known = {
        "variable_sip_authorized": "true",
        "variable_relais_company": company,
        "variable_relais_owner": owner,
    }
    return company, worker.dialplan(call(number, "relais-phone", **known))


def test_given_an_emergency_call_then_it_is_announced_with_who_and_where(
    redis_url: str, tmp_path: Path
) -> None:
    company, answer = dial("15", redis_url, tmp_path)
    assert b"sofia/gateway/trunk/15" in answer
    client = hot(redis_url)
    (found,) = latest(client, company, WHEN.timestamp()).items()
    assert found[0] == UUID
    assert (found[1].extension, found[1].dialled, found[1].site, found[1].shown) == (
        "1009", "15", "LYON", "+33199000103",
    )  # fmt: skip
    (line,) = [fields for _, fields in client.xrange(keys.feed(company))]
    assert (line["what"], line["who"], line["how"]) == ("emergency", "1009", "15")
    assert latest(client, company, WHEN.timestamp() + 3601) == {}


def test_given_any_other_call_then_nothing_is_announced(redis_url: str, tmp_path: Path) -> None:
    company, answer = dial("+14505550166", redis_url, tmp_path, "1004")
    assert b"sofia/gateway" in answer
    assert latest(hot(redis_url), company, WHEN.timestamp()) == {}


def test_given_no_redis_then_it_leaves_all_the_same(tmp_path: Path) -> None:
    _, answer = dial("911", "unix:///nowhere/redis.sock", tmp_path)
    assert b"sofia/gateway/trunk/911" in answer
