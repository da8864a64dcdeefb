"""Reads only the wanted fields out of JSON bytes. What is not wanted (names, above all) never becomes an object."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

Shape = Mapping[bytes, "Shape | None"]

_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SCALAR: Final = re.compile(rb"-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?|true|false|null")
_TO_BRACKET: Final = re.compile(rb'(?:[^"{}\[\]]|"(?:[^"\\]|\\.)*+")*+', re.DOTALL)
_DEPTH: Final = 24


class NoJsonError(ValueError):
    """The bytes are no JSON of the wanted shape. Carries nothing of them."""


class ANY:
    """Stands for a value that is there and was not looked at."""


def skim(raw: bytes, shape: Shape) -> dict[str, Any]:
    """The wanted fields of the JSON object `raw`. `shape`: by key, None for a value or the shape of an object within.

    A wanted object or list where a value was asked for gives `ANY`. Raises `NoJsonError`.
    """
    found, at = _object(raw, _start(raw, 0), shape, 0)
    if _start(raw, at) != len(raw):
        raise NoJsonError
    return found


def elements(raw: bytes, key: bytes) -> list[bytes]:
    """The raw elements of the list at `key` of the JSON object `raw`. Raises `NoJsonError`, also if it is cut."""
    at = _start(raw, 0)
    found: list[bytes] | None = None
    if raw[at : at + 1] != b"{":
        raise NoJsonError
    at = _start(raw, at + 1)
    while raw[at : at + 1] != b"}":
        name, at = _key(raw, at)
        if name == key and raw[at : at + 1] == b"[":
            found, at = _list(raw, at)
        else:
            at = _skip(raw, at)
        at = _comma(raw, at, b"}")
    if found is None or _start(raw, at + 1) != len(raw):
        raise NoJsonError
    return found


def _start(raw: bytes, at: int) -> int:
    match = _SPACE.match(raw, at)
    return match.end() if match else at


def _object(raw: bytes, at: int, shape: Shape, depth: int) -> tuple[dict[str, Any], int]:
    if raw[at : at + 1] != b"{" or depth > _DEPTH:
        raise NoJsonError
    found: dict[str, Any] = {}
    at = _start(raw, at + 1)
    while raw[at : at + 1] != b"}":
        name, at = _key(raw, at)
        if name not in shape:
            at = _skip(raw, at)
        else:
            inner = shape[name]
            if inner is not None and raw[at : at + 1] == b"{":
                found[name.decode()], at = _object(raw, at, inner, depth + 1)
            else:
                found[name.decode()], at = _value(raw, at)
        at = _comma(raw, at, b"}")
    return found, at + 1


def _key(raw: bytes, at: int) -> tuple[bytes, int]:
    match = _STRING.match(raw, at)
    if not match:
        raise NoJsonError
    at = _start(raw, match.end())
    if raw[at : at + 1] != b":":
        raise NoJsonError
    return match.group()[1:-1], _start(raw, at + 1)


def _comma(raw: bytes, at: int, end: bytes) -> int:
    """Past the comma to the next key or element, or to the closing bracket, which stays."""
    at = _start(raw, at)
    if raw[at : at + 1] == b",":
        after = _start(raw, at + 1)
        if raw[after : after + 1] != end:
            return after
    elif raw[at : at + 1] == end:
        return at
    raise NoJsonError


def _list(raw: bytes, at: int) -> tuple[list[bytes], int]:
    found: list[bytes] = []
    at = _start(raw, at + 1)
    while raw[at : at + 1] != b"]":
        end = _skip(raw, at)
        found.append(raw[at:end])
        at = _comma(raw, end, b"]")
    return found, at + 1


def _value(raw: bytes, at: int) -> tuple[Any, int]:
    match = _STRING.match(raw, at) or _SCALAR.match(raw, at)
    if not match:
        return ANY, _skip(raw, at)
    try:
        value = json.loads(match.group().decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        raise NoJsonError from None
    if isinstance(value, str) and not value.isascii():
        # Half a surrogate pair cannot be written as UTF-8, and would fail far from here.
        value = value.encode("utf-8", "replace").decode()
    return value, match.end()


def _skip(raw: bytes, at: int) -> int:
    """The end of the value at `at`, unread."""
    match = _STRING.match(raw, at) or _SCALAR.match(raw, at)
    if match:
        return match.end()
    if raw[at : at + 1] not in (b"{", b"["):
        raise NoJsonError
    depth = 0
    while True:
        match = _TO_BRACKET.match(raw, at)
        at = match.end() if match else at
        bracket = raw[at : at + 1]
        if not bracket or bracket == b'"':
            raise NoJsonError
        depth += 1 if bracket in (b"{", b"[") else -1
        at += 1
        if not depth:
            return at
