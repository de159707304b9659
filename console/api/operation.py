"""What an operation of the API is: one declaration from which it is served, guarded and described.

A module of this package has the operations of one thing. Each is a function of what was asked that returns an
answer or a refusal; everything around it (who may, is the body right, which language) is `console.api.serving`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from flask import Request, Response

from console.admission import Asker
from console.doors import Doors
from console.permissions import Permission
from console.refusals import Refusal
from routing.company import Language

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
SMALL, LARGE = 64 * 1024, 16 * 1024 * 1024
"""Bytes of a body: of an ordinary one, and of a company (5,000 users are 3.2 MB)."""


class Document(msgspec.Struct):
    """Stands for a company document, `schemas/company.schema.json`, as YAML or JSON."""


class Patch(msgspec.Struct):
    """Stands for a JSON Merge Patch (RFC 7396) of a company document."""


class Events(msgspec.Struct):
    """Stands for server-sent events."""


class Sound(msgspec.Struct):
    """Stands for a WAV file."""


class Nothing(msgspec.Struct):
    """Stands for an answer without a body."""


@dataclass(frozen=True)
class Asked:
    """A request that was let in. `body` is of the operation's type, `text` for documents."""

    doors: Doors
    asker: Asker
    language: Language
    request: Request
    body: Any = None
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer with headers, or with another status than the usual one."""

    value: msgspec.Struct | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Handled = msgspec.Struct | Answer | Refusal | Response
Handler = Callable[..., Handled]


@dataclass(frozen=True)
class Operation:
    """`path` is below /api/v1, with `{names}`. `permission` None: whoever is signed in; `public`: anybody."""

    method: Method
    path: str
    handler: Handler
    summary: str
    answers: type[msgspec.Struct]
    permission: Permission | None = None
    public: bool = False
    body: type[msgspec.Struct] | None = None
    if_match: bool = False
    refusals: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    """What may be asked with the path, by name, and what it is."""
    status: int = 200

    @property
    def name(self) -> str:
        """Its name in the description: the function's."""
        return self.handler.__name__

    @property
    def most_bytes(self) -> int:
        """How large a body may be."""
        return LARGE if self.body in (Document, Patch) else SMALL


def operation(method: Method, path: str, **settings: Any) -> Callable[[Handler], Operation]:
    """Declare the function below as an operation; its docstring's first line is the summary."""

    def declare(handler: Handler) -> Operation:
        summary = (handler.__doc__ or "").strip().splitlines()[0]
        return Operation(method, path, handler, summary, **settings)

    return declare
