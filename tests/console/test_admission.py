"""Who is let in, how, and what he may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.api import OPERATIONS
from console.api.serving import ROOT
from store.accounts import SESSION_LASTS, Account
from store.sign_ins import FAILURES_OF_NAME_AND_ADDRESS
from tests.console.conftest import ORIGIN, PASSWORD, Console

AGENTS = "/api/v1/companies/boreal/agents"
DOCUMENT = "/api/v1/companies/boreal/document"


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if not o.public], ids=lambda o: o.name)
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer relais_made_up"}, {"Authorization": "Basic YWRtaW46YWRtaW4="},
     {"Cookie": "relais_session=made_up"}],
    ids=["nothing", "unknown token", "basic credentials", "unknown session"],
)  # fmt: skip
def test_given_no_right_credentials_then_every_operation_answers_401(
    console: Console, operation: object, headers: dict[str, str]
) -> None:
    path = ROOT + operation.path.replace("{company}", "boreal").replace("{", "").replace("}", "")  # type: ignore[attr-defined]
    answer = console.app.test_client().open(path, method=operation.method, headers=headers)  # type: ignore[attr-defined]
    assert answer.status_code == 401
    assert answer.json["code"] == "not_signed_in"
    assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.permission], ids=lambda o: o.name)
def test_given_a_supervisor_then_he_sees_what_is_live_sets_agents_and_nothing_else(
    console: Console, operation: object
) -> None:
    path = ROOT + operation.path.replace("{company}", "boreal").replace("{", "").replace("}", "")  # type: ignore[attr-defined]
    if path.endswith("/feed"):
        return
    answer = console.app.test_client().open(
        path, method=operation.method, headers=console.token("supervisor")
    )  # type: ignore[attr-defined]
    if operation.permission in (  # type: ignore[attr-defined]
        "see_live", "see_records", "set_intent", "place_calls", "supervise", "pause_recordings",
    ):  # fmt: skip
        # 400: this one sends no body; 409: he has no extension; 503: no controller takes what he orders.
        assert answer.status_code in (200, 400, 404, 409, 503), answer.json
    else:
        assert answer.status_code == 403
        assert answer.json["code"] == "not_allowed"
        assert answer.json["facts"] == {"role": "supervisor", "permission": operation.permission.value}  # type: ignore[attr-defined]


def test_given_name_and_password_then_a_cookie_that_no_script_reads_and_no_other_site_sends(
    console: Console,
) -> None:
    client = console.app.test_client()
    answer = client.post("/api/v1/session", json={"name": "ines", "password": PASSWORD}, headers=ORIGIN)
    assert answer.status_code == 200
    assert answer.json["permissions"] == [
        "see_live",
        "see_records",
        "read_company",
        "change_company",
        "manage_tokens",
        "set_intent",
        "place_calls",
        "pause_recordings",
        "hear_recordings",
        "lift_holds",
        "supervise",
    ]
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/api/v1/me").json["name"] == "ines"
    assert client.delete("/api/v1/session", headers=ORIGIN).status_code == 204
    assert client.get("/api/v1/me").status_code == 401


def test_given_a_session_that_was_copied_then_signing_out_ends_it_everywhere(console: Console) -> None:
    client = console.browser()
    cookie = client.get_cookie("relais_session")
    assert cookie is not None
    copied = {"Cookie": f"relais_session={cookie.value}"}
    other = console.app.test_client(use_cookies=False)
    assert other.get("/api/v1/me", headers=copied).status_code == 200
    client.delete("/api/v1/session", headers=ORIGIN)
    assert other.get("/api/v1/me", headers=copied).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"},
     {"Origin": "localhost"}],
)  # fmt: skip
def test_given_a_change_by_cookie_from_elsewhere_then_403_and_nothing_changed(
    console: Console, headers: dict[str, str]
) -> None:
    client = console.browser()
    answer = client.patch("/api/v1/me", json={"language": "en"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "other_origin")
    assert client.get("/api/v1/me").json["language"] == ""
    assert client.get(AGENTS, headers=headers).status_code == 200


def test_given_guesses_then_429_even_for_the_right_password_until_the_window_is_over(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = console.app.test_client()

    def attempt(password: str) -> int:
        return client.post(
            "/api/v1/session", json={"name": "ines", "password": password}, headers=ORIGIN
        ).status_code

    assert [attempt("wrong") for _ in range(FAILURES_OF_NAME_AND_ADDRESS)] == [401] * 5
    assert attempt(PASSWORD) == 429
    later = console.doors.clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(type(console.doors.clock), "now", lambda _self, _company="": later)
    assert attempt(PASSWORD) == 200
    assert [each.outcome for each in console.doors.sign_ins.latest(2)] == ["accepted", "wrong"]


def test_given_a_name_that_nobody_has_then_the_answer_is_that_of_a_wrong_password(console: Console) -> None:
    client = console.app.test_client()
    bodies = [
        client.post("/api/v1/session", json={"name": name, "password": "x"}, headers=ORIGIN).data
        for name in ("ines", "nobody")
    ]
    assert bodies[0] == bodies[1]


def test_given_a_session_that_is_over_then_401(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    client = console.browser()
    later = console.doors.clock.now() + SESSION_LASTS
    monkeypatch.setattr(type(console.doors.clock), "now", lambda _self, _company="": later)
    assert client.get("/api/v1/me").status_code == 401


def test_given_another_password_then_other_sessions_end_and_this_one_goes_on(console: Console) -> None:
    here, there = console.browser(), console.browser()
    short = here.post("/api/v1/me/password", json={"old": PASSWORD, "new": "short"}, headers=ORIGIN)
    assert (short.status_code, short.json["mistakes"][0]["path"]) == (422, "new")
    wrong = here.post("/api/v1/me/password", json={"old": "x", "new": "long enough 1"}, headers=ORIGIN)
    assert wrong.status_code == 401
    changed = here.post("/api/v1/me/password", json={"old": PASSWORD, "new": "long enough 1"}, headers=ORIGIN)
    assert changed.status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401


def test_given_an_account_of_one_company_then_no_other_exists_for_it(console: Console) -> None:
    account = Account(name="zoe", role="admin", company="second")
    console.doors.accounts.add(
        account,
        console.doors.accounts.with_hash("ines")[1],
        console.doors.clock.now(),  # type: ignore[index]
    )
    client = console.browser("zoe")
    for path in (AGENTS, DOCUMENT, "/api/v1/companies/boreal/calls", "/api/v1/companies/boreal/feed"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_company")
    assert client.get("/api/v1/companies").json == {"companies": []}
    token = client.post(
        "/api/v1/tokens", json={"name": "t", "role": "admin", "company": "boreal"}, headers=ORIGIN
    )
    assert token.json["code"] == "unknown_company"


def test_given_a_token_then_it_is_shown_once_works_and_can_be_revoked(console: Console) -> None:
    admin = console.browser()
    made = admin.post("/api/v1/tokens", json={"name": "export", "role": "supervisor"}, headers=ORIGIN)
    assert made.status_code == 201
    text, ident = made.json["text"], made.json["token"]["id"]
    program = {"Authorization": f"Bearer {text}"}
    other = console.app.test_client()
    assert other.get(AGENTS, headers=program).status_code == 200
    listed = admin.get("/api/v1/tokens")
    assert text not in listed.text
    assert [each["created_by"] for each in listed.json["tokens"]] == ["ines"]
    assert admin.delete(f"/api/v1/tokens/{ident}", headers=ORIGIN).status_code == 204
    assert other.get(AGENTS, headers=program).status_code == 401
    assert admin.delete(f"/api/v1/tokens/{ident}", headers=ORIGIN).json["code"] == "unknown_token"


@pytest.mark.parametrize(
    ("asked", "account", "told"),
    [("fr", "", "fr"), ("en-CA,fr;q=0.2", "", "en"), ("en", "fr", "fr"), ("de", "", "fr"), ("", "en", "en")],
)
def test_given_a_language_then_refusals_are_in_it(
    console: Console, asked: str, account: str, told: str
) -> None:
    if account in ("fr", "en"):
        console.doors.accounts.set_language("ines", "fr" if account == "fr" else "en")
    answer = console.browser().get("/api/v1/companies/nowhere/agents", headers={"Accept-Language": asked})
    assert answer.headers["Content-Language"] == told
    assert answer.json["title"] == {
        "fr": "Il n'y a pas d'entreprise nowhere.", "en": "There is no company nowhere.",
    }[told]  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/nothing", "/api/v1/me", "/api/v1/openapi.json", "/static/js/page.js"]
)
def test_given_any_answer_then_it_carries_the_security_headers(console: Console, path: str) -> None:
    headers = console.app.test_client().get(path).headers
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_given_pages_then_whoever_is_not_signed_in_signs_in_first(console: Console) -> None:
    anonymous = console.app.test_client().get("/")
    assert (anonymous.status_code, anonymous.headers["Location"]) == (303, "/sign-in")
    assert "Groupe" in console.browser().get("/").text
    assert console.browser().get("/sign-in").headers["Location"] == "/"
    assert console.app.test_client().get("/nothing").status_code == 404


def test_given_health_and_figures_then_they_need_no_sign_in_and_name_nobody(console: Console) -> None:
    console.browser()
    client = console.app.test_client()
    assert client.get("/health/live").text == "alive\n"
    assert client.get("/health/ready").text.startswith("ready\n")
    figures = client.get("/metrics").text
    assert 'relais_console_sign_ins_total{outcome="accepted"} 1.0' in figures
    assert "ines" not in figures
    assert "boreal" not in figures


@pytest.mark.parametrize("whose", [{}, {"company": "boreal"}, {"extension": "1001"}])
def test_given_an_agents_token_without_a_user_then_there_is_none(
    console: Console, whose: dict[str, str]
) -> None:
    wanted = {"name": "t", "role": "agent", **whose}
    answer = console.app.test_client().post("/api/v1/tokens", json=wanted, headers=console.token())
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_agent")


def test_given_an_agent_of_no_company_from_before_then_he_declares_nothing_for_anybody(
    console: Console,
) -> None:
    client, token = console.app.test_client(), console.token("agent")
    answer = client.post("/api/v1/companies/boreal/agents/1001/intent", json={"kind": "dnd"}, headers=token)
    assert (answer.status_code, answer.json["code"]) == (403, "intent_refused")
