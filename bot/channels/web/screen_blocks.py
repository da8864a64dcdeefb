"""The words of a screen as headings, paragraphs and lists of HTML elements, so that a screen reader can go through them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from htpy import Element, Node, a, b, br, h1, h2, li, p, span, ul

from bot.engine import Span

_BULLET = "• "
_FOLLOWED = ("https://", "http://", "tel:", "sms:", "mailto:")
"""What a link of a screen may open; every other address stays words."""

Line = list[Span]


def _paragraphs(spans: Iterable[Span]) -> Iterator[list[Line]]:
    """Paragraphs as lists of lines; a run that goes over a break is cut there."""
    lines: list[Line] = [[]]
    for run in spans:
        for at, part in enumerate(run.text.split("\n")):
            if at:
                lines.append([])
            if part:
                lines[-1].append(run._replace(text=part))
    paragraph: list[Line] = []
    for line in [*lines, []]:
        if "".join(run.text for run in line).strip():
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []


def _inline(line: Line) -> list[Node]:
    return [_run(run) for run in line]


def _run(run: Span) -> Node:
    if run.target.startswith(_FOLLOWED) and run.style in ("link", "contact"):
        if run.style == "contact":
            return a(".call", href=run.target, rel="noreferrer noopener")[run.text]
        return a(href=run.target, rel="noreferrer noopener")[run.text]
    if run.style == "bold":
        return b[run.text]
    return span(".call")[run.text] if run.style == "contact" else run.text


def _is_heading(line: Line) -> bool:
    return all(run.style == "bold" or not run.text.strip() for run in line)


def _is_item(line: Line) -> bool:
    return line[0].text.startswith((_BULLET, "•"))


def _without_bullet(line: Line) -> Line:
    first = line[0]
    return [first._replace(text=first.text.removeprefix(_BULLET).removeprefix("•")), *line[1:]]


def blocks(spans: Iterable[Span], fallback: str) -> list[Element]:
    """The elements of a screen. There is one heading of the first rank: the first line that is all bold, where the words begin
    with it, else `fallback`, which only a screen reader says."""
    made: list[Element] = []
    items: list[Element] = []
    text: list[Node] = []

    def end_text() -> None:
        if text:
            made.append(p[list(text)])
            text.clear()

    def end_list() -> None:
        if items:
            made.append(ul[list(items)])
            items.clear()

    for paragraph in _paragraphs(spans):
        end_text()
        for number, line in enumerate(paragraph):
            if _is_item(line):
                end_text()
                items.append(li[_inline(_without_bullet(line))])
                continue
            end_list()
            if not number and _is_heading(line):
                words = "".join(run.text for run in line).strip()
                made.append(h2[words] if made else h1[words])
                continue
            text.extend([br, *_inline(line)] if text else _inline(line))
    end_text()
    end_list()
    if not (made and str(made[0]).startswith("<h1")):
        made.insert(0, h1(".unseen")[fallback])
    return made
