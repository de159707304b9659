"""What a scenario supposes of agents holds, whatever happened to them while the installation was being prepared."""

from __future__ import annotations

from uuid import uuid4

import pytest
from msgspec.structs import replace

from console.scenarios import companies
from presence.agents import AgentStore
from presence.connection import hot
from routing.agent_state import idle_since
from routing.agents import Terms
from schemas.scenario import Scenario, load_scenario
from schemas.settings import from_environ
from tests.test_scenarios import HERE


@pytest.fixture
def longest_idle() -> Scenario:
    loaded = load_scenario(HERE / "a20_longest_idle.yaml")
    assert isinstance(loaded, Scenario)
    return loaded


def test_given_people_told_offline_before_they_registered_then_they_are_idle_since_what_is_supposed(
    redis_url: str, longest_idle: Scenario
) -> None:
    company, start = f"c{uuid4().hex[:8]}", longest_idle.start.timestamp()
    users = longest_idle.document.users
    terms = {extension: Terms(devices=tuple(user.devices)) for extension, user in users.items()}
    store = AgentStore(hot(redis_url), company, lambda extension, _: terms[extension])
    store.reconcile(list(users), start - 20)
    for extension, user in users.items():
        for device in user.devices:
            store.register(device, start + 3600, extension, start - 10)
    companies.suppose(from_environ({"REDIS_URL": redis_url}), company, longest_idle)
    found = {
        extension: idle_since(known.inputs, start)
        for extension, known in store.agents.read(list(users), start).items()
    }
    wanted = {extension: supposed.idle_since for extension, supposed in longest_idle.agents.items()}
    assert {extension: found[extension] for extension in wanted} == wanted
    assert {found[extension] for extension in users.keys() - wanted.keys()} == {0.0}


def test_given_a_phone_that_no_controller_knows_of_then_nothing_is_supposed(
    redis_url: str, longest_idle: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companies, "_KNOWN_SECONDS", 0.0)
    settings, company = from_environ({"REDIS_URL": redis_url}), f"c{uuid4().hex[:8]}"
    only = replace(
        longest_idle, unregistered=tuple({*companies.registered_devices(longest_idle)} - {"1004a"})
    )
    with pytest.raises(RuntimeError, match="1004a"):
        companies.suppose(settings, company, only)
