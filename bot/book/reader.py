"""The strict YAML reader: text in, plain values and their places out. Every plain scalar is text; nothing is guessed.

It walks libyaml's events one by one and never recurses, so no file can exhaust the stack; anchors, aliases, tags, duplicate keys
and hidden characters are refused with the line and the way to mend it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
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

from bot.book.escapes import place_of_sign
from bot.book.escaping import one_line
from bot.book.faults import Fault, Path
from bot.book.folder import LINK
from bot.book.hidden_signs import code_point, hidden_in, replaced, without_hidden
from bot.book.slips import explained

MAX_BYTES, MAX_DEPTH, MAX_VALUES = 256 * 1024, 20, 6_000
_TAB = re.compile(r"(?m)^ *\t")
_HIDDEN_SHOWN = 20
"""Hidden characters told of one file: a text pasted from elsewhere may hold thousands."""
CUT = re.compile(r"\s+#")
FLOW_WORD = re.compile(r"[^\s,\[\]{}]+\Z")
_VALUES = frozenset({ScalarEvent, MappingStartEvent, SequenceStartEvent})
_ENDS = frozenset({MappingEndEvent, SequenceEndEvent})


class Unreadable(Exception):
    """A file that cannot be read. Carries the fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


@dataclass(frozen=True)
class Reading:
    """What could be read of a file: its value (None where nothing could), where each part stands, and all that is wrong."""

    value: Any
    positions: Mapping[Path, tuple[int, int]]
    faults: tuple[Fault, ...] = ()


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file, self.text, self.lines = file, text, text.split("\n")
        self.positions: dict[Path, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self.count = self.hidden = 0
        self.escapes = "\\" in text

    def fault(self, mark: Any, code: str, what: str, fix: str) -> Fault:
        return Fault(self.file, mark.line + 1, mark.column + 1, code, what, "", fix)

    def note(self, mark: Any, code: str, what: str, fix: str) -> None:
        """A fault after which the rest of the file still makes sense."""
        self.faults.append(self.fault(mark, code, what, fix))

    def fail(self, mark: Any, code: str, what: str, fix: str) -> None:
        raise Unreadable(self.fault(mark, code, what, fix))

    def guard(self, event: Any) -> None:
        """What every value must be: unnamed, untagged, one of not too many."""
        self.count += 1
        if self.count > MAX_VALUES:
            self.fail(event.start_mark, "YAML-SIZE", "This file holds too many values.", "Split it in two.")
        if event.anchor is not None:
            self.note(event.start_mark, "YAML-ANCHOR", f"&{event.anchor} names a part of the file.",
                      "Write the text again where it is needed; if it is text, put quotes around it.")  # fmt: skip
        if event.tag is not None and not (isinstance(event, ScalarEvent) and event.tag == "!"):
            self.note(event.start_mark, "YAML-TAG", "A word that begins with ! stands here.", "Put quotes around it.")

    def scalar(self, event: Any, flow: int) -> str:
        value = str(event.value)
        if self.escapes and event.style == '"':
            value = self.unescaped(event, value)
        plain = not event.style
        if plain and flow and value and not FLOW_WORD.match(value):
            self.note(event.start_mark, "YAML-FLOW", "A sentence stands in [ ] or { }.",
                      "Put quotes around it, or write one item a line.")  # fmt: skip
        if plain and not flow and event.end_mark.line < len(self.lines):
            rest = self.lines[event.end_mark.line][event.end_mark.column :]
            if rest and value and CUT.match(rest):
                self.note(event.end_mark, "YAML-HASH", "The words after # would be cut off.",
                          "Put quotes around the whole text, or give the comment a line of its own.")  # fmt: skip
        return value

    def unescaped(self, event: Any, value: str) -> str:
        """What stands in double quotes, as `decoded` gives all other text: an escape may stand for what a file must not hold."""
        for at in hidden_in(value):
            self.hidden += 1
            if self.hidden <= _HIDDEN_SHOWN:
                sign = value[at]
                line, column, written = place_of_sign(
                    self.lines, event.start_mark, event.end_mark, sign, value.count(sign, 0, at)
                )
                self.faults.append(Fault(
                    self.file, line, column, "HIDDEN", f"{written} stands for a hidden character ({code_point(sign)}).",
                    "It can change how the text reads, or what a terminal does.", "Delete it and type the words again.",
                ))  # fmt: skip
        return unicodedata.normalize("NFC", without_hidden(value))

    def read(self) -> Any:
        stack: list[list[Any]] = []  # [container, pending key, path, first lines of keys]
        top: Any = None
        documents = flow = 0
        event: Any
        for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
            if isinstance(event, AliasEvent):
                self.note(event.start_mark, "YAML-ALIAS", f"*{event.anchor} stands for another part of the file.",
                          "Write the text again here; if it is text, put quotes around it.")  # fmt: skip
                event = ScalarEvent(None, None, (True, True), "", event.start_mark, event.end_mark, style='"')
            kind = type(event)
            if kind in _VALUES:
                self.guard(event)
                frame = stack[-1] if stack else None
                if frame and frame[1] is None and isinstance(frame[0], dict):
                    self.key(event, frame, flow)
                    continue
                value: Any = self.scalar(event, flow) if kind is ScalarEvent else {} if kind is MappingStartEvent else []
                path = self.put(event, frame, value)
                if frame is None:
                    top = value
                if kind is not ScalarEvent:
                    if len(stack) >= MAX_DEPTH:
                        self.fail(event.start_mark, "YAML-DEPTH", "This is nested too deeply.", "Use fewer levels.")
                    flow += bool(event.flow_style)
                    stack.append([value, None, path, {}, bool(event.flow_style)])
            elif kind in _ENDS:
                flow -= bool(stack.pop()[4])
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.fail(event.start_mark, "YAML-DOCUMENTS", "`---` begins a second document.", "Use one file each.")
        return top

    def key(self, event: Any, frame: list[Any], flow: int) -> None:
        if not isinstance(event, ScalarEvent):
            self.fail(event.start_mark, "YAML-KEY", "A name must be plain words.", "Write `name:` here.")
        name = self.scalar(event, flow)
        if "\n" in name:
            self.note(event.start_mark, "YAML-KEY", "A line break stands in a name.", "Write the name on one line.")
        if name in frame[0] or name in frame[3]:
            self.note(event.start_mark, "YAML-TWICE", f'"{one_line(name)}" is written twice; first on line {frame[3][name]}.',
                      "Keep one of them.")  # fmt: skip
        if "\u00a0" in name:
            self.note(event.start_mark, "YAML-SPACE", "A special space stands at the start of this line.",
                      "Delete it and type ordinary spaces.")  # fmt: skip
        frame[1] = name
        frame[3].setdefault(name, event.start_mark.line + 1)
        self.positions[frame[2] + (name, "[key]")] = (event.start_mark.line + 1, event.start_mark.column + 1)

    def put(self, event: Any, frame: list[Any] | None, value: Any) -> Path:
        path: Path = ()
        if frame:
            if isinstance(frame[0], dict):
                path = (*frame[2], frame[1])
                frame[0][frame[1]] = value
                frame[1] = None
            else:
                path = (*frame[2], len(frame[0]))
                frame[0].append(value)
        self.positions[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return path


def decoded(file: str, data: bytes) -> tuple[str, list[Fault]]:
    """The text of a file, hidden characters told and replaced. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(Fault(file, 1, 1, "FILE-SIZE", f"This file is over {MAX_BYTES // 1024} KB.", "", "Split it."))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(Fault(file, line, 1, "FILE-UTF8", "This file is not UTF-8 text.", "",
                               "Save it again as UTF-8.")) from None  # fmt: skip
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    faults: list[Fault] = []
    if hidden := hidden_in(text):
        for at in hidden[:_HIDDEN_SHOWN]:
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            fix = "Save the file with ordinary line ends (LF)." if text[at] == "\r" else "Delete it and type the words again."
            faults.append(Fault(file, line, column, "HIDDEN", f"A hidden character ({code_point(text[at])}) stands here.",
                                "It can change how the text reads.", fix))  # fmt: skip
        text = replaced(text, hidden, lambda sign: "\n" if sign == "\r" else "_")
    if "\t" in text and (tab := _TAB.search(text)):
        line = text.count("\n", 0, tab.start()) + 1
        raise Unreadable(Fault(file, line, len(tab.group()), "YAML-TAB", "A tab indents this line.", "",
                               "Use two spaces for each level."))  # fmt: skip
    return unicodedata.normalize("NFC", text), faults


def link_fault(file: str) -> Fault:
    """What is said of a link in a pack."""
    return Fault(file, 1, 1, "LINK", "This is a link (symlink) to something else.",
                 "It could show or change a file outside the pack, and other copies of the pack would not have it.",
                 "Put the file or folder itself in its place.")  # fmt: skip


def strange_name(file: str) -> bool:
    """Whether the name of a file holds a hidden character."""
    return bool(hidden_in(file)) or "\n" in file or "\t" in file


def scan(file: str, data: bytes) -> Reading:
    """As much of a YAML file as makes sense, with every fault found on the way. Never raises."""
    if strange_name(file):
        named = Fault(file, 1, 1, "HIDDEN", "A hidden character stands in the name of this file.",
                      "It can change how the name reads, or what a terminal does.", "Rename the file.")  # fmt: skip
        return Reading(None, {}, (named,))
    if data == LINK:
        return Reading(None, {}, (link_fault(file),))
    found: list[Fault] = []
    reader = _Reader(file, "")
    try:
        text, hidden = decoded(file, data)
        found += hidden
        reader = _Reader(file, text)
        value = reader.read()
    except Unreadable as error:
        return Reading(None, reader.positions, (*found, *reader.faults, error.fault))
    except yaml.MarkedYAMLError as error:
        return Reading(None, reader.positions, (*found, *reader.faults, explained(file, reader.lines, error)))
    except (yaml.YAMLError, ValueError, RecursionError):
        last = Fault(file, 1, 1, "YAML", "This file cannot be read.", "", "Compare it with another.")
        return Reading(None, reader.positions, (*found, *reader.faults, last))
    return Reading(value, reader.positions, (*found, *reader.faults))


def read(file: str, data: bytes) -> tuple[Any, Mapping[Path, tuple[int, int]]]:
    """The value of a YAML file (dict, list, str) and the line and column of every part of it.

    Raises Unreadable, and nothing else, with the first fault found.
    """
    found = scan(file, data)
    if found.faults:
        raise Unreadable(found.faults[0])
    return found.value, found.positions
