"""Accounts, sessions, tokens and attempts to sign in, in a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from store.accounts import SESSION_LASTS, Account, Accounts
from store.database import engine
from store.migrating import migrate
from store.passwords import hashed, matches
from store.sign_ins import FAILURES_OF_ADDRESS, FAILURES_OF_NAME_AND_ADDRESS, WINDOW, SignIns
from store.tables import METADATA
from store.tokens import Tokens

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
INES = Account(name="ines", role="admin")


@pytest.fixture
def url(database_url: str) -> str:
    migrate(database_url)
    return database_url


@pytest.fixture
def accounts(url: str) -> Accounts:
    found = Accounts(url)
    assert found.add(INES, hashed("correct horse"), NOW)
    return found


def test_given_name_and_password_then_only_the_right_pair_is_the_account(accounts: Accounts) -> None:
    found = accounts.with_hash("ines")
    assert found is not None
    account, kept = found
    assert account == INES
    assert matches(kept, "correct horse")
    assert not matches(kept, "battery staple")
    assert accounts.with_hash("nobody") is None
    assert not matches(None, "the password of nobody")


def test_given_a_name_that_exists_then_a_second_account_of_it_is_refused(accounts: Accounts) -> None:
    assert not accounts.add(Account(name="ines", role="supervisor"), "a hash", NOW)
    assert accounts.all() == [INES]


def test_given_a_session_then_it_is_the_accounts_until_it_is_over(accounts: Accounts) -> None:
    key = accounts.begin_session("ines", NOW)
    assert accounts.of_session(key, NOW + SESSION_LASTS - timedelta(seconds=1)) == INES
    assert accounts.of_session(key, NOW + SESSION_LASTS) is None
    assert accounts.of_session("made up", NOW) is None


@pytest.mark.parametrize("end", ["sign out", "another password"])
def test_given_a_session_that_was_ended_then_it_is_nobodys(accounts: Accounts, end: str) -> None:
    key = accounts.begin_session("ines", NOW)
    if end == "sign out":
        accounts.end_session(key)
    else:
        assert accounts.set_password("ines", "another hash")
    assert accounts.of_session(key, NOW) is None


def test_given_a_database_that_is_stolen_then_it_holds_no_password_no_session_and_no_token(
    accounts: Accounts, url: str
) -> None:
    key = accounts.begin_session("ines", NOW)
    _, text = Tokens(url).create("t", role="admin", company="", created_by="ines", now=NOW)
    with engine(url).connect() as link:
        written = str([link.execute(table.select()).all() for table in METADATA.sorted_tables])
    assert "ines" in written
    for secret in ("correct horse", key, text, text.removeprefix("relais_")):
        assert secret not in written


def test_given_a_token_then_it_works_until_revoked_and_its_use_is_noted(url: str) -> None:
    tokens = Tokens(url)
    made, text = tokens.create("exports", role="supervisor", company="boreal", created_by="ines", now=NOW)
    assert tokens.of_text(text, NOW) is not None
    later = tokens.of_text(text, NOW + timedelta(hours=1))
    assert later is not None
    assert (later.name, later.role, later.company) == ("exports", "supervisor", "boreal")
    assert later.last_used_at == "2026-11-25T09:00:00+00:00"
    assert not tokens.revoke(made.id, NOW, company="second")
    assert tokens.revoke(made.id, NOW, company="boreal")
    assert tokens.of_text(text, NOW) is None
    assert tokens.of_text(text[:-1], NOW) is None
    assert [token.revoked_at for token in tokens.list()] == ["2026-11-25T09:00:00+00:00"]


def test_given_two_companies_then_each_sees_its_own_tokens(url: str) -> None:
    tokens = Tokens(url)
    for company in ("boreal", "second", ""):
        tokens.create("same name", role="admin", company=company, created_by="ines", now=NOW)
    assert [token.company for token in tokens.list("second")] == ["second"]
    assert len(tokens.list()) == 3


def test_given_attempts_at_once_then_only_as_many_as_are_allowed_are_looked_at(url: str) -> None:
    sign_ins = SignIns(url)
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda _: sign_ins.begin("ines", "192.0.2.1", NOW), range(20)))
    assert sum(attempt is not None for attempt in begun) == FAILURES_OF_NAME_AND_ADDRESS
    assert sign_ins.begin("ines", "192.0.2.2", NOW) is not None
    assert sign_ins.begin("omar", "192.0.2.1", NOW) is not None
    assert sign_ins.begin("ines", "192.0.2.1", NOW + WINDOW + timedelta(seconds=1)) is not None


def test_given_one_address_that_tries_many_names_then_it_is_slowed_down(url: str) -> None:
    sign_ins = SignIns(url)
    begun = [sign_ins.begin(f"name {n}", "192.0.2.1", NOW) for n in range(FAILURES_OF_ADDRESS + 1)]
    assert [n for n, attempt in enumerate(begun) if attempt is None] == [FAILURES_OF_ADDRESS]


def test_given_attempts_that_were_accepted_then_they_slow_nobody_down_and_all_are_kept(url: str) -> None:
    sign_ins = SignIns(url)
    for _ in range(2 * FAILURES_OF_NAME_AND_ADDRESS):
        attempt = sign_ins.begin("ines", "192.0.2.1", NOW)
        assert attempt is not None
        sign_ins.accept(attempt)
    assert sign_ins.begin("ines", "192.0.2.1", NOW) is not None
    assert [each.outcome for each in sign_ins.latest()] == ["wrong", *["accepted"] * 10]
