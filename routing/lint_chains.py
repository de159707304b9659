"""Destinations that lead too far: circles that only chance closes (LINT-23), and chains of more moves than the loop guard allows a call,
which it ends although nothing goes round (guard 0 of 3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from routing.company import CompanyDocument
from routing.document_walk import Steps
from routing.effective import written, written_at
from routing.lint_edges import Edge, Edges, Node, When, edges_of
from routing.lint_findings import Finding, path_text
from routing.lint_loops import find_loops

_WIDEST = 200
"""Ways that are followed at once from one object: more differ in nothing that people would mend one by one."""


def check(obeyed: CompanyDocument) -> Iterator[Finding]:
    """`LINT-23` and `chain_too_long` of the effective document."""
    edges = edges_of(obeyed)
    for loop in find_loops(edges):
        if not loop.certain:
            yield _circle(loop.nodes, loop.steps)
    limit = obeyed.account.hop_limit
    for start, chain in find_chains(edges, limit):
        names = _names((start, *(edge.to for edge in chain)))
        facts = {"chain": " → ".join(names), "limit": str(limit)}
        path = path_text(written_at(chain[-1].steps))
        yield Finding(id="chain_too_long", level="warn", objects=names, path=path, facts=facts)


def _circle(nodes: tuple[Node, ...], steps: Steps) -> Finding:
    names = _names(nodes)
    facts = {"circle": " → ".join((*names, names[0]))}
    return Finding(id="LINT-23", level="warn", objects=names, path=path_text(written_at(steps)), facts=facts)


def _names(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(written(name) for _, name in nodes)


def find_chains(edges: Edges, limit: int) -> Iterator[tuple[Node, tuple[Edge, ...]]]:
    """Where a chain begins, and its first `limit` + 1 moves, of which the last is one too many. Each long chain once, from its
    beginning; what needs somebody to be busy or a rule to apply is left to chance, and not told."""
    sure = {node: [edge for edge in listed if not edge.chancy] for node, listed in edges.items()}
    ahead = _moves_ahead(sure, limit + 1)
    arrived = {edge.to for listed in sure.values() for edge in listed}
    told: set[Node] = set()
    for start in sorted(ahead, key=lambda node: node in arrived):
        if ahead[start] > limit and start not in told:
            chain = _chain(sure, ahead, start, limit + 1)
            if chain:
                told.update((start, *(edge.to for edge in chain)))
                yield start, chain


def _moves_ahead(edges: Edges, most: int) -> Mapping[Node, int]:
    """How many moves can follow from each object, up to `most`, whenever each of them may be made."""
    ahead = dict.fromkeys(edges, 0)
    reached = [node for node, listed in edges.items() if listed]
    for moves in range(1, most + 1):
        ahead |= dict.fromkeys(reached, moves)
        reached = [node for node in reached if any(ahead.get(edge.to, 0) == moves for edge in edges[node])]
    return ahead


def _chain(edges: Edges, ahead: Mapping[Node, int], start: Node, length: int) -> tuple[Edge, ...]:
    """So many moves from `start` to objects that all differ, whose parts of the week have a moment in common; empty: none."""
    ways: list[tuple[tuple[Edge, ...], When]] = [((), When())]
    for left in range(length, 0, -1):
        longer: list[tuple[tuple[Edge, ...], When]] = []
        for way, when in ways:
            seen = {start, *(edge.to for edge in way)}
            for edge in edges.get(way[-1].to if way else start, ()):
                both = when.meets(edge.when) if ahead.get(edge.to, 0) >= left - 1 else None
                if both is not None and edge.to not in seen:
                    longer.append(((*way, edge), both))
        ways = longer[:_WIDEST]
    return ways[0][0] if ways else ()
