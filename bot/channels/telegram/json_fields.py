"""Reads only the wanted fields out of JSON bytes. What is not wanted (names, above all) never becomes an object."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

Shape = Mapping[bytes, "Shape | None"]

_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_KEY: Final = re.compile(rb'"((?:[^"\\]|\\.)*+)"[ \t\r\n]*+:[ \t\r\n]*+', re.DOTALL)
_COMMA: Final = re.compile(rb"[ \t\r\n]*+,[ \t\r\n]*+")
_OPEN: Final = re.compile(rb"\{[ \t\r\n]*+")
_SCALAR: Final = re.compile(rb"-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?|true|false|null")
_BRACKET: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_DEPTH: Final = 24


def _nested(levels: int) -> re.Pattern[bytes]:
    """An object or list with at most `levels` more inside each other, in one match: that is where the time would go.

    Which kind of bracket closes which is not looked at: what is skipped is not used.
    """
    inside = rb'(?:[^"{}\[\]]++|"(?:[^"\\]|\\.)*+")*+'
    for _ in range(levels):
        inside = rb'(?:[^"{}\[\]]++|"(?:[^"\\]|\\.)*+"|[{\[]' + inside + rb"[}\]])*+"
    return re.compile(rb"[{\[]" + inside + rb"[}\]]", re.DOTALL)


_NESTED: Final = _nested(16)


class NoJsonError(ValueError):
    """The bytes are no JSON of the wanted shape. Carries nothing of them."""


class ANY:
    """Stands for a value that is there and was not looked at."""


def skim(raw: bytes, shape: Shape) -> dict[str, Any]:
    """The wanted fields of the JSON object `raw`. `shape`: by key, None for a value or the shape of an object within.

    A wanted object or list where a value was asked for gives `ANY`. Raises `NoJsonError`.
    """
    found, at = _object(raw, _past_space(raw, 0), shape, 0)
    if _past_space(raw, at) != len(raw):
        raise NoJsonError
    return found


def elements(raw: bytes, key: bytes) -> list[bytes]:
    """The raw elements of the list at `key` of the JSON object `raw`. Raises `NoJsonError`, also if it is cut."""
    at = _into(raw, _past_space(raw, 0))
    found: list[bytes] | None = None
    while not raw.startswith(b"}", at):
        name, at = _key(raw, at)
        if name == key and raw.startswith(b"[", at):
            found, at = _list(raw, at)
        else:
            at = _skip(raw, at)
        at = _past_comma(raw, at, b"}")
    if found is None or _past_space(raw, at + 1) != len(raw):
        raise NoJsonError
    return found


def _past_space(raw: bytes, at: int) -> int:
    match = _SPACE.match(raw, at)
    return match.end() if match else at


def _into(raw: bytes, at: int) -> int:
    match = _OPEN.match(raw, at)
    if not match:
        raise NoJsonError
    return match.end()


def _object(raw: bytes, at: int, shape: Shape, depth: int) -> tuple[dict[str, Any], int]:
    if depth > _DEPTH:
        raise NoJsonError
    found: dict[str, Any] = {}
    at = _into(raw, at)
    while not raw.startswith(b"}", at):
        name, at = _key(raw, at)
        if name not in shape:
            at = _skip(raw, at)
        else:
            inner = shape[name]
            if inner is not None and raw.startswith(b"{", at):
                found[name.decode()], at = _object(raw, at, inner, depth + 1)
            else:
                found[name.decode()], at = _value(raw, at)
        at = _past_comma(raw, at, b"}")
    return found, at + 1


def _key(raw: bytes, at: int) -> tuple[bytes, int]:
    match = _KEY.match(raw, at)
    if not match:
        raise NoJsonError
    return match.group(1), match.end()


def _past_comma(raw: bytes, at: int, end: bytes) -> int:
    """Past the comma to the next key or element, or to the closing bracket, which stays."""
    match = _COMMA.match(raw, at)
    if match:
        if raw.startswith(end, match.end()):
            raise NoJsonError
        return match.end()
    at = _past_space(raw, at)
    if raw.startswith(end, at):
        return at
    raise NoJsonError


def _list(raw: bytes, at: int) -> tuple[list[bytes], int]:
    found: list[bytes] = []
    at = _past_space(raw, at + 1)
    while not raw.startswith(b"]", at):
        end = _skip(raw, at)
        found.append(raw[at:end])
        at = _past_comma(raw, end, b"]")
    return found, at + 1


def _value(raw: bytes, at: int) -> tuple[Any, int]:
    match = _STRING.match(raw, at)
    if match:
        return _text(match.group()), match.end()
    match = _SCALAR.match(raw, at)
    if not match:
        return ANY, _skip(raw, at)
    try:
        return json.loads(match.group()), match.end()
    except ValueError:
        raise NoJsonError from None


def _text(quoted: bytes) -> str:
    """A JSON string's text. Half a surrogate pair cannot be written as UTF-8, and would fail far from here."""
    if b"\\" not in quoted:
        return quoted[1:-1].decode("utf-8", "replace")
    try:
        text: str = json.loads(quoted.decode("utf-8", "replace"), strict=False)
    except ValueError:
        raise NoJsonError from None
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _skip(raw: bytes, at: int) -> int:
    """The end of the value at `at`, unread."""
    match = _STRING.match(raw, at) or _SCALAR.match(raw, at) or _NESTED.match(raw, at)
    return match.end() if match else _skip_deep(raw, at)


def _skip_deep(raw: bytes, at: int) -> int:
    """The end of a value nested deeper than a pattern can follow, by counting brackets: one must not stop the others."""
    depth = 0
    if raw[at : at + 1] not in (b"[", b"{"):
        raise NoJsonError
    while match := _BRACKET.search(raw, at):
        sign, at = match.group(), match.end()
        depth += (sign in (b"[", b"{")) - (sign in (b"]", b"}"))
        if not depth:
            return at
    raise NoJsonError
