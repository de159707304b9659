"""Which fields of the document's structs the code reads, by the types that mypy finds: a plugin of it looks on."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from mypy.build import build
from mypy.modulefinder import BuildSource
from mypy.options import Options
from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type, TypeVarLikeType, UnionType, get_proper_type

ROOT = Path(__file__).parents[2]
FOLDERS = ("routing", "presence", "controller", "dialplan_server", "store", "console")
BESIDE = ROOT / "schemas" / "trunk_legs.py"  # the dial strings that both shells write
STRUCTS = "routing.company."
DESCRIBES = {"routing.document_walk"}
"""Goes through documents, whatever is in them."""

Field = tuple[str, str]
"""Full name of a class, and of a field or property of it."""
_SEEN: set[tuple[str, int, Field]] = set()
"""File, line, what is read there."""


class Onlooker(Plugin):
    """Notes each attribute of a struct that mypy sees read, patterns included."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _saw(fullname.rpartition(".")[2]) if fullname.startswith(STRUCTS) else None


def plugin(_version: str) -> type[Plugin]:
    """How mypy finds it."""
    return Onlooker


def _saw(name: str) -> Callable[[AttributeContext], Type]:
    def note(context: AttributeContext) -> Type:
        for kind in _classes(context.type):
            _SEEN.add((context.api.path, context.context.line, (kind, name)))
        return context.default_attr_type

    return note


def _classes(found: Type) -> Iterator[str]:
    match get_proper_type(found):
        case UnionType(items=items):
            for item in items:
                yield from _classes(item)
        case TypeVarLikeType(upper_bound=bound):
            yield from _classes(bound)
        case Instance(type=info):
            yield info.fullname


@cache
def fields_read() -> frozenset[Field]:
    """What code that could obey a setting reads: not what describes or lints documents. A property of a struct
    reads its fields when somebody reads the property."""
    sources = {source.path: source.module for source in _sources()}
    with TemporaryDirectory() as folder:
        _look(Path(folder))
    read: set[Field] = set()
    within: dict[Field, set[Field]] = defaultdict(set)
    for path, line, field in _SEEN:
        module = sources.get(path)
        if module is None:
            continue  # schemas: they check documents
        if module.startswith(STRUCTS):
            within[_properties(path, module).get(line, ("", ""))].add(field)
        elif module not in DESCRIBES and not module.startswith("routing.lint"):
            read.add(field)
    while more := {field for name in read for field in within.get(name, ())} - read:
        read |= more
    return frozenset(read)


def is_read(struct: type, name: str) -> bool:
    """The field, or the property of that name, is read on the struct or on what it is a kind of."""
    kinds = [f"{kind.__module__}.{kind.__name__}" for kind in struct.__mro__]
    return any((kind, name) in fields_read() for kind in kinds)


@cache
def _properties(path: str, module: str) -> dict[int, Field]:
    """The property that a line is part of."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {
        line: (f"{module}.{struct.name}", made.name)
        for struct in ast.walk(tree)
        if isinstance(struct, ast.ClassDef)
        for made in struct.body
        if isinstance(made, ast.FunctionDef)
        for line in range(made.lineno, (made.end_lineno or made.lineno) + 1)
    }


def _sources() -> list[BuildSource]:
    files = sorted([BESIDE, *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))])
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [BuildSource(str(f), n.removesuffix(".__init__")) for f, n in zip(files, names, strict=True)]


def _look(folder: Path) -> None:
    """Have mypy go through our own code and msgspec: what the other packages are makes no difference to a field of ours."""
    (folder / "msgspec").symlink_to(Path(msgspec.__file__).parent)
    options = Options()
    options.mypy_path = [str(folder)]
    options.no_site_packages = options.ignore_missing_imports = options.explicit_package_bases = True
    options.plugins, options.config_file = [__name__], str(ROOT / "setup.cfg")
    options.incremental = False
    options.cache_dir = "/dev/null"
    build(_sources(), options)
