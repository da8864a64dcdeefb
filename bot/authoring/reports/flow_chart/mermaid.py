"""A graph as Mermaid text, which code hosts and many wikis draw by themselves."""

from __future__ import annotations

import re

from bot.authoring.reports.flow_chart.model import ORIGINS, Arrow, Box, Graph
from bot.authoring.reports.flow_chart.svg import COLOURS

_ARROWS = {"choice": "-->", "list": "==>", "fork": "-.->"}


def _id(name: str) -> str:
    """A name that Mermaid cannot take for a word of its own, such as `end`."""
    return "n_" + re.sub(r"\W", "_", name)


def _words(text: str) -> str:
    """A text between quotes: nothing in it ends them, or is taken for a tag or for Markdown."""
    return "".join(f"#{ord(sign)};" if sign in '"#<>&`*_[]{}|\\' else sign for sign in text)


def _label(box: Box) -> str:
    lines = [box.title]
    if box.origins:
        lines.append(" · ".join(ORIGINS[origin][0] for origin in box.origins))
    lines += ["neutral page first"] if box.guarded else []
    lines += [f"does: {box.does}"] if box.does else []
    lines += [f"from {box.entered}"] if box.entered else []
    return "<br/>".join(map(_words, lines))


def _arrow(box: Box, way: Arrow) -> str:
    to = way.to or box.name
    said = way.note if "." not in box.name else f"{way.label} [if {way.note}]" if way.note else way.label
    return f'  {_id(box.name)} {_ARROWS[way.arrow]}|"{_words(said)}"| {_id(to)}'


def mermaid(graph: Graph) -> str:
    """The text of a flowchart: steps (or flows) with all their ways on, and what they lead to in other flows."""
    known = {box.name for box in graph.boxes}
    lines = ["flowchart LR"]
    for box in graph.boxes:
        left, right = ("{{", "}}") if box.fork else ("[", "]")
        kind = f":::{box.origins[0]}" if box.origins else ""
        lines.append(f'  {_id(box.name)}{left}"{_label(box)}"{right}{kind}')
    outside: dict[str, None] = {}
    for box in graph.boxes:
        outside |= {way.to: None for way in box.ways if "." in way.to and way.to not in known}
    if any(way.to == "back" for box in graph.boxes for way in box.ways):
        lines.append(f'  {_id("back")}(["the screen before"])')
    lines += [f'  {_id(name)}(["{_words(name)}"])' for name in outside]
    lines += [_arrow(box, way) for box in graph.boxes for way in box.ways]
    used = {box.origins[0] for box in graph.boxes if box.origins}
    lines += [f"  classDef {origin} fill:{COLOURS[origin]},stroke:#37424b,color:#14181c" for origin in ORIGINS if origin in used]
    return "\n".join(lines) + "\n"
