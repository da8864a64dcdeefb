"""All pictures of the flows together: one page, one tall picture, or one text with a chart for each."""

from __future__ import annotations

import re
from html import escape

from bot.authoring.reports.flow_chart.mermaid import mermaid
from bot.authoring.reports.flow_chart.model import flow_names, of_flow, overview
from bot.authoring.reports.flow_chart.svg import Style, svg
from bot.engine import Flows

OVERVIEW = Style(width=215)


def one(flows: Flows, flow: str, form: str, language: str) -> str:
    """The picture of one flow, or of all by flow ("" for `flow`), as `svg` or `mermaid`. Raises KeyError for an unknown flow."""
    graph = of_flow(flows, flow, language) if flow else overview(flows)
    return mermaid(graph) if form == "mermaid" else svg(graph, Style() if flow else OVERVIEW)


def all_svg(flows: Flows, language: str) -> str:
    """The overview and every flow below one another in one SVG."""
    pictures = [one(flows, name, "svg", language) for name in ("", *flow_names(flows))]
    sizes = [tuple(int(size) for size in re.findall(r'(?:width|height)="(\d+)"', picture)[:2]) for picture in pictures]
    width, height, parts = max(size[0] for size in sizes), sum(size[1] for size in sizes), []
    y = 0
    for picture, size in zip(pictures, sizes, strict=True):
        parts.append(picture.replace("<svg ", f'<svg y="{y}" ', 1))
        y += size[1]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>"]) + "\n"


def all_mermaid(flows: Flows, language: str) -> str:
    """Markdown with the overview and every flow as charts."""
    parts = ["# The flows", ""]
    for name in ("", *flow_names(flows)):
        parts += [
            f"## {name or 'The talk, by flow'}",
            "",
            "```mermaid",
            one(flows, name, "mermaid", language).rstrip("\n"),
            "```",
            "",
        ]
    return "\n".join(parts)


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 1rem; background: #fff; color: #14181c; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: 1rem 0; }
section { overflow-x: auto; border-top: 1px solid #d0d4da; }
a { color: #0b4f8a; } svg a { text-decoration: underline; }
"""


def page(flows: Flows, language: str) -> str:
    """One page that needs nothing else: the overview, whose boxes open the flows below."""
    names = flow_names(flows)
    parts = [
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Flows</title><style>{_STYLE}</style></head><body><h1>The flows</h1><nav>",
        *(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in names),
        "</nav><section>",
        svg(overview(flows), OVERVIEW._replace(links="#")),
        "</section>",
    ]
    for name in names:
        parts.append(f'<section id="{escape(name)}">{svg(of_flow(flows, name, language), Style(links="#"))}</section>')
    return "\n".join([*parts, "</body></html>"]) + "\n"
