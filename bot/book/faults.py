"""Faults: what is wrong in a file, where, why it matters and how to mend it, in words for people who are no programmers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from bot.book.escaping import one_line

Severity = Literal["error", "warning"]
Path = tuple[Any, ...]
Positions = Mapping[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `line` and `column` count from 1. `code` is stable; `docs/checks.md` lists them all."""

    file: str
    line: int
    column: int
    code: str
    what: str
    why: str = ""
    fix: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        words = " ".join(part for part in (self.what, self.why, self.fix) if part)
        return one_line(f"{self.file}:{self.line}:{self.column}  {self.code}  {words}")


class BookFault(Exception):
    """A book that cannot be built. `faults`: every error and warning, sorted by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__(f"{len(self.faults)} faults in the content")


def near(word: str, known: Iterable[str]) -> str:
    """A sentence that proposes the nearest known word, or ""."""
    from difflib import get_close_matches  # a pack without faults never needs it

    found = get_close_matches(word, list(known), 1)
    return f'Did you mean "{found[0]}"?' if found else ""


def place_of(path: Path, positions: Positions) -> tuple[int, int]:
    """The line and column of the innermost part of `path` that the file has; of its name where what it holds begins below."""
    while path and path not in positions:
        path = path[:-1]
    value = positions.get(path, (1, 1))
    name = positions.get((*path, "[key]"), value)
    return name if name[0] < value[0] else value


class TextOrigin(NamedTuple):
    """Where a text stands that came into a file from another one: that file, where in it, and its positions."""

    file: str
    at: Path
    positions: Positions


class AssembledPositions(Mapping[Path, tuple[int, int]]):
    """The positions of a file with its translations put into it. `texts`: those that came from a file beside it."""

    def __init__(self, positions: Positions, texts: Mapping[Path, TextOrigin]) -> None:
        self._own, self.texts = positions, texts

    def __getitem__(self, path: Path) -> tuple[int, int]:
        return self._own[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


def spot_of(file: str, path: Path, positions: Positions) -> tuple[str, int, int]:
    """The file, line and column of `path`: those of the translation where the text came from one, else as `place_of`."""
    texts = positions.texts if isinstance(positions, AssembledPositions) else {}
    for size in range(len(path), 0, -1) if texts else ():
        if found := texts.get(path[:size]):
            return found.file, *place_of((*found.at, *path[size:]), found.positions)
    return file, *place_of(path, positions)


_SIMPLE: dict[str, tuple[str, str, str]] = {
    "missing": ("FIELD-MISSING", 'The field "{field}" is missing.', "Add a line `{field}:` here."),
    "string_too_long": ("TEXT-LONG", '"{field}" is too long.', "Use at most {max_length} characters."),
    "string_too_short": ("TEXT-SHORT", '"{field}" is too short.', "Use at least {min_length} characters."),
    "too_short": ("LIST-SHORT", '"{field}" needs at least {min_length}.', "Add one."),
    "list_type": ("TYPE-LIST", '"{field}" is a list.', "Write one thing a line, each after `- `, or [a, b]."),
    "dict_type": ("TYPE-FIELDS", '"{field}" has fields of its own.', "Write `name: value` lines below it."),
    "model_type": ("TYPE-FIELDS", '"{field}" has fields of its own.', "Write `name: value` lines below it."),
    "string_type": ("TYPE-TEXT", '"{field}" is one text.', "Write words here, no list and no further fields."),
    "bool_parsing": ("TYPE-YESNO", '"{field}" is true or false.', "Write true or false."),
    "int_parsing": ("TYPE-NUMBER", '"{field}" is a whole number.', "Write it in digits."),
    "date_from_datetime_parsing": ("TYPE-DATE", '"{field}" is a date.', "Write it as 2026-11-23: year, month, day."),
    "date_parsing": ("TYPE-DATE", '"{field}" is a date.', "Write it as 2026-11-23: year, month, day."),
}
_OURS = {"shape_old": "SHAPE-OLD", "number_partial": "NUMBER-PARTIAL"}
"""Errors that the models raise in words of their own: kind to code. Their context has `fix`, and `field` where one field of
a whole thing is meant."""
_SHAPES = {
    "^[a-z]{2,3}$": "a language code of two or three small letters, like en or es",
    "^https": "an address that begins with https://",
    "^\\+[0-9]": "a phone number as +, country and number, without spaces, like +18777762004, or a short one, like 988",
    "^[^@": "an email address, like name@example.org",
    "^[0-9]{1,3}[hd]$": "an amount of hours or days, like 72h or 5d",
    "^[1-9][0-9]{0,3}d$": "an amount of days, like 90d",
    "^-?[0-9": "a number in digits",
    "^[0-9]{2,6}$": "two to six digits without spaces, like 112",
    "^(clinical|": "clinical, legal, local-peer, or native- and a language, like native-spanish",
    "^[0-9]{4}-": "a date, like 2026-11-23",
    "^[0-9]{4}": "a year, a year and month, or a date, like 2026-11",
    "^([0-9]{4}": "a year, a year and month, or a date, like 2026-11, or unknown",
    "^([0-9a-f]{": "what the command that writes this file put here; run it again",
    "^[0-9a-f]{": "what the command that writes this file put here; run it again",
    "^[a-z0-9]{1,8}$": "one to eight small letters and digits, like k7",
    "^[a-z0-9-]{": "small letters, digits and hyphens, two to forty of them, like after-assault",
    "^[a-z_]": "small letters and underscores, like urgent",
    "^[a-z][a-z0-9_]*$": "small letters, digits and underscores, a letter first, like urgent",
    "^([a-z][a-z0-9_]*": "a step, alone or after its flow and a dot, like urgent.menu",
    "^(keep|": "keep, or a kind, a colon and an id, like topic:pep",
    "^((topic|": "a kind, a colon and an id, like topic:pep, or a step, like step:urgent.menu",
}
"""What a pattern asks for, in words for peers, by how it begins."""


def pattern_in_words(pattern: str) -> str:
    """What a field of this pattern is written like; the pattern itself where nobody found words for it."""
    return next((words for start, words in _SHAPES.items() if pattern.startswith(start)), f"of the form {pattern}")


def _fields_at(model: type[BaseModel], path: Path) -> list[str]:
    """The field names that a file may have at `path`, for "did you mean"."""
    here: Any = model
    for part in path:
        if isinstance(part, int) or not (isinstance(here, type) and issubclass(here, BaseModel)):
            continue
        info = next((f for name, f in here.model_fields.items() if part in (name, f.alias)), None)
        if info is None:
            return []
        here = _model_in(info.annotation) or here
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [info.alias or name for name, info in here.model_fields.items()]
    return []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := _model_in(part):
            return found
    return None


def from_validation(file: str, error: ValidationError, positions: Positions, model: type[BaseModel]) -> list[Fault]:
    """pydantic's errors as faults, each at its file and line, in our own words."""
    faults: list[Fault] = []
    seen: set[tuple[str, int, int, str]] = set()
    for item in error.errors(include_url=False):
        context = item.get("ctx", {})
        path = (*_path(item["loc"]), *((context["field"], "[key]") if "field" in context else ()))
        where, line, column = spot_of(file, path, positions)
        field = str(next((part for part in reversed(path) if isinstance(part, str)), "this"))
        kind = item["type"]
        if kind == "extra_forbidden":
            code, what = "FIELD-UNKNOWN", f'"{field}" is not a field that is known here.'
            fix = near(field, _fields_at(model, path[:-1])) or f"Known here: {', '.join(_fields_at(model, path[:-1]))}."
        elif kind == "literal_error":
            code = "CHOICE-UNKNOWN"
            what = f'"{str(item["input"])[:40]}" is not one of the words for "{field}".'
            words = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
            fix = f"{near(str(item['input']), words.split(', '))} Use one of: {words}.".strip()
        elif kind == "string_pattern_mismatch":
            code, what = "SHAPE", f'"{field}" does not look right.'
            fix = f"Write {pattern_in_words(str(context.get('pattern', '')))}."
        elif kind in _OURS:
            code, what, fix = _OURS[kind], item["msg"], str(context.get("fix", ""))
        elif kind == "value_error":
            code, what, fix = "VALUE", f'"{field}": {context.get("error", "")!s}.', ""
        elif kind in _SIMPLE:
            code, what, fix = _SIMPLE[kind]
            what, fix = what.format(field=field, **context), fix.format(field=field, **context)
        else:
            code, what, fix = "VALUE", f'"{field}" is not what is expected here.', "Compare with a file of the same kind."
        if (where, line, column, code + what) not in seen:
            seen.add((where, line, column, code + what))
            faults.append(Fault(where, line, column, code, what, "", fix))
    return faults


def paths_in(error: ValidationError) -> list[Path]:
    """Where pydantic's errors are, as the file has it."""
    return [_path(item["loc"]) for item in error.errors(include_url=False)]


def _path(loc: tuple[Any, ...]) -> Path:
    """Without the names of a union's members, which pydantic puts between the real keys."""
    return tuple(
        part
        for part in loc
        if isinstance(part, int) or (not any(sign in str(part) for sign in "[]()") and not str(part).startswith("function-"))
    )
