"""Reads the program itself: each field, cache and changing global of every module that a running bot loads. Runs none of it.

What it can't see, the canaries look for in memory: locals of functions that run, and what libraries keep.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeGuard

ROOT: Final = Path(__file__).resolve().parents[3]
VERBS: Final = ("bot/commands/run/channel.py", "bot/commands/ops/probe.py")
"""Where a running bot begins, and its probe; what these import, at the top or in a function, is what is loaded."""

CLOSE: Final = (
    "bot/channels/",
    "bot/privacy/",
    "bot/runtime/",
    "bot/ops/",
    "bot/commands/",
    "bot/engine/state.py",
    "bot/engine/types.py",
)
"""Rooms that people's messages pass through: each field counts. In the others, which hold the public book, what can grow."""

_CACHES: Final = ("cache", "lru_cache", "cached_property")
_KEYED: Final = (
    *("dict", "set", "frozenset", "OrderedDict", "defaultdict", "Counter", "WeakValueDictionary", "WeakKeyDictionary", "WeakSet"),
    *("Dict", "Set", "Mapping", "MutableMapping", "LRUCache", "TTLCache"),
)
_EMPTY: Final = ("dict", "list", "set", "OrderedDict", "defaultdict", "deque", "WeakValueDictionary", "WeakKeyDictionary")


def modules(root: Path = ROOT, verbs: tuple[str, ...] = VERBS) -> tuple[str, ...]:
    """The paths, from `root`, of the modules of ours that the verbs load, in order."""
    found: set[str] = set()
    todo = [verb for verb in verbs if (root / verb).is_file()]
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found.add(path)
        for name in _imported(ast.parse((root / path).read_text("utf-8"))):
            stem = name.replace(".", "/")
            # Installed, the libraries lie beside the program: theirs are not ours to explain.
            near = (f"{stem}.py", f"{stem}/__init__.py") if stem.split("/")[0] == "bot" else ()
            todo += [each for each in near if (root / each).is_file()]
    return tuple(sorted(found))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def fields(root: Path = ROOT, verbs: tuple[str, ...] = VERBS) -> tuple[str, ...]:
    """Every place that can hold something while a bot runs, as `bot/room/module.py:Class.field`, in order.

    A class's field, a function's cache (`module.py:function()`), a global that some function replaces or that begins empty.
    """
    found: set[str] = set()
    for path in modules(root, verbs):
        tree = ast.parse((root / path).read_text("utf-8"))
        near = path.startswith(CLOSE)
        found.update(f"{path}:{name}" for name in (*_of_module(tree), *_of_classes(tree, every=near)))
    return tuple(sorted(found))


def _of_module(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(_name(made) in _CACHES for made in node.decorator_list):
                yield f"{node.name}()"
        elif isinstance(node, ast.Call) and _name(node.func) in _CACHES and node.args:
            yield "cache()"
    for node in tree.body:
        for target, value in _assigned(node):
            if isinstance(target, ast.Name) and value is not None and _begins_empty(value):
                yield target.id


def _of_classes(tree: ast.Module, *, every: bool) -> Iterator[str]:
    for made in ast.walk(tree):
        if not isinstance(made, ast.ClassDef):
            continue
        if every and _holds_values(made):
            for node in made.body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    yield f"{made.name}.{node.target.id}"
        if every:
            yield from (f"{made.name}.{name}" for name in _slots(made))
        for inner in ast.walk(made):
            for target, value in _assigned(inner):
                for place, given in _pairs(target, value):
                    if _is_own(place) and (every or (given is not None and _begins_empty(given))):
                        yield f"{made.name}.{place.attr}"


def _is_own(place: ast.expr) -> TypeGuard[ast.Attribute]:
    """Whether it is `self.something`."""
    return isinstance(place, ast.Attribute) and isinstance(place.value, ast.Name) and place.value.id == "self"


def _holds_values(made: ast.ClassDef) -> bool:
    """Whether the names in a class's body are fields: of a dataclass or a named tuple, not of a protocol or an enumeration."""
    return any(_name(by) == "dataclass" for by in made.decorator_list) or any(_name(base) == "NamedTuple" for base in made.bases)


def _slots(made: ast.ClassDef) -> Iterator[str]:
    for node in made.body:
        for target, value in _assigned(node):
            if isinstance(target, ast.Name) and target.id == "__slots__" and value is not None:
                constants = (each.value for each in ast.walk(value) if isinstance(each, ast.Constant))
                yield from (each for each in constants if isinstance(each, str))


def _assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        return [(node.target, node.value)]
    return []


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Each single place of an assignment: `a, b = 1, 2` gives two."""
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    values: Sequence[ast.expr | None] = value.elts if isinstance(value, ast.Tuple | ast.List) else ()
    if len(values) != len(target.elts):
        values = [None] * len(target.elts)
    for place, each in zip(target.elts, values, strict=True):
        yield from _pairs(place, each)


def _begins_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    return isinstance(value, ast.Call) and _name(value.func) in _EMPTY and (not value.args or _name(value.func) == "defaultdict")


def _name(node: ast.expr) -> str:
    """The last name of `a.b.c(...)`, "" for what has none."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@cache
def keyed_stores(root: Path = ROOT, verbs: tuple[str, ...] = VERBS) -> tuple[str, ...]:
    """Every field, of a class of the rooms that people's messages pass through, that files something under a key: each mapping
    and each set, as `bot/room/module.py:Class.field`, in order. What a chat could be found by is among these."""
    found: set[str] = set()
    for path in modules(root, verbs):
        if path.startswith(CLOSE):
            tree = ast.parse((root / path).read_text("utf-8"))
            found.update(f"{path}:{name}" for name in _keyed(tree))
    return tuple(sorted(found))


def _keyed(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        for target, value in _assigned(node):
            if isinstance(target, ast.Name) and value is not None and _begins_empty(value) and _files(node, value):
                yield target.id
    for made in ast.walk(tree):
        if not isinstance(made, ast.ClassDef):
            continue
        for inner in ast.walk(made):
            for target, value in _assigned(inner):
                for place, given in _pairs(target, value):
                    if _files(inner, given):
                        if _is_own(place):
                            yield f"{made.name}.{place.attr}"
                        elif isinstance(place, ast.Name) and inner in made.body and _holds_values(made):
                            yield f"{made.name}.{place.id}"


def _files(node: ast.AST, value: ast.expr | None) -> bool:
    """Whether an assignment makes a mapping or a set, by its annotation or by its value."""
    if isinstance(node, ast.AnnAssign):
        names = (_name(each) for each in ast.walk(node.annotation) if isinstance(each, ast.expr))
        if any(name in _KEYED for name in names):
            return True
    return isinstance(value, ast.Dict | ast.Set | ast.DictComp | ast.SetComp) or (
        isinstance(value, ast.Call) and _name(value.func) in _KEYED
    )
