"""The quick reader: the values of a YAML file in which nothing is unusual, without working out where each part stands.

Most files of a pack hold nothing to complain of, and nobody asks for their lines. This reader gives up at the first thing that
the strict one (`bot.book.reader`) would look at more closely; that one then reads the file from its beginning and says what is
wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.book.faults import Path
from bot.book.hidden_signs import hidden_in
from bot.book.reader import CUT, FLOW_WORD, MAX_DEPTH, MAX_VALUES, Reading, Unreadable, decoded, scan, strange_name

_SHORT = 40
"""Letters of a text that may well come again: an id, a date, a name of a field."""


class _UnusualError(Exception):
    """Something that only the strict reader can judge."""


class LazyPositions(Mapping[Path, tuple[int, int]]):
    """Line and column of every part of a file, worked out by the strict reader when the first one is asked for."""

    def __init__(self, file: str, data: bytes) -> None:
        self._file, self._data = file, data
        self._found: dict[Path, tuple[int, int]] | None = None

    def _all(self) -> dict[Path, tuple[int, int]]:
        if self._found is None:
            self._found = dict(scan(self._file, self._data).positions)
        return self._found

    def __getitem__(self, path: Path) -> tuple[int, int]:
        return self._all()[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def scan_quickly(file: str, data: bytes, words: dict[str, str] | None = None) -> Reading:
    """As `scan`, where each part stands left for whoever asks. `words`: names and short texts of other files; equal ones are one
    object then."""
    try:
        if strange_name(file):
            return scan(file, data)
        text, faults = decoded(file, data)
        if not faults:
            return Reading(_values(text, {} if words is None else words), LazyPositions(file, data))
    except (_UnusualError, Unreadable, yaml.YAMLError, ValueError, RecursionError):
        pass
    return scan(file, data)


def _values(text: str, words: dict[str, str]) -> Any:
    """The value of a file. Raises _UnusualError, and what libyaml raises."""
    lines = text.split("\n")
    hashes = {number for number, line in enumerate(lines) if "#" in line}
    escapes = "\\" in text
    stack: list[tuple[Any, str | None, bool]] = []  # what is around the container, its pending key, whether it is in [ ] or { }
    container: Any = None
    key: str | None = None
    top: Any = None
    flow = False
    count = documents = 0
    event: Any
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        kind = type(event)
        if kind is ScalarEvent:
            count += 1
            value = str(event.value)
            style = event.style
            if style:
                if escapes and style == '"':
                    if hidden_in(value):
                        raise _UnusualError
                    value = unicodedata.normalize("NFC", value)
            elif flow:
                if value and not FLOW_WORD.match(value):
                    raise _UnusualError
            elif value and hashes and (mark := event.end_mark).line in hashes and CUT.match(lines[mark.line][mark.column :]):
                raise _UnusualError
            if event.anchor is not None or event.tag is not None:
                raise _UnusualError
            if len(value) <= _SHORT:
                value = words.setdefault(value, value)
            if key is not None:
                container[key] = value
                key = None
            elif type(container) is dict:
                if value in container or "\n" in value or "\u00a0" in value:
                    raise _UnusualError
                key = value
            elif container is None:
                top = value
            else:
                container.append(value)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            count += 1
            made: Any = {} if kind is MappingStartEvent else []
            if key is not None:
                container[key] = made
            elif type(container) is dict:
                raise _UnusualError  # a name that is no plain words
            elif container is None:
                top = made
            else:
                container.append(made)
            if event.anchor is not None or event.tag is not None or len(stack) >= MAX_DEPTH:
                raise _UnusualError
            stack.append((container, key, flow))
            container, key = made, None
            flow = flow or bool(event.flow_style)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            # Inside a mapping its key is done with; a list never has one.
            container, _, flow = stack.pop()
            key = None
        elif kind is AliasEvent:
            raise _UnusualError
        elif kind is DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _UnusualError
    if count > MAX_VALUES:
        raise _UnusualError
    return top
