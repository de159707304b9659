"""Every name of a key in Redis. The company's id is in each one but those of nodes."""

from __future__ import annotations

LEG = "leg:"


def heartbeat(node: str) -> str:
    """Expires 3 s after the last proof that the controller follows this node."""
    return f"relais:node:{node}:heartbeat"


def lease(node: str) -> str:
    """Who may write the node's heartbeat."""
    return f"relais:node:{node}:lease"


def agent(company: str, extension: str) -> str:
    """Hash: intent of an agent, what followed from it, and each of his legs: `leg:<uuid>` -> JSON of an activity."""
    return f"relais:{company}:agent:{extension}"


def devices(company: str) -> str:
    """Hash: device -> Unix second at which its registration ends."""
    return f"relais:{company}:devices"


def legs(company: str) -> str:
    """Hash: leg uuid -> JSON of an activity, of all agents: what a sweep compares with the switch."""
    return f"relais:{company}:legs"


def calls(company: str) -> str:
    """Hash: call id -> JSON of a live call."""
    return f"relais:{company}:calls"


def idle(company: str) -> str:
    """Hash: extension -> Unix second at which his last call ended."""
    return f"relais:{company}:idle"


def rotation(company: str) -> str:
    """Hash: `routing.members.rotation_key` -> the member who answered last."""
    return f"relais:{company}:rotation"


def lines(company: str) -> str:
    """Hash: uuid of a channel to or from outside -> its node. How many there are is how many lines are in use (P21)."""
    return f"relais:{company}:lines"


def feed(company: str) -> str:
    """Stream: transitions of agents and calls, the newest 1,000."""
    return f"relais:{company}:feed"


def records(company: str) -> str:
    """Stream: one entry for each call that ended."""
    return f"relais:{company}:records"
