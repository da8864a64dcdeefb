"""Changes one value of a YAML file and leaves every other byte: comments, quotes and order stay, so that differences are small.

After each change the file is read again with the strict reader: what was asked for is there and nothing else has changed, or the
change is refused.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import yaml

from bot.book import Unreadable, read

Path = tuple[str | int, ...]
Value = str | Sequence["Value"] | Mapping[str, "Value"]
"""What a file may hold: text, lists and fields. Numbers, dates and true or false are text too, as the reader sees them."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*\Z")
_WIDTH = 130


class EditError(ValueError):
    """A change that cannot be made in this file. The text says why and how to mend it, and holds nothing of the change."""


def scalar(value: str) -> str:
    """A text on one line as YAML: plain where nothing can be misread, else in double quotes."""
    return value if _PLAIN.match(value) else json.dumps(value, ensure_ascii=False)


def _inline(value: Value) -> str:
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(key)}: {_inline(inner)}' for key, inner in value.items())}}}"
    return f"[{', '.join(map(_inline, value))}]"


def _short(value: Value, room: int) -> bool:
    """Whether a value may stand in brackets on one line: ids and numbers only, and not too long."""
    items: list[Any] = list(value.values()) if isinstance(value, Mapping) else list(value)
    parts = [part for item in items for part in ([item] if isinstance(item, str) else item)]
    plain = all(isinstance(part, str) and _PLAIN.match(part) for part in parts) and not any(isinstance(i, Mapping) for i in items)
    return plain and len(_inline(value)) <= room


def lines_of(value: Value, indent: int) -> list[str]:
    """A list or fields as the lines of a block, `indent` spaces in."""
    room, space, lines = _WIDTH - indent, " " * indent, []
    if isinstance(value, Mapping):
        for key, inner in value.items():
            lines += _entry(f"{space}{scalar(key)}:", inner, indent, room - len(key))
    elif not isinstance(value, str):
        for inner in value:
            lines += _item(inner, indent)
    return lines


def _entry(head: str, value: Value, indent: int, room: int) -> list[str]:
    if isinstance(value, str):
        return _text(head, value, indent)
    if not value or _short(value, room):
        return [f"{head} {_inline(value)}"]
    return [head, *lines_of(value, indent + 2)]


def _text(head: str, value: str, indent: int) -> list[str]:
    parts = value.split("\n")
    if len(parts) == 1 or any(part != part.rstrip() or part.startswith((" ", "\t")) for part in parts) or not parts[-1]:
        return [f"{head} {scalar(value)}"]
    return [f"{head} |-", *(f"{' ' * (indent + 2)}{part}".rstrip() for part in parts)]


def _item(value: Value, indent: int) -> list[str]:
    space = " " * indent
    if isinstance(value, str):
        return _text(f"{space}-", value, indent)
    if isinstance(value, Mapping) and value:
        inner = lines_of(value, indent + 2)
        return [f"{space}- {inner[0].lstrip()}", *inner[1:]]
    return [f"{space}- {_inline(value)}"]


def whole(value: Mapping[str, Value], head: str = "") -> str:
    """A whole new file. `head`: comment lines to begin with, each with its `#`."""
    return "\n".join([*([head.rstrip("\n")] if head else []), *lines_of(value, 0)]) + "\n"


# --- changing a file -----------------------------------------------------------------------------------------------


