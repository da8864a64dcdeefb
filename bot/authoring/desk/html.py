"""Small pieces of HTML. Whatever comes from files or forms is escaped here, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

e = escape
"""Text as HTML, quotes included."""


def attributes(**values: str | bool) -> str:
    """Attributes, each with a space before it; `_` stands for `-`, a trailing `_` falls away; False and "" leave one out."""
    parts = []
    for name, value in values.items():
        said = name.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(f" {said}")
        elif value:
            parts.append(f' {said}="{e(str(value))}"')
    return "".join(parts)


def link(words: str, path: str, query: Mapping[str, str] | None = None, **more: str | bool) -> str:
    """A link to another page of ours."""
    return f"<a{attributes(href=address(path, query), **more)}>{e(words)}</a>"


def address(path: str, query: Mapping[str, str] | None = None) -> str:
    """A path with its query; empty values are left out."""
    said = urlencode({name: value for name, value in (query or {}).items() if value})
    return f"{path}?{said}" if said else path


def hidden(values: Mapping[str, str]) -> str:
    """Hidden fields of a form."""
    return "".join(f'<input{attributes(type="hidden", name=name)} value="{e(value)}">' for name, value in values.items())


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    """A labelled choice. `options`: (value, words)."""
    inner = "".join(
        f'<option value="{e(value)}"{attributes(selected=value == chosen)}>{e(words)}</option>' for value, words in options
    )
    return f'<label class="field"><span>{e(label)}</span><select name="{e(name)}" id="pick-{e(name)}">{inner}</select></label>'


MOST = 8
"""Rows of a list that are seen at once."""
FOLDED = 200
"""Rows that are folded away below these; any further ones come up as these are done."""


def listed(rows: Iterable[str]) -> str:
    """A list of rows, which are HTML."""
    return f'<ul class="list">{"".join(f"<li>{row}</li>" for row in rows)}</ul>'


def section(head: str, how: str, rows: list[str], none: str) -> str:
    """A list under its heading, the rest of a long one folded away. All of it is HTML."""
    if not rows:
        return f'<section><h2>{head}</h2><p class="quiet">{none}</p></section>'
    said = f"<p>{how}</p>" if how else ""
    more = ""
    if len(rows) > MOST:
        left = len(rows) - MOST - FOLDED
        further = f"<p>{left} further ones come up as these are done.</p>" if left > 0 else ""
        more = f"<details><summary>{len(rows) - MOST} more</summary>{listed(rows[MOST : MOST + FOLDED])}{further}</details>"
    return f"<section><h2>{head} ({len(rows)})</h2>{said}{listed(rows[:MOST])}{more}</section>"
