"""The switch's configuration as it is written: every setting that the product needs, and a comment that says why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from console.run import freeswitch
from console.run.freeswitch import command, configure
from schemas.settings import Settings, from_environ

TEMPLATES = Path(__file__).parents[3] / "freeswitch_conf" / "conf"
# What must be set, where: file, element, name, value. `{var}` is the data folder.
WANTED = (
    ("sip_profiles/phones", "rtp-timer-name", "soft"),
    ("sip_profiles/trunks", "rtp-timer-name", "soft"),
    ("sip_profiles/phones", "inbound-reg-in-new-thread", "true"),
    ("autoload_configs/sofia.conf", "max-reg-threads", "16"),
    ("sip_profiles/phones", "dialplan", "XML,XML:{var}/fs/failsafe.xml"),
    ("sip_profiles/trunks", "dialplan", "XML,XML:{var}/fs/failsafe.xml"),
    ("sip_profiles/phones", "fire-transfer-events", "true"),
    ("sip_profiles/phones", "manage-presence", "true"),
    ("sip_profiles/trunks", "disable-transfer", "true"),
    ("sip_profiles/phones", "multiple-registrations", "false"),  # decision 0003
    ("sip_profiles/phones", "log-auth-failures", "true"),
    ("sip_profiles/trunks", "log-auth-failures", "true"),
    ("sip_profiles/phones", "accept-blind-auth", "false"),
    ("sip_profiles/phones", "accept-blind-reg", "false"),
    ("sip_profiles/trunks", "accept-blind-auth", "false"),
    ("sip_profiles/trunks", "accept-blind-reg", "false"),
    ("sip_profiles/phones", "auth-calls", "true"),
    ("sip_profiles/phones", "context", "relais-phone"),
    ("sip_profiles/trunks", "context", "relais-trunk"),
    ("sip_profiles/phones", "send-message-query-on-register", "true"),
    ("sip_profiles/phones", "channel-xml-fetch-on-nightmare-transfer", "true"),
    ("autoload_configs/switch.conf", "hold_music", "local_stream://default"),
    ("autoload_configs/switch.conf", "api-expansion", "true"),
    ("autoload_configs/switch.conf", "disable_system_app_commands", "true"),
    ("autoload_configs/switch.conf", "disable_system_api_commands", "true"),
    ("autoload_configs/event_socket.conf", "listen-ip", "127.0.0.1"),
    ("autoload_configs/event_socket.conf", "apply-inbound-acl", "loopback.auto"),
    ("autoload_configs/voicemail.conf", "allow-empty-password-auth", "false"),
    ("autoload_configs/voicemail.conf", "callback-context", "relais-transfer"),
    ("autoload_configs/voicemail.conf", "callback-dialplan", "XML,XML:{var}/fs/failsafe.xml"),
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = from_environ({"RELAIS_VAR": str(tmp_path_factory.mktemp("var"))})
    configure(settings)
    yield settings
    freeswitch.clean(settings)


def written(settings: Settings, file: str) -> etree._Element:
    return etree.parse(settings.var / "fs" / "conf" / f"{file}.xml").getroot()


def values(root: etree._Element, name: str) -> list[str]:
    return [str(each.get("value")) for each in root.iter("param", "variable") if each.get("name") == name]


@pytest.mark.parametrize(("file", "name", "value"), WANTED)
def test_given_the_configuration_then_the_setting_is_there_once(
    settings: Settings, file: str, name: str, value: str
) -> None:
    assert values(written(settings, file), name) == [value.format(var=settings.var)]


def folders(settings: Settings) -> dict[str, Path]:
    """Those of the command line."""
    line = command(Path("/nowhere/freeswitch"), settings)
    return {name.removeprefix("-"): Path(value) for name, value in pairwise(line) if name[0] == "-"}


def test_given_memory_to_write_to_then_answers_pass_there_privately_and_the_log_is_kept_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeswitch, "_MEMORY", tmp_path / "memory")
    (tmp_path / "memory").mkdir()
    settings = from_environ({"RELAIS_VAR": str(tmp_path / "var")})
    configure(settings)
    used = folders(settings)
    for name in ("temp", "log"):
        assert used[name].is_relative_to(tmp_path / "memory")
        assert used[name].parent.stat().st_mode & 0o077 == 0
    assert used["db"] == settings.var / "fs" / "db"
    (kept,) = values(written(settings, "autoload_configs/logfile.conf"), "logfile")
    assert kept == f"{settings.var}/fs/log/freeswitch.log"
    freeswitch.clean(settings)
    assert list((tmp_path / "memory").iterdir()) == []


def test_given_a_run_that_was_killed_then_the_next_one_takes_away_what_it_left_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeswitch, "_MEMORY", tmp_path / "memory")
    (tmp_path / "memory").mkdir()
    settings = from_environ({"RELAIS_VAR": str(tmp_path / "var")})
    configure(settings)
    left = folders(settings)["temp"] / "0b0f.tmp.xml"
    left.write_text("an answer of the web server")
    others = tmp_path / "memory" / "relais-0-of-another-installation"
    others.mkdir()
    configure(settings)
    assert not left.exists()
    assert left.parent.is_dir()
    assert others.is_dir()


@pytest.mark.parametrize("taken", ["none", "open to all", "a link"])
def test_given_no_such_memory_or_somebody_elses_folder_there_then_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    memory = tmp_path / "memory"
    monkeypatch.setattr(freeswitch, "_MEMORY", memory)
    settings = from_environ({"RELAIS_VAR": str(tmp_path / "var")})
    if taken != "none":
        memory.mkdir()
        mine = folders(settings)["temp"].parent
        mine.rmdir()
        (tmp_path / "other").mkdir(mode=0o700)
        mine.symlink_to(tmp_path / "other") if taken == "a link" else mine.mkdir(mode=0o777)
        if taken == "open to all":
            mine.chmod(0o777)
    configure(settings)
    assert folders(settings)["temp"] == settings.var / "fs" / "temp"
    freeswitch.clean(settings)
    assert (settings.var / "fs" / "temp").is_dir()


def test_given_a_burst_of_calls_then_the_switch_takes_them(settings: Settings) -> None:
    root = written(settings, "autoload_configs/switch.conf")
    assert int(values(root, "sessions-per-second")[0]) >= 100
    assert int(values(root, "max-sessions")[0]) >= 1000


def test_given_the_event_socket_then_its_password_is_this_installations_own(settings: Settings) -> None:
    (password,) = values(written(settings, "autoload_configs/event_socket.conf"), "password")
    assert len(password) >= 24
    assert "ClueCon" not in password


@pytest.mark.parametrize("section", ["dialplan", "directory"])
def test_given_a_section_then_two_bindings_or_more_with_a_second_each(
    settings: Settings, section: str
) -> None:
    root = written(settings, "autoload_configs/xml_curl.conf")
    bound = [each for each in root.iter("binding") if each.find(f"param[@bindings='{section}']") is not None]
    asked = [each for each in bound if str(each.find("param").get("value")).startswith("http://127.0.0.1:")]  # type: ignore[union-attr]
    assert len(asked) >= 2
    assert {tuple(values(each, "timeout")) for each in asked} == {("1",)}
    assert {tuple(values(each, "method")) for each in asked} == {()}
    urls = [str(each.find("param").get("value")) for each in bound]  # type: ignore[union-attr]
    assert len(set(urls)) == len(urls)
    mirror = f"file:{settings.directory_mirror}"
    assert (urls[-1] == mirror) == (section == "directory")


def test_given_the_bindings_then_no_other_section_is_asked_of_us(settings: Settings) -> None:
    root = written(settings, "autoload_configs/xml_curl.conf")
    assert {each.get("bindings") for each in root.iter("param") if each.get("bindings")} == {
        "dialplan",
        "directory",
    }


@pytest.mark.parametrize(("file", "name", "value"), WANTED)
def test_given_a_setting_then_the_file_says_why(file: str, name: str, value: str) -> None:
    lines = (TEMPLATES / f"{file}.xml").read_text().splitlines()
    (at,) = [n for n, line in enumerate(lines) if f'name="{name}"' in line]
    above = at - 1
    while lines[above].lstrip().startswith(("<param", "<variable")):
        above -= 1
    assert lines[above].rstrip().endswith("-->"), f"{file}: {name} has no comment"
    assert at - above <= 3, f"{file}: {name} is too far from its comment"
