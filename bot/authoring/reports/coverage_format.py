"""The coverage tables and the list of what to do, as Markdown, as one HTML page, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

from bot.authoring.reports.backlog import BacklogItem, todos
from bot.authoring.reports.coverage import Cell, Table, tables
from bot.book import Edition

_SIGNS = {"good": "●", "thin": "◐", "gap": "○", "": ""}


def next_table(found: Sequence[BacklogItem]) -> Table:
    """What a peer could do next as a table of its own."""
    rows = tuple((Cell(number), Cell(todo.says), Cell(todo.file)) for number, todo in enumerate(found, 1))
    return Table("next", "What a peer could do next", "Worst first.", ("number", "what", "where"), rows)


def as_lines(found: Sequence[BacklogItem]) -> str:
    """What to do, a line each."""
    return "".join(f"{number}. {todo.says}{f' ({todo.file})' if todo.file else ''}\n" for number, todo in enumerate(found, 1))


def report(edition: Edition) -> str:
    """The whole report, as Markdown."""
    lines = ["# Coverage", "", f"Written by `constellation content coverage --date {edition.date}`; a test keeps it current.", ""]
    for table in tables(edition):
        lines += [f"## {table.title}", "", table.about, "", f"| {' | '.join(table.head)} |", f"|{'---|' * len(table.head)}"]
        lines += [f"| {' | '.join(str(cell.value) for cell in row)} |" for row in table.rows]
        lines.append("")
    return "\n".join([*lines, "## What a peer could do next", "", "Worst first.", "", as_lines(todos(edition))])


def as_csv(table: Table) -> str:
    """One table with its head, as spreadsheets read it. No cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.head)
    writer.writerows([_inert(cell.value) for cell in row] for row in table.rows)
    return out.getvalue()


def _inert(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") and len(value) > 1 else value


_STYLE = """
:root { color-scheme: light dark; --line: #d0d4da; --soft: #f3f5f7; --good: #1b6e3c; --thin: #8a5a00; --gap: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3c424a; --soft: #20252b; --good: #6fcf97; --thin: #f2c14e; --gap: #ff8a80; }
}
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 90rem; }
nav a { margin-right: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; white-space: nowrap; }
th { background: var(--soft); position: sticky; top: 0; }
.good { color: var(--good); } .thin { color: var(--thin); } .gap { color: var(--gap); font-weight: 600; }
li { margin: .3rem 0; } li small { opacity: .75; }
"""


def as_html(edition: Edition) -> str:
    """One page that needs nothing else: what to do first, then the tables, marked by signs as well as by colour."""
    found, shown = todos(edition), tables(edition)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Coverage</title><style>{_STYLE}</style></head><body>",
        f"<h1>Coverage on {edition.date}</h1>",
        "<nav>"
        + "".join(f'<a href="#{table.name}">{escape(table.title)}</a>' for table in (next_table(found), *shown))
        + "</nav>",
        f"<p>{_key('good', 'as it should be')} · {_key('thin', 'thin, or waits for somebody')} · {_key('gap', 'missing')}</p>",
        '<h2 id="next">What a peer could do next</h2><p>Worst first.</p><ol>',
    ]
    parts += [f"<li>{escape(todo.says)}{f' <small>{escape(todo.file)}</small>' if todo.file else ''}</li>" for todo in found]
    parts.append("</ol>")
    for table in shown:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
        parts.append(f'<h2 id="{table.name}">{escape(table.title)}</h2><p>{escape(table.about)}</p><div class="wide"><table>')
        parts.append(f"<thead><tr>{head}</tr></thead><tbody>")
        parts += [f"<tr>{''.join(map(_td, row))}</tr>" for row in table.rows]
        parts.append("</tbody></table></div>")
    return "\n".join([*parts, "</body></html>"]) + "\n"


def _key(mark: str, says: str) -> str:
    return f'<span class="{mark}">{_SIGNS[mark]} {says}</span>'


def _td(cell: Cell) -> str:
    sign = f"{_SIGNS[cell.mark]} " if cell.mark else ""
    return f"<td{f' class={chr(34)}{cell.mark}{chr(34)}' if cell.mark else ''}>{sign}{escape(str(cell.value))}</td>"
