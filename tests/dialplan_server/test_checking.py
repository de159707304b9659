"""Every document we write is held to a grammar: the right ones pass, wrong ones are refused and never reach the switch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dialplan_server import directory, failsafe
from dialplan_server.checking import Invalid, checker, checks
from dialplan_server.companies import index
from dialplan_server.deciding import Settled
from dialplan_server.form import Form
from dialplan_server.lookup import Question, read
from dialplan_server.mirror import Mirror
from dialplan_server.rendering import documents
from dialplan_server.rendering.steps import Renderer
from dialplan_server.wiring import build
from routing.decision import Decision
from routing.route import Place
from routing.steps import (
    Announce,
    AnyStep,
    Ask,
    CheckVoicemail,
    CollectMore,
    Confirm,
    Hangup,
    Leg,
    PickUp,
    Play,
    PromptRef,
    Ring,
    Voicemail,
    Wait,
)
from store.documents import compiled_snapshot
from store.prompt_files import PromptFiles
from tests.dialplan_server.asking import (
    applications,
    body,
    call,
    publish,
    settings_in,
    well_formed,
)
from tests.sample import at, company, document

OPEN = at("2026-10-13 10:00")
SORRY = "tone_stream://%(300,300,400);loops=3"
GREETING, BUILT_IN = PromptRef("G-FR-EN", company=True), PromptRef("sorry", language="fr", date="2026-10-15")
PHONE = Leg(id="1001a", owner="1001", device="1001a", seconds=30, rule="o")
OUTSIDE = Leg(id="x15145550199", owner="1001", number="+15145550199", seconds=25, caller_id="+15145550100",
              confirm=Confirm(seconds=10))  # fmt: skip
STEPS: tuple[AnyStep, ...] = (
    Ask(prompts=(GREETING,), keys="0123456789", plays=3, wait_seconds=5),
    CollectMore(first="1", max_more=3, seconds=3),
    Ring(legs=(PHONE,), seconds=30),
    Ring(legs=(PHONE, OUTSIDE), seconds=30, key_0=True, hold_music="M-1"),
    Ring(legs=tuple(msgspec.structs.replace(PHONE, id=f"{n}a", device=f"{n}a") for n in range(1000, 1090)), seconds=5),
    Voicemail(box="8100"),
    Voicemail(box="8100", greeting=GREETING),
    Voicemail(box="8100", skip_greeting=True),
    CheckVoicemail(box="1001"),
    Announce(prompts=(BUILT_IN,)),
    Play(prompts=(GREETING, BUILT_IN)),
    Wait(seconds=10, music="M-1"),
    PickUp(channel="47ed607c-f505-4410-8083-3ce885c2fd9f"),
    *(Hangup(why=why) for why in ("normal", "busy", "unavailable", "unallocated", "rejected", "loop")),
)  # fmt: skip


def question(**call_fields: str) -> Question:
    known = index({"boreal": company()}, lambda *_: None)
    asked = read(Form(call("+15145550110", **call_fields)), known, lambda _: OPEN)
    assert isinstance(asked, Question)
    return asked


def rendered(step: AnyStep, *, number: int = 1, answered: bool = False, alive: bool = True) -> bytes:
    asked = question(Answer__State="answered" if answered else "ringing")
    asked = msgspec.structs.replace(asked, step=number)
    decision = Decision(step=step, place=Place("n", "DID-1001", "o", "s0"), rule="o", reasons=())
    settled = Settled(decision=decision, route="", started_ms=1)
    folder = Path("/var/relais/sounds")
    renderer = Renderer(
        prompts=PromptFiles(folder, folder),
        dialplans="XML,XML:/var/relais/fs/failsafe.xml",
        recordings=folder,
    )
    return documents.dialplan(
        "relais-trunk", renderer.lines(asked, settled, "controller" if alive else "switch")
    )


def test_given_the_steps_of_this_table_then_no_kind_of_step_is_missing() -> None:
    assert {type(step) for step in STEPS} == set(get_args(AnyStep))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
@pytest.mark.parametrize(("number", "answered", "alive"), [(1, False, True), (7, True, False)])
def test_given_a_step_of_any_kind_then_its_xml_is_valid(
    step: AnyStep, number: int, answered: bool, alive: bool
) -> None:
    well_formed(rendered(step, number=number, answered=answered, alive=alive))


# --- wrong documents --------------------------------------------------------------------------------------

Change = Callable[[str], str]


def replacing(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def bad_line(line: str) -> Change:
    return replacing('<action application="bridge"', f'{line}\n<action application="bridge"')


LINES: dict[str, Change] = {
    "an XML declaration": lambda text: '<?xml version="1.0"?>\n' + text,
    "a document type": lambda text: "<!DOCTYPE document>\n" + text,
    "an include": bad_line("<include>"),
    "a comment": bad_line("<!-- a comment -->"),
    "two elements on one line": replacing('"/>\n<action', '"/><action'),
    "an element on two lines": replacing("<action application", "<action\napplication"),
    "an empty line": replacing("<extension", "\n<extension"),
    "text between elements": bad_line("text"),
    "a global variable": replacing('data="', 'data="$${domain}'),
    "a command of the preprocessor": bad_line('<X-PRE-PROCESS cmd="exec" data="touch pwned"/>'),
    "the preprocessor's name in a value": replacing('data="', 'data="x-pre-process'),
    "no end": lambda text: text.replace("</document>\n", ""),
}
ANSWERS: dict[str, Change] = {
    "an unknown application": bad_line('<action application="system" data="touch pwned"/>'),
    "a known application in the wrong place": bad_line('<action application="answer" data=""/>'),
    "an application twice": bad_line('<action application="multiset" data="^^|relais_step=1"/>'),
    "an unknown attribute": replacing("<condition", '<condition break="never"'),
    "an attribute of an action": replacing('application="bridge"', 'application="bridge" inline="true"'),
    "an anti-action": replacing('<action application="bridge"', '<anti-action application="bridge"'),
    "an unknown context": replacing("relais-trunk", "default"),
    "an unknown section": replacing('name="dialplan"', 'name="configuration"'),
    "an unknown variable": replacing("relais_step", "relais_evil"),
    "a variable of the switch": replacing("|relais_step=", "|api_hangup_hook=system|relais_step="),
    "a value with a blank": replacing("relais_rule=", "relais_rule=a b"),
    "an expansion in a value": replacing("relais_rule=", "relais_rule=${caller_id_name}"),
    "a step that is no number": replacing("relais_step=1", "relais_step=one"),
    "an unknown mover": replacing("relais_mover=controller", "relais_mover=nobody"),
    "another endpoint in a dial string": replacing("sofia/gateway/trunk/", "loopback/"),
    "another host in a dial string": replacing("sofia/gateway/trunk/+15145550199", "sofia/external/1@evil"),
    "another function in a dial string": replacing("sofia_contact", "system"),
    "a leg's variable that is unknown": replacing("leg_timeout=", "execute_on_answer=system,leg_timeout="),
    "a leg without variables": replacing("data=\"[", 'data="${sofia_contact(*/a@b)},['),
    "a transfer without the fail-safe": replacing("XML,XML:/var/relais/fs/failsafe.xml relais", "XML relais"),
    "a transfer to another context": replacing("failsafe.xml relais\"", 'failsafe.xml default"'),
}  # fmt: skip


@pytest.mark.parametrize("change", [*LINES, *ANSWERS])
def test_given_a_wrong_answer_then_it_is_refused(change: str) -> None:
    good = rendered(STEPS[3]).decode()
    checker("dialplan")(good.encode())
    with pytest.raises(Invalid):
        checker("dialplan")({**LINES, **ANSWERS}[change](good).encode())


FILES: dict[str, Change] = {
    "an unknown application": bad_line('<action application="system" data="touch pwned"/>'),
    "an unknown attribute": replacing("<extension", '<extension continue="true"'),
    "a context of nobody's": replacing('<context name="relais-transfer">', '<context name="public">'),
    "an emergency number for outsiders": lambda text: text.replace("${relais_device}:", ""),
    "numbers of any kind": replacing("expression=\"^(?:", 'expression="^(?:.*|'),
    "another field": replacing('field="destination_number"', 'field="caller_id_name"'),
    "an outside number": replacing("${sofia_contact(*/1000a@boreal.example)}", "sofia/gateway/trunk/+19005550100"),
    "a global variable": replacing("relais boreal.example", "relais $${domain}"),
}  # fmt: skip


@pytest.mark.parametrize("change", FILES)
def test_given_a_wrong_fail_safe_file_then_it_is_refused(change: str) -> None:
    good = failsafe.document([company()], SORRY).decode()
    checker("failsafe")(good.encode())
    with pytest.raises(Invalid):
        checker("failsafe")(FILES[change](good).encode())


USERS: dict[str, Change] = {
    "a password in clear": replacing('"a1-hash"', '"password"'),
    "no password": lambda text: "\n".join(line for line in text.splitlines() if "a1-hash" not in line),
    "an unknown variable": replacing('"user_context"', '"api_hangup_hook"'),
    "another context": replacing('value="relais-phone"', 'value="default"'),
    "an unknown attribute": replacing("<user id", '<user cacheable="true" id'),
    "a box that may register": replacing(
        'name="sip-forbid-register" value="true"', 'name="sip-forbid-register" value="false"'
    ),
    "a name with an expansion": replacing('value="Claire Gagnon"', 'value="${x}"'),
    "a name with quotes": replacing('value="Claire Gagnon"', 'value="a &quot;b&quot;"'),
    "a user who is elsewhere": replacing("${sofia_contact(*/", "sofia/external/${sofia_contact(*/"),
}


@pytest.mark.parametrize("change", USERS)
def test_given_a_wrong_directory_then_it_is_refused(change: str) -> None:
    good = directory.mirror([(compiled_snapshot(document(), 1, "key"), company())]).decode()
    checker("directory")(good.encode())
    with pytest.raises(Invalid):
        checker("directory")(USERS[change](good).encode())


# --- at run time ------------------------------------------------------------------------------------------


def test_given_the_setting_then_a_wrong_answer_becomes_the_fail_safe_and_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path, RELAIS_CHECK_XML="1", REDIS_URL="redis://127.0.0.1:1/0")
    publish(settings, document())
    worker = build(settings, lambda work: work())
    worker.published.refresh()
    good = worker.answering.dialplan(call("+15145550110"))
    monkeypatch.setattr(Renderer, "lines", lambda *_: ['<action application="system" data="ls"/>'])
    answer = worker.answering.dialplan(call("+15145550110"))
    assert applications(good)[0][0] == "multiset"
    assert applications(answer) == [("transfer", f"+15145550110 XML:{tmp_path}/fs/failsafe.xml relais-trunk")]
    told = worker.answering.metrics.text()
    assert b'relais_dialplan_xml_invalid_total{document="dialplan"} 1.0' in told
    assert b'relais_dialplan_answers_total{answer="failsafe",section="dialplan"} 1.0' in told


def test_given_the_setting_then_a_wrong_directory_answer_leaves_the_mirror_to_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path, RELAIS_CHECK_XML="1")
    publish(settings, document())
    worker = build(settings, lambda work: work())
    worker.published.refresh()
    monkeypatch.setattr(directory, "user_lines", lambda *_: ['<user id="1001a"/>'])
    answer = worker.answering.directory(body(section="directory", user="1001a", domain="boreal.example"))
    assert answer == documents.NOT_FOUND
    assert b'relais_dialplan_xml_invalid_total{document="directory"} 1.0' in worker.answering.metrics.text()


def test_given_no_such_setting_then_nothing_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path, REDIS_URL="redis://127.0.0.1:1/0")
    publish(settings, document())
    worker = build(settings, lambda work: work())
    worker.published.refresh()
    monkeypatch.setattr(Renderer, "lines", lambda *_: ['<action application="system" data="ls"/>'])
    assert b'application="system"' in worker.answering.dialplan(call("+15145550110"))


def test_given_a_wrong_file_then_the_last_good_one_stays(tmp_path: Path) -> None:
    settings, kinds = settings_in(tmp_path), list[str]()
    pairs = [(compiled_snapshot(document(), 1, "key"), company())]
    good = Mirror(settings, SORRY)
    assert good.lead()
    good.write(pairs)
    before = settings.failsafe_file.read_bytes()
    good.close()
    wrong = Mirror(settings, "/a wrong prompt.wav", checks(kinds.append))
    assert wrong.lead()
    wrong.write([])
    assert kinds == ["failsafe"]
    assert settings.failsafe_file.read_bytes() == before
    assert b"boreal" not in settings.directory_mirror.read_bytes()
    wrong.close()
