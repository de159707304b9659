"""`relais demo`: place calls on the demonstration switch and watch them, through its control door.

What is printed is French when the terminal's language is (`LANG`), English otherwise.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from console.commands.terminal import spoken
from schemas.settings import from_environ

_ASK_SECONDS = 10.0
_SILENT_SECONDS = 600.0
_WORDS = {
    "call": ("calls", "appelle"),
    "ring": ("rings", "sonne"),
    "early_media": ("early media", "média précoce"),
    "answer": ("answers", "répond"),
    "refuse": ("refuses", "refuse"),
    "key": ("presses", "appuie sur"),
    "bridge": ("talks to", "parle avec"),
    "unbridge": ("stops talking", "ne parle plus"),
    "play": ("hears", "entend"),
    "record": ("is recorded for", "est enregistré pour"),
    "voicemail": ("leaves a message for", "laisse un message à"),
    "park": ("waits", "attend"),
    "step": ("step", "étape"),
    "transfer": ("is moved to", "est dirigé vers"),
    "hold": ("holds", "met en garde"),
    "unhold": ("takes back", "reprend"),
    "hangup": ("hangs up", "raccroche"),
}
_TEXTS = {
    "idle": ("idle", "libre"),
    "busy": ("in a call", "en communication"),
    "away": (
        "the demonstration switch does not answer on {0} (RELAIS_DEMO_CONTROL); start it with `make run`",
        "le commutateur de démonstration ne répond pas sur {0} (RELAIS_DEMO_CONTROL) ; lancez-le avec `make run`",
    ),
    "keys": ("{0!r}: keys@seconds, such as 1004@3", "{0!r} : touches@secondes, par exemple 1004@3"),
}


class Timed(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """`KEYS@SECONDS`: keys, pressed that many seconds after the call began."""

    name = "keys@seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, str]:
        """Seconds and keys."""
        keys, _, seconds = str(value).partition("@")
        if not keys or not set(keys) <= set("0123456789*#") or not seconds.replace(".", "", 1).isdigit():
            self.fail(_text("keys").format(value), param, ctx)
        return float(seconds), keys


@click.group("demo")
def command() -> None:
    """Place calls by hand on the demonstration switch."""


@command.command("call")
@click.option("--to", required=True, help="Number or extension to call.")
@click.option("--number", default="+14505550199", show_default=True, help="The caller's number.")
@click.option("--name", default="Garage Nord", show_default=True, help="The caller's name.")
@click.option("--device", default="", help="Call from this phone, such as 1001a@boreal.example.")
@click.option("--press", multiple=True, type=Timed(), help="Keys at a time, such as 1004@3; repeatable.")
@click.option(
    "--hang-up",
    "hang_up_at",
    type=float,
    default=60.0,
    show_default=True,
    help="The caller hangs up after this many seconds.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def call(*, as_json: bool, **wanted: Any) -> None:
    """Place a call and print what happens, live."""
    placed = _ask("POST", "/calls", wanted)
    for line in _lines(f"/calls/{placed['call']}/follow"):
        click.echo(line.decode("utf-8", "replace").rstrip() if as_json else _sentence(json.loads(line)))


@command.command("phones")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def phones(*, as_json: bool) -> None:
    """List the registered phones."""
    found = _ask("GET", "/phones")["phones"]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for phone in found:
        click.echo(f"{phone['device']:<32} {_text('busy' if phone['calls'] else 'idle')}")


def _sentence(row: dict[str, Any]) -> str:
    """One row of the timeline for people."""
    what = _WORDS.get(row["what"], (row["what"], row["what"]))[_language()]
    rest = " ".join(filter(None, (row.get("detail", ""), row.get("cause", ""))))
    return f"{row['seconds']:8.2f} s  {row['who']:<28} {what:<22} {rest}".rstrip()


def _language() -> int:
    """The column of the tables: 1 is French."""
    return int(spoken() == "fr")


def _text(name: str) -> str:
    return _TEXTS[name][_language()]


def _ask(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    with _answer(method, path, json.dumps(body).encode() if body else None, _ASK_SECONDS) as answer:
        found = json.load(answer)
    if answer.status != 200:
        raise click.ClickException(found.get("error", str(answer.status)))
    return dict(found)


def _lines(path: str) -> Iterator[bytes]:
    """Lines as they come; the switch ends them with the call."""
    with _answer("GET", path, None, _SILENT_SECONDS) as answer:
        yield from answer


@contextmanager
def _answer(method: str, path: str, body: bytes | None, seconds: float) -> Iterator[http.client.HTTPResponse]:
    where = from_environ().demo_control
    link = http.client.HTTPConnection(where.host, where.port, timeout=seconds)
    try:
        link.request(method, path, body)
        yield link.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise click.ClickException(_text("away").format(where)) from error
    finally:
        link.close()
