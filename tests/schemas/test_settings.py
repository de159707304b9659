"""Settings come from the environment, every mistake told at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.secrets import read_secret
from schemas.settings import SettingsRefused, from_environ, private_redis_socket

DOCUMENTED = Path(__file__).parents[2] / "docs" / "settings.md"


def test_given_an_empty_environment_then_the_defaults_of_the_design_hold() -> None:
    settings = from_environ({})
    assert str(settings.dialplan_listen) == "127.0.0.1:8800"
    assert str(settings.console_listen) == "127.0.0.1:8801"
    assert settings.database_url.startswith("sqlite:////")
    assert settings.var.is_absolute()


def test_given_three_mistakes_then_each_is_named_with_what_is_allowed() -> None:
    wrong = {"RELAIS_CONSOLE_LISTEN": "8801", "RELAIS_ENV": "prod", "RELAIS_RTP_PORTS": "9-3"}
    with pytest.raises(SettingsRefused) as refused:
        from_environ(wrong)
    told = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 3
    assert all(name in told for name in wrong)
    assert "development or production" in told


@pytest.mark.parametrize("url", ["mysql://a/b", "relais.db", "postgresql:/a"])
def test_given_a_database_of_another_kind_then_those_we_know_are_named(url: str) -> None:
    with pytest.raises(SettingsRefused, match="sqlite:///file or postgresql://"):
        from_environ({"RELAIS_DATABASE_URL": url})
    known = from_environ({"RELAIS_DATABASE_URL": "postgresql://relais@db/relais"})
    assert known.database_url == "postgresql+psycopg://relais@db/relais"


def test_given_production_then_a_clock_that_can_be_set_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="RELAIS_CLOCK"):
        from_environ({"RELAIS_ENV": "production", "RELAIS_CLOCK": "/a/clock"})


def test_given_a_long_data_path_then_the_redis_socket_is_still_short_enough() -> None:
    settings = from_environ({"RELAIS_VAR": "/" + "deep/" * 40})
    assert len(str(private_redis_socket(settings))) < 104


def test_given_a_secret_then_it_is_generated_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read_secret(tmp_path, "event_socket")
    assert len(first) >= 32
    assert read_secret(tmp_path, "event_socket") == first
    assert (tmp_path / "secrets" / "event_socket").stat().st_mode & 0o777 == 0o600


def test_given_the_table_of_settings_then_it_has_each_of_them_and_the_defaults_are_those_of_the_code() -> (
    None
):
    class Asked(dict[str, str]):
        """An empty environment that remembers what it was asked for."""

        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            self[name] = ""
            return default

    asked = Asked()
    from_environ(asked)
    rows = re.findall(
        r"^\| `(\w+)` \| (`([^`]+)`|[^|]+) \|", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name for name, *_ in rows} == {*asked, "FREESWITCH_BIN"}
    written = {name: default for name, _, default in rows if default and not default.startswith("VAR/")}
    assert len(written) > 12
    assert from_environ(written) == from_environ({})