def _child(node: Any, key: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return (None, node.value[key])
    return None


class _File:
    def __init__(self, name: str, text: str) -> None:
        self.name = name
        try:
            self.value, _ = read(name, text.encode())
        except Unreadable as error:
            raise EditError(f"this file has to be mended first: {error.fault}") from None
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        self.lines = self.text.split("\n")
        self.root = yaml.compose(self.text, Loader=yaml.CSafeLoader)

    def find(self, path: Path) -> tuple[Any, Any] | None:
        """The key's node (None in a list) and the value's node."""
        found: tuple[Any, Any] | None = (None, self.root)
        for key in path:
            found = _child(found[1], key) if found else None
        return found

    def last(self, node: Any) -> int:
        """The last line, from 0, on which something of a value stands: blank lines and comments behind it are not its own."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            inner = node.value[-1]
            return self.last(inner[1] if isinstance(node, yaml.MappingNode) else inner)
        end: int = node.end_mark.line
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            end -= node.end_mark.column == 0
            while end > node.start_mark.line and not self.lines[end].strip():
                end -= 1
        start: int = node.start_mark.line
        return max(end, start)

    def splice(self, first: int, last: int, lines: list[str]) -> str:
        """The text with lines `first` to `last` (not included) replaced."""
        return "\n".join([*self.lines[:first], *lines, *self.lines[last:]])

    def within(self, start: Any, end: Any, text: str) -> str:
        """The text with what stands between two marks replaced."""
        before = [*self.lines[: start.line], self.lines[start.line][: start.column]]
        after = [self.lines[end.line][end.column :], *self.lines[end.line + 1 :]]
        return "\n".join(before) + text + "\n".join(after)

    def set(self, path: Path, value: Value) -> str:
        """The text with the value at `path`, which exists, replaced."""
        found = self.find(path)
        assert found is not None
        key, node = found
        around = filter(None, (self.find(path[:depth]) for depth in range(len(path))))
        in_brackets = any(isinstance(above, yaml.CollectionNode) and above.flow_style for _, above in around)
        block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        open_collection = isinstance(node, yaml.CollectionNode) and not node.flow_style
        if in_brackets or (isinstance(value, str) and "\n" not in value and not block and not open_collection):
            return self.within(node.start_mark, node.end_mark, _inline(value))
        if key is None:
            indent, first = self._dash(path, node)
            return self.splice(first, self.last(node) + 1, _item(value, indent))
        indent, first = key.start_mark.column, key.start_mark.line
        # A field may begin on the line of its list's dash: what stands before it stays.
        entry = _entry(f"{' ' * indent}{scalar(key.value)}:", value, indent, _WIDTH - indent - len(key.value))
        entry[0] = self.lines[first][:indent] + entry[0][indent:]
        return self.splice(first, self.last(node) + 1, entry)

    def _dash(self, path: Path, node: Any) -> tuple[int, int]:
        """Where the dash of a list's item stands: its column and line."""
        line = node.start_mark.line
        above = self.find(path[:-1])
        column = above[1].start_mark.column if above else 0
        while line and not self.lines[line][column:].startswith("-"):
            line -= 1
        return column, line

    def add(self, path: Path, value: Value) -> str:
        """The text with a new field or item at the end of what `path[:-1]` names."""
        above = self.find(path[:-1])
        key = path[-1]
        if above is None:
            inner: Value = {key: value} if isinstance(key, str) else [value]
            return self.add(path[:-1], inner)
        node = above[1]
        if isinstance(node, yaml.CollectionNode) and node.flow_style:
            return self._into_brackets(path, key, value)
        if isinstance(node, yaml.MappingNode) and isinstance(key, str):
            indent = node.start_mark.column
            lines = lines_of({key: value}, indent)
        elif isinstance(node, yaml.SequenceNode):
            lines = _item(value, node.start_mark.column)
        else:
            raise EditError("there is nothing here that a field could be added to; change the file by hand")
        at = self.last(node) + 1
        return self.splice(at, at, lines)

    def _into_brackets(self, path: Path, key: str | int, value: Value) -> str:
        now: Any = self.value
        for part in path[:-1]:
            now = now[part]
        longer: Value = {**now, key: value} if isinstance(now, dict) and isinstance(key, str) else [*now, value]
        return self.set(path[:-1], longer)

    def drop(self, path: Path) -> str:
        """The text without the entry at `path`."""
        above, found = self.find(path[:-1]), self.find(path)
        if above is None or found is None:
            raise EditError("there is no such entry in this file")
        siblings = above[1].value
        if above[1].flow_style or len(siblings) == 1:
            now: Any = self.value
            for part in path[:-1]:
                now = now[part]
            if isinstance(now, dict):
                return self.set(path[:-1], {name: inner for name, inner in now.items() if name != path[-1]})
            return self.set(path[:-1], [inner for number, inner in enumerate(now) if number != path[-1]])
        key, node = found
        if key is None:
            _, first = self._dash(path, node)
            return self.splice(first, self.last(node) + 1, [])
        first, column = key.start_mark.line, key.start_mark.column
        if self.lines[first][:column].strip():
            # The first field of a list's item: the next one takes its place behind the dash.
            after = self.last(node) + 1
            rest_line = self.lines[first][:column] + self.lines[after].lstrip()
            return self.splice(first, after + 1, [rest_line])
        return self.splice(first, self.last(node) + 1, [])


def _same(before: Any, after: str, name: str, fix: str) -> str:
    try:
        now, _ = read(name, after.encode())
    except Unreadable as error:
        raise EditError(f"{error.fault.what} {error.fault.fix}") from None
    if now != before:
        raise EditError(fix)
    return after


_BY_HAND = "this file is laid out so that the change would touch more than it should; change it by hand"


def _at(value: Any, path: Path) -> Any:
    for part in path:
        try:
            value = value[part]
        except (LookupError, TypeError):
            return None
    return value


def put(name: str, text: str, path: Path, value: Value) -> str:
    """`text` (the file `name`) with `value` at `path`: replaced where there is one, else added at the end.

    Raises EditError where the file cannot be read or the change would touch anything else.
    """
    file = _File(name, text)
    wanted = copy.deepcopy(file.value)
    if file.find(path) is not None:
        _at(wanted, path[:-1])[path[-1]] = value
        return _same(wanted, file.set(path, value), name, _BY_HAND)
    above: Any = wanted
    for part, following in pairwise(path):
        if isinstance(above, dict):
            above = above.setdefault(part, {} if isinstance(following, str) else [])
        elif isinstance(above, list) and isinstance(part, int) and part < len(above):
            above = above[part]
        else:
            raise EditError("there is nothing here that a field could be added to; change the file by hand")
    if isinstance(above, list):
        above.append(value)
    elif isinstance(above, dict):
        above[path[-1]] = value
    else:
        raise EditError("there is nothing here that a field could be added to; change the file by hand")
    return _same(wanted, file.add(path, value), name, _BY_HAND)


def drop(name: str, text: str, path: Path) -> str:
    """`text` without the field or item at `path`. Raises EditError as `put` does, or where there is none."""
    file = _File(name, text)
    if not path or file.find(path) is None:
        raise EditError("there is no such entry in this file")
    wanted = copy.deepcopy(file.value)
    above = _at(wanted, path[:-1])
    del above[path[-1]]
    return _same(wanted, file.drop(path), name, _BY_HAND)
