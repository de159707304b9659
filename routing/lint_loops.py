"""Destinations that go round in a circle (LINT-23), found without a call.

A circle of busy actions needs everybody in it to be on a call, one of advanced rules a caller to whom they apply: those are
only worth a warning, and the loop guard ends the call that goes round.
"""

from __future__ import annotations

import msgspec

from routing.document_walk import Steps
from routing.lint_edges import Edge, Edges, Node, When

_DEEPEST = 8


class Loop(msgspec.Struct, frozen=True):
    """A circle: the objects in order, and the setting at which it is best broken."""

    nodes: tuple[Node, ...]
    steps: Steps
    certain: bool
    """False when it needs people to be busy, or a rule to apply."""


def find_loops(edges: Edges) -> tuple[Loop, ...]:
    """Every circle once, the shortest way round from its first object."""
    edges = _circular(edges)
    found: dict[frozenset[Node], Loop] = {}
    for certain in (True, False):
        for node in edges:
            loop = _round(edges, node, certain)
            if loop is not None:
                found.setdefault(frozenset(loop.nodes), loop)
    return tuple(found.values())


def _circular(edges: Edges) -> dict[Node, list[Edge]]:
    """Only what can be part of a circle: nodes are dropped while nothing leads out of them."""
    leaving = {node: list(listed) for node, listed in edges.items() if listed}
    arriving: dict[Node, list[Node]] = {}
    for node, listed in leaving.items():
        for edge in listed:
            arriving.setdefault(edge.to, []).append(node)
    dead = [node for node in arriving if node not in leaving]
    while dead:
        gone = dead.pop()
        for node in arriving.get(gone, ()):
            if node in leaving:
                leaving[node] = [edge for edge in leaving[node] if edge.to != gone]
                if not leaving[node]:
                    del leaving[node]
                    dead.append(node)
    return leaving


def _round(edges: Edges, start: Node, certain: bool) -> Loop | None:
    """A way from `start` back to it, breadth first, whose parts of the week have a moment in common."""
    ways: list[tuple[tuple[Edge, ...], When]] = [((), When())]
    for _ in range(_DEEPEST):
        longer: list[tuple[tuple[Edge, ...], When]] = []
        for way, when in ways:
            here = way[-1].to if way else start
            for edge in edges.get(here, ()):
                both = None if edge.chancy and certain else when.meets(edge.when)
                if both is None or any(edge.to == earlier.to for earlier in way):
                    continue
                if edge.to == start:
                    return Loop((start, *(e.to for e in way)), edge.steps, certain)
                longer.append(((*way, edge), both))
        ways = longer[:200]
    return None
