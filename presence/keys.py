"""Every name of a key in Redis. The company's id is in each one but those of nodes."""

from __future__ import annotations


def heartbeat(node: str) -> str:
    """Expires 3 s after the last proof that the controller follows this node."""
    return f"relais:node:{node}:heartbeat"


def gateways(node: str) -> str:
    """Hash: gateway -> JSON of its state (`presence.gateways`)."""
    return f"relais:node:{node}:gateways"


def lease(node: str) -> str:
    """Who may write the node's heartbeat."""
    return f"relais:node:{node}:lease"


def orders(node: str) -> str:
    """List: what pages and programs ask of the controller of this node (`presence.orders`)."""
    return f"relais:node:{node}:orders"


def document_orders() -> str:
    """List: what phones ask to be saved of whoever has the company documents (`presence.orders`)."""
    return "relais:documents:orders"


def reply(order: str) -> str:
    """List of one: what became of an order; expires."""
    return f"relais:reply:{order}"


def standby(node: str) -> str:
    """There while a controller waits for the node's lease."""
    return f"relais:node:{node}:standby"


def core(node: str) -> str:
    """Core-UUID of the node's run that was followed last."""
    return f"relais:node:{node}:core"


def agent(company: str, extension: str) -> str:
    """Hash: everything that is kept of an agent (`presence.agent_fields`), his legs and reservations included."""
    return f"relais:{company}:agent:{extension}"


def devices(company: str) -> str:
    """Hash: device -> Unix second at which its registration ends."""
    return f"relais:{company}:devices"


def device_nodes(company: str) -> str:
    """Hash: device -> the node at which it registered last."""
    return f"relais:{company}:device-nodes"


def legs(company: str) -> str:
    """Hash: leg uuid -> JSON of a leg, of all agents: what a sweep compares with the switch."""
    return f"relais:{company}:legs"


def calls(company: str) -> str:
    """Hash: call id -> JSON of a live call."""
    return f"relais:{company}:calls"


def taken(company: str, channel: str) -> str:
    """The call that has just picked up this channel, for as long as the switch may take to join them."""
    return f"relais:{company}:taken:{channel}"


def monitors(company: str) -> str:
    """Hash: call id -> JSON of the supervisor who is in it (`routing.supervision.Monitor`)."""
    return f"relais:{company}:monitors"


def claims(company: str) -> str:
    """Hash: `<call>/<extension>` -> JSON of a reservation, of all agents."""
    return f"relais:{company}:claims"


def due(company: str) -> str:
    """Sorted set: extension by the Unix second at which something of him is over by itself."""
    return f"relais:{company}:due"


def transitions(company: str) -> str:
    """Stream: every change of an agent with from, to, cause and source, for statistics; the newest 100,000."""
    return f"relais:{company}:transitions"


def transitions_kept(company: str) -> str:
    """The id of the newest entry of `transitions` that is in the database."""
    return f"relais:{company}:transitions_kept"


def rotation(company: str) -> str:
    """Hash: `routing.members.rotation_key` -> the member who answered last."""
    return f"relais:{company}:rotation"


def lines(company: str) -> str:
    """Hash: uuid of a channel to or from outside -> `presence.lines.Line`. How many there are is how many are in use (P21)."""
    return f"relais:{company}:lines"


def outside_calls(company: str) -> str:
    """JSON of what the fraud guard counted of the whole company (`routing.outside_calls`); a user's is in his own hash."""
    return f"relais:{company}:outside_calls"


def call_backs(company: str) -> str:
    """Hash: call id -> JSON of a request to be called back (`routing.call_backs`)."""
    return f"relais:{company}:call_backs"


def calling_back(company: str, call: str) -> str:
    """The node that rings a member for a request to be called back; expires."""
    return f"relais:{company}:calling_back:{call}"


def waiting(company: str) -> str:
    """Hash: call id -> JSON of its place in a queue's line (`routing.snapshot.Waiting`). Whoever reads it leaves out what has
    run out; whoever writes takes it away."""
    return f"relais:{company}:waiting"


def connects(company: str) -> str:
    """List: who of the queues' callers was answered lately (`presence.connects`); expires ten minutes after the last one."""
    return f"relais:{company}:connects"


def feature_phones(company: str, node: str) -> str:
    """Hash: user -> JSON of what his phones' own keys were told last by this node (`presence.feature_phones`)."""
    return f"relais:{company}:feature-phones:{node}"


def lamps(company: str, node: str) -> str:
    """Hash: what a lamp's key dials -> what its phones were told last by this node (`presence.lamps`)."""
    return f"relais:{company}:lamps:{node}"


def offer(company: str, extension: str) -> str:
    """The call that an agent is kept for while no controller knows about agents; expires with the offer."""
    return f"relais:{company}:offer:{extension}"


def emergencies(company: str) -> str:
    """Hash: call id -> JSON of an emergency call (`presence.emergencies`); expires an hour after the last one."""
    return f"relais:{company}:emergencies"


def feed(company: str) -> str:
    """Stream: transitions of agents and calls, the newest 1,000."""
    return f"relais:{company}:feed"


def records(company: str) -> str:
    """Stream: one entry for each call that ended (`routing.ended_call`, without segments); the newest 100,000."""
    return f"relais:{company}:records"


def kept(company: str) -> str:
    """The id of the newest entry of `records` that is in the database."""
    return f"relais:{company}:kept"


def trace(company: str, call: str) -> str:
    """Hash: `<segment>.<step>` -> JSON of `routing.trace.TracedStep`. Expires."""
    return f"relais:{company}:trace:{call}"


def followed(company: str) -> str:
    """Hash: call id -> JSON of what its controller knows of it (`controller.following`): another one goes on from there."""
    return f"relais:{company}:followed"


def over(company: str, call: str) -> str:
    """There while whoever tells late of a call must know that it is over. Expires."""
    return f"relais:{company}:over:{call}"


def repairs(company: str) -> str:
    """Stream: what a sweep found wrong and put right; the newest 1,000."""
    return f"relais:{company}:repairs"
