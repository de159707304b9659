"""The gateway file of a scripted carrier, made of the one that an installation begins with: what is tried is what is shipped."""

from __future__ import annotations

from pathlib import Path

_SHIPPED = Path(__file__).resolve().parents[2] / "freeswitch_conf" / "trunk.xml"


def gateway_file(name: str, port: int, *, register: bool = False) -> str:
    """The text of `VAR/gateways/<name>.xml`: a carrier at a port of this machine."""
    text = _SHIPPED.read_text(encoding="utf-8")
    for shipped, ours in {
        'name="trunk"': f'name="{name}"',
        "{{trunk_proxy}}": f"127.0.0.1:{port}",
        'name="register" value="false"': f'name="register" value="{str(register).lower()}"',
    }.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, ours)
    return text
