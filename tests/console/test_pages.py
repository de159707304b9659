"""The pages in a real browser: by themselves, by keyboard, in both languages, wide and narrow."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from console.server import serve
from presence.committing import Cause
from presence.emergencies import EmergencyCall, told
from presence.gateways import Gateway, GatewayStore
from presence.orders import Reply
from presence.outside_calls import Tally
from presence.pipelines import Pipelines
from routing.agents import Intent, LegActivity
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from routing.supervision import Monitor
from schemas.company import load_company
from schemas.settings import Address, redis_url
from tests.console.browser import NEEDS_CHROMIUM, Visit
from tests.console.conftest import PASSWORD, Console
from tests.large_company import large_company
from tests.sample import document

NASTY = "<img src=x onerror=document.title='pwned'>\"'&</script>"

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(120)]


def test_given_a_change_in_redis_then_the_page_shows_it_by_itself(visit: Visit, console: Console) -> None:
    page = visit.sign_in()
    row = visit.agent("1004")
    row.get_by_text("hors ligne").wait_for()
    console.agents().register("1004a", console.doors.clock.unix("boreal") + 600)
    row.get_by_text("disponible").wait_for(timeout=2000)
    console.agents().declare("1004", Intent(kind="break", reason="", since=console.doors.clock.unix() - 3700))
    row.get_by_text("en pause").wait_for(timeout=2000)
    assert row.locator("td.time").text_content().startswith("1:01:4")
    console.agents().call(
        "c1", {"state": "in progress", "since": 1.0, "entry": "number.N-MAIN", "from": "+14505550199"}
    )
    page.locator("#calls").get_by_text("+14505550199").wait_for(timeout=2000)
    assert visit.errors == []


def test_given_a_caller_named_in_html_then_it_is_shown_as_written(visit: Visit, console: Console) -> None:
    page = visit.sign_in()
    console.agents().call(
        "c1", {"state": NASTY, "since": 1.0, "entry": f"extension.{NASTY}", "from": NASTY, "with": NASTY}
    )
    console.agents().declare("1004", Intent(kind="break", reason=NASTY))
    console.agents().register("1004a", console.doors.clock.unix("boreal") + 600)
    page.locator("#calls .strong").get_by_text(NASTY).wait_for(timeout=2000)
    visit.agent("1004").get_by_text(NASTY).wait_for(timeout=2000)
    assert page.locator("img").count() == 0
    assert "pwned" not in page.title()
    assert visit.errors == []


def test_given_a_company_named_in_html_then_the_page_is_what_it_was(visit: Visit, console: Console) -> None:
    account = msgspec.structs.replace(document().account, name=NASTY)
    console.save(msgspec.structs.replace(document(), account=account))
    page = visit.sign_in()
    assert page.locator("#company option").text_content() == NASTY
    assert page.locator("img").count() == 0


def test_given_a_line_that_is_lost_then_it_is_said_and_the_page_comes_back_by_itself(
    visit: Visit, console: Console, address: str
) -> None:
    page = visit.sign_in()
    visit.agent("1004").get_by_text("hors ligne").wait_for()
    visit.context.set_offline(True)
    console.doors.feeds.end()
    page.get_by_text("Liaison perdue à").wait_for(timeout=5000)
    console.agents().register("1004a", console.doors.clock.unix("boreal") + 600)
    visit.context.set_offline(False)
    visit.agent("1004").get_by_text("disponible").wait_for(timeout=10_000)
    page.locator("#banner").wait_for(state="hidden")
    assert page.locator("#link").text_content() == "En direct"


def test_given_a_console_that_is_started_again_then_the_page_comes_back_by_itself(
    chromium: Any, console: Console
) -> None:
    first = serve(Address("127.0.0.1", 0), console.app)
    port = first.server_port
    visit = Visit(chromium, f"127.0.0.1:{port}")
    visit.sign_in()
    visit.agent("1004").get_by_text("hors ligne").wait_for()
    first.close()
    console.doors.feeds.end()
    first.stop(timeout=1)
    visit.page.get_by_text("Liaison perdue à").wait_for(timeout=5000)
    second = serve(Address("127.0.0.1", port), console.app)
    visit.page.locator("#banner").wait_for(state="hidden", timeout=15_000)
    console.agents().register("1004a", console.doors.clock.unix("boreal") + 600)
    visit.agent("1004").get_by_text("disponible").wait_for(timeout=3000)
    visit.context.close()
    console.doors.feeds.end()
    second.stop(timeout=1)


def test_given_somebody_signed_out_elsewhere_then_the_page_asks_him_to_sign_in(
    visit: Visit, console: Console
) -> None:
    page = visit.sign_in()
    visit.agent("1004").wait_for()
    assert console.doors.accounts.set_password("ines", "no hash at all")
    console.doors.feeds.end()
    page.wait_for_url("**/sign-in", timeout=10_000)


def test_given_the_other_language_then_every_word_is_in_it_and_the_account_remembers(
    visit: Visit, console: Console
) -> None:
    page = visit.sign_in()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Calls in progress").wait_for()
    visit.agent("1004").get_by_text("offline").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    found = console.doors.accounts.with_hash("ines")
    assert found is not None
    assert found[0].language == "en"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_role("button", name="Français").click()
    page.get_by_role("heading", name="Se connecter").wait_for()


def test_given_only_a_keyboard_then_everything_can_be_reached_and_used(
    visit: Visit, console: Console
) -> None:
    console.agents().register("1002a", console.doors.clock.unix("boreal") + 600)
    page = visit.sign_in()
    visit.agent("1002").wait_for()
    wanted = ["skip", "brand", "company", "language", "sign-out", "search", "sort", "available", "offline"]
    for name in wanted:
        page.keyboard.press("Tab")
        reached = (
            "document.activeElement.id || document.activeElement.value || document.activeElement.className"
        )
        assert page.evaluate(reached) == name
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.locator("#states button[value=available]").focus()
    page.keyboard.press("Space")
    visit.agent("1004").wait_for(state="detached")
    assert visit.agent("1002").count() == 1
    page.locator("#search").focus()
    page.keyboard.type("zzz")
    page.get_by_text("Personne ne correspond.").wait_for()
    page.locator("#show-all").focus()
    page.keyboard.press("Enter")
    visit.agent("1004").wait_for()
    assert page.evaluate("document.activeElement.id") == "search"


def test_given_a_wrong_password_then_it_is_said_and_the_cursor_is_there(visit: Visit) -> None:
    page = visit.page
    visit.open()
    page.keyboard.press("Enter")
    page.get_by_text("Saisissez votre nom").wait_for()
    page.keyboard.type("ines")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.get_by_text("ne vont pas ensemble").wait_for()
    assert page.evaluate("document.activeElement.id") == "password"


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", ["fr-CA", "en-CA"])
def test_given_any_width_and_language_then_nothing_is_cut_off(
    chromium: Any, address: str, console: Console, language: str, width: int
) -> None:
    console.agents().call(
        "c1", {"state": "bridged", "since": 1.0, "entry": "number.N-MAIN", "from": "x" * 80, "with": "1004a"}
    )
    visit = Visit(chromium, address, language, width)
    visit.open()
    assert visit.overflow() == 0
    visit.sign_in()
    visit.agent("1004").wait_for()
    assert visit.overflow() == 0
    assert visit.errors == []
    visit.context.close()


def test_given_no_company_then_the_page_says_what_to_do_next_and_shows_it_once_done(
    chromium: Any, empty_console: Console
) -> None:
    server = serve(Address("127.0.0.1", 0), empty_console.app)
    visit = Visit(chromium, f"127.0.0.1:{server.server_port}")
    page = visit.sign_in()
    page.get_by_text("relais import schemas").wait_for()
    empty_console.save(document())
    visit.agent("1004").wait_for(timeout=15_000)
    assert visit.errors == []
    visit.context.close()
    empty_console.doors.feeds.end()
    server.stop(timeout=1)


def test_given_a_company_without_users_and_calls_then_the_page_says_what_to_do_next(
    visit: Visit, console: Console
) -> None:
    bare = msgspec.structs.replace(document(), users={}, teams={}, queues={}, numbers={}, handlings={})
    console.save(bare)
    page = visit.sign_in()
    page.get_by_text("relais export").wait_for()
    page.get_by_text("Appelez un numéro de l'entreprise").wait_for()
    assert visit.errors == []


def test_given_no_phone_is_registered_then_the_page_says_what_to_type_into_one(
    visit: Visit, console: Console
) -> None:
    page = visit.sign_in()
    hint = page.get_by_text("relais devices")
    hint.wait_for()
    console.agents().register("1001a", console.doors.clock.unix("boreal") + 600)
    hint.wait_for(state="hidden", timeout=2000)
    assert visit.errors == []


def test_given_a_call_between_colleagues_then_both_are_named(visit: Visit, console: Console) -> None:
    page = visit.sign_in()
    console.agents().call(
        "c1", {"state": "bridged", "since": 1.0, "entry": "extension.1004", "from": "1001a"}
    )
    page.locator("#calls").get_by_text("Claire Gagnon (1001a)").wait_for(timeout=2000)
    page.locator("#calls").get_by_text("Omar Diallo (1004)").wait_for(timeout=2000)
    assert visit.errors == []


def test_given_five_hundred_agents_then_they_are_found_sorted_and_followed(
    visit: Visit, console: Console
) -> None:
    large = load_company(large_company(500))
    assert not isinstance(large, list)
    console.save(large)
    store, now = console.agents("large"), console.doors.clock.unix("large")
    for n in range(100):
        store.register(f"{100_000 + n}a", now + 600)
    page = visit.sign_in()
    page.locator("#company").select_option("large")
    visit.agent("100499").wait_for()
    assert page.locator("#agents tbody tr").count() == 500
    assert page.locator("#agents-count").text_content() == "500"
    page.locator("#search").fill("user 49")
    visit.agent("100300").wait_for(state="detached")
    assert page.locator("#agents tbody tr").count() == 11
    assert page.locator("#agents-count").text_content() == "11 / 500"
    page.locator("#search").fill("")
    page.locator("#sort").select_option("state")
    first = page.locator("#agents tbody tr").first
    first.get_by_text("disponible").wait_for()
    store.declare("100042", Intent(kind="break", since=now))
    visit.agent("100042").get_by_text("en pause").wait_for(timeout=2000)
    page.reload()
    visit.agent("100499").wait_for()
    assert page.locator("#company").input_value() == "large"
    assert page.locator("#sort").input_value() == "state"
    assert visit.errors == []


def supervised(console: Console) -> None:
    """Lina talks to a customer; Paul supervises her team."""
    console.account("paul.fortin", "supervisor", "1010")
    store, now = console.agents(), console.doors.clock.unix("boreal")
    store.leg(
        "l", LegActivity(owner="1007", state="answered", call="c1", node="node-1", since=now, device="1007a")
    )
    store.call(
        "c1",
        {"state": "bridged", "since": now, "from": "+14505550199", "with": "1007a", "entry": "number.N-SUP"},
    )


def test_given_only_a_keyboard_then_a_supervisor_steps_in_changes_how_and_keeps_his_place(
    visit: Visit, console: Console
) -> None:
    supervised(console)
    page = visit.sign_in("paul.fortin")
    listen = page.locator('#calls [data-does="listen"]')
    listen.focus()
    with console.controlled(Reply()) as taken:
        page.keyboard.press("Enter")
        page.locator("#said", has_text="sonne").wait_for()
    assert (taken[0].does, taken[0].words["mode"]) == ("step_in", "listen")
    console.agents().monitors.claim(
        "c1", Monitor(supervisor="1010", mode="listen", agent="1007", leg="l", own="o")
    )
    page.wait_for_selector('#calls [data-does="listen"][aria-pressed="true"]')
    assert page.evaluate("document.activeElement.dataset.does") == "listen"
    assert page.locator("#calls td.supervise .detail").inner_text() == "Paul Fortin (1010) écoute"
    page.keyboard.press("Tab")
    with console.controlled(Reply("not_in_group", {"who": "1007"})):
        page.keyboard.press("Space")
        page.wait_for_selector("#said.bad")
    assert "Lina Chen" in page.locator("#said").inner_text()


def test_given_an_end_then_it_is_asked_first_and_escape_is_no(visit: Visit, console: Console) -> None:
    supervised(console)
    page = visit.sign_in("paul.fortin")
    page.locator('#calls [data-does="end"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#asking[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#asking:not([open])", state="attached")
    assert page.locator("#said").is_hidden()
    page.keyboard.press("Enter")
    page.wait_for_selector("#asking[open]")
    with console.controlled(Reply()) as taken:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#said:not([hidden])")
    assert [(order.does, order.words["mode"]) for order in taken] == [("step_in", "end")]


@pytest.mark.parametrize("language", ["fr-CA", "en-CA"])
@pytest.mark.parametrize("width", [320, 1440])
def test_given_any_width_then_the_buttons_of_a_call_are_all_there(
    chromium: Any, console: Console, address: str, width: int, language: str
) -> None:
    supervised(console)
    visit = Visit(chromium, address, language, width)
    page = visit.sign_in("paul.fortin")
    page.wait_for_selector('#calls [data-does="end"]')
    assert visit.overflow() <= 0
    assert page.locator("#calls button").all_inner_texts() == [
        ["Écouter", "Souffler", "Intervenir", "Reprendre", "Terminer"], ["Listen", "Whisper", "Join", "Take over", "End"],
    ][language == "en-CA"]  # fmt: skip
    visit.context.close()


def test_given_only_a_keyboard_then_a_supervisor_sets_an_agents_state_and_takes_her_out_of_a_queue(
    visit: Visit, console: Console
) -> None:
    supervised(console)
    page = visit.sign_in("paul.fortin")
    page.locator('#agents tr[data-key="1008"] [data-does="set"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#setting[open]")
    page.locator("#kind").focus()
    page.keyboard.type("en pause")
    page.keyboard.press("Tab")
    page.keyboard.type("repas")
    page.keyboard.press("Tab")
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#said", has_text="C'est modifié.").wait_for()
    row = console.app.test_client().get("/api/v1/companies/boreal/agents/1008", headers=console.token()).json
    assert (row["intent"], row["declared_by"]) == ("break", "supervisor paul.fortin")
    assert row["opted_out"] == ["Q-SUP"]
    page.locator('#agents tr[data-key="1008"]', has_text="hors de Q-SUP").wait_for()
    assert page.evaluate("document.activeElement.closest('tr')?.dataset.key") == "1008"


def test_given_only_a_keyboard_then_a_supervisor_gives_an_agent_a_call_whatever_her_capacity(
    visit: Visit, console: Console
) -> None:
    """D13: with her state in the same dialog; nothing is called when the field is empty."""
    supervised(console)
    now = console.doors.clock.unix("boreal")
    console.agents().register("1008a", now + 600, "1008", now)
    page = visit.sign_in("paul.fortin")
    page.locator('#agents tr[data-key="1008"] [data-does="set"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#setting[open]")
    page.get_by_label("Numéro à lui faire appeler, quelle que soit sa capacité").focus()
    page.keyboard.type("1004")
    with console.controlled(Reply()) as taken:
        page.keyboard.press("Enter")
        page.locator("#said", has_text="Ses téléphones sonnent.").wait_for()
    words = dict(taken[0].words)
    assert (taken[0].does, words["extension"], words["to"], words["why"]) == (
        "place_call",
        "1008",
        "1004",
        "forced",
    )


@pytest.mark.parametrize("width", [320, 1440])
def test_given_any_width_then_the_dialog_of_an_agent_fits(
    chromium: Any, console: Console, address: str, width: int
) -> None:
    supervised(console)
    visit = Visit(chromium, address, "fr-CA", width)
    page = visit.sign_in("paul.fortin")
    page.locator('#agents tr[data-key="1007"] [data-does="set"]').click()
    page.wait_for_selector("#setting[open]")
    assert visit.overflow() <= 0
    box = page.locator("#setting").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    visit.context.close()


@pytest.mark.parametrize(
    ("language", "width", "said", "down"),
    [
        ("fr-CA", 1440, "Appel d'urgence au 15", "est hors service"),
        ("en-CA", 380, "Emergency call to 15", "is down"),
    ],
)
def test_given_an_emergency_call_and_a_trunk_that_is_down_then_the_page_says_so_first(
    chromium: Any, address: str, console: Console, language: str, width: int, said: str, down: str
) -> None:
    visit = Visit(chromium, address, language, width)
    page = visit.sign_in()
    assert page.locator("#alerts").is_hidden()
    now = console.doors.clock.unix("boreal")
    rescue = EmergencyCall(extension="1009", dialled="15", site="LYON", shown="+33199000103", at=now)
    Pipelines(redis_url(console.settings)).ask(*told("boreal", "c1", rescue))
    page.locator("#alerts li.emergency").get_by_text(said).wait_for(timeout=3000)
    assert "+33199000103" in page.locator("#alerts li.emergency").inner_text()
    gateways = GatewayStore(console.redis, console.settings.node)
    gateways.changed("trunk", Gateway(up=False, state="FAIL_WAIT", since=now))
    console.agents().trunk("trunk", "down")
    page.locator("#alerts li.trunk_down").get_by_text(down).wait_for(timeout=3000)
    order = page.locator("#alerts li").evaluate_all("rows => rows.map((row) => row.className)")
    assert order == ["emergency", "trunk_down"]
    assert visit.overflow() <= 0
    gateways.changed("trunk", Gateway(up=True, state="REGED", since=now))
    console.agents().trunk("trunk", "up")
    page.locator("#alerts li.trunk_down").wait_for(state="detached", timeout=3000)
    assert visit.errors == []
    visit.context.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_given_an_agent_then_she_has_a_page_of_her_own_on_which_she_goes_on_a_break(
    chromium: Any, console: Console, address: str, width: int
) -> None:
    console.account("lina", "agent", "1007")
    visit = Visit(chromium, address, "fr-CA", width)
    visit.open()
    page = visit.page
    page.keyboard.type("lina")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#change button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#setting[open]")
    page.locator("#kind").select_option("break")
    page.locator("#reason").fill("repas")
    page.locator("#reason").press("Enter")
    page.locator("#said", has_text="C'est modifié.").wait_for()
    row = console.app.test_client().get("/api/v1/companies/boreal/agents/1007", headers=console.token()).json
    assert (row["intent"], row["declared_by"]) == ("break", "agent lina")
    page.locator("#out-of", has_text="en pause").wait_for()
    assert visit.overflow() <= 0
    visit.context.close()


@pytest.mark.parametrize(
    ("language", "width", "set_by", "missed"),
    [
        ("en-CA", 320, "paul set you “on a break”", "Calls went unanswered"),
        ("fr-CA", 1440, "paul vous a mis «\u00a0en pause\u00a0»", "Des appels sont restés sans réponse"),
    ],
)
def test_given_an_agent_whom_a_supervisor_or_missed_calls_set_then_her_page_says_who_or_why(
    chromium: Any, console: Console, address: str, language: str, width: int, set_by: str, missed: str
) -> None:
    console.account("lina", "agent", "1007")
    now = console.doors.clock.unix("boreal")
    store = console.doors.agents("boreal")
    store.register("1007a", now + 600, "1007", now)
    visit = Visit(chromium, address, language, width)
    visit.open()
    page = visit.page
    page.keyboard.type("lina")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#change button").wait_for()
    assert page.locator("#told").is_hidden()
    store.declare("1007", Intent(kind="break", reason="lunch", source="supervisor paul", since=now + 1))
    page.locator("#told", has_text=set_by).wait_for(timeout=15_000)
    store.declare("1007", Intent(kind="away", reason="inactive", source="system", since=now + 2))
    page.locator("#told", has_text=missed).wait_for(timeout=15_000)
    assert visit.overflow() <= 0
    store.declare("1007", Intent(kind="available", source="agent lina", since=now + 3))
    page.locator("#told").wait_for(state="hidden", timeout=15_000)
    assert visit.errors == []
    visit.context.close()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en-CA", "longer than foreseen (at most 15 min)"), ("fr-CA", "prévu (15 min au plus)")],
)
def test_given_a_break_that_is_too_long_then_the_board_says_whose(
    chromium: Any, console: Console, address: str, language: str, said: str
) -> None:
    account = msgspec.structs.replace(document().account, longest_break=900)
    console.save(msgspec.structs.replace(document(), account=account))
    now, store = console.doors.clock.unix("boreal"), console.doors.agents("boreal")
    store.register("1007a", now + 600, "1007", now)
    store.declare("1007", Intent(kind="break", reason="lunch", source="agent", since=now - 901))
    visit = Visit(chromium, address, language, 380)
    visit.sign_in()
    page = visit.page
    page.locator("#alerts li.break_long").get_by_text(said).wait_for(timeout=10_000)
    assert document().users["1007"].name in page.locator("#alerts li.break_long").inner_text()
    assert visit.overflow() <= 0
    store.declare("1007", Intent(kind="available", source="agent", since=now))
    page.locator("#alerts li.break_long").wait_for(state="detached", timeout=10_000)
    visit.context.close()


def held(console: Console) -> None:
    """Omar's outside calls are held, and the company's."""
    calls = OutsideCalls(in_day=9, held=Hold("unusual_cost", console.doors.clock.unix("boreal"), 9))
    doors = console.agents().reservations
    known = list(doors.read(["1004"], 100.0).values())
    cause = Cause(how="calls_out", source="dialplan", now=100.0)
    assert doors.count(known, Tally({"1004": calls, COMPANY: calls}), cause) is None


@pytest.mark.parametrize(
    ("language", "width", "said", "lift"),
    [
        (
            "fr-CA",
            1440,
            "appels extérieurs retenus\u00a0: un nombre inhabituel d'appels coûteux",
            "Lever la retenue\u00a0: Omar",
        ),
        ("en-CA", 320, "outside calls held: an unusual number of dear calls", "Lift the hold: Omar"),
    ],
)
def test_given_held_calls_then_an_administrator_reads_why_and_lifts_each_by_keyboard(
    chromium: Any, console: Console, address: str, language: str, width: int, said: str, lift: str
) -> None:
    held(console)
    visit = Visit(chromium, address, language, width)
    page = visit.sign_in()
    row = visit.agent("1004")
    row.locator(".held").wait_for()
    assert row.locator(".held").inner_text() == said
    assert visit.overflow() <= 0
    button = row.locator('[data-does="lift"]')
    assert str(button.get_attribute("aria-label")).startswith(lift)
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#asking[open]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    row.locator(".held").wait_for(state="detached")
    company = page.locator("#alerts .company_held")
    company.locator("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#asking[open]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    company.wait_for(state="detached")
    assert console.agents().company_calls().held is None
    assert visit.errors == []
    visit.context.close()


def test_given_held_calls_then_a_supervisor_reads_why_and_has_no_button(
    visit: Visit, console: Console
) -> None:
    supervised(console)
    held(console)
    page = visit.sign_in("paul.fortin")
    visit.agent("1004").locator(".held").wait_for()
    page.locator("#alerts .company_held").wait_for()
    assert page.locator('[data-does="lift"]').count() == 0
