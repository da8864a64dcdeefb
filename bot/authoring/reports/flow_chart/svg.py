"""A graph as SVG: boxes whose colour and word say where their answers come from, with a legend; readable without colours too."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from bot.authoring.reports.flow_chart.layout import BoxSize, Layout, Line, lay_out
from bot.authoring.reports.flow_chart.model import ORIGINS, Arrow, Box, Graph, Origin

COLOURS: dict[Origin, str] = {
    "cards": "#f2a59a", "tips": "#a9cdf0", "referrals": "#a8dcb0", "places": "#d7c3ee", "voices": "#f6d3a0", "plan": "#cfe3a1",
    "episodes": "#b7e0dc",
    "agency": "#d9c7b4", "finder": "#f3e59a", "pack": "#c9d3d8",
}  # fmt: skip
_PLAIN, _FORK, _INK, _EDGE = "#eceff1", "#ffffff", "#5b6670", "#37424b"
_ROW, _HEAD, _LINE, _PAD, _SAYS = 18.0, 26.0, 15.0, 10.0, 2
_SIGNS = {"choice": "•", "list": "≡", "fork": "?"}
_FONT = "system-ui, DejaVu Sans, sans-serif"
MARGIN = 24.0


class Style(NamedTuple):
    """How wide boxes are, and the prefix of links to other flows ("" for none)."""

    width: float = 400.0
    links: str = ""


def fit(text: str, room: float, size: float = 12.0) -> str:
    """`text`, cut with … where it is wider than `room` in a plain sans-serif of `size`."""
    most = max(int(room / (size * 0.56)), 1)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _wrapped(text: str, room: float, size: float, lines: int) -> list[str]:
    most, rows, row = int(room / (size * 0.56)), [], ""
    for word in text.split():
        if row and len(row) + 1 + len(word) > most:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    rows = [*rows, row] if row else rows
    return rows if len(rows) <= lines else [*rows[: lines - 1], f"{rows[lines - 1].rstrip('.,;')}…"]


class _Drawn(NamedTuple):
    box: Box
    above: list[str]
    says: list[str]
    below: list[str]
    sized: BoxSize


def _measure(box: Box, style: Style, known: frozenset[str]) -> _Drawn:
    above = [f"▶ from {box.entered}"] if box.entered else []
    says = _wrapped(box.says, style.width - 2 * _PAD, 11, _SAYS)
    below = [f"does: {box.does.replace('_', ' ')}"] if box.does else []
    if box.back:
        below.append(f"↩ back: {box.back}")
    top = _HEAD + _LINE * (len(above) + len(says)) + (6 if above or says else 2)
    ports = tuple((way.to if way.to in known else "", top + _ROW * number + _ROW / 2) for number, way in enumerate(box.ways))
    height = top + _ROW * len(box.ways) + _LINE * len(below) + 6
    return _Drawn(box, above, says, below, BoxSize(box.name, style.width, height, ports))


def svg(graph: Graph, style: Style | None = None, *, legend: bool = True) -> str:
    """The picture of a graph, a whole SVG file of its own."""
    style = style or Style()
    known = frozenset(box.name for box in graph.boxes)
    drawn = [_measure(box, style, known) for box in graph.boxes]
    layout = lay_out([item.sized for item in drawn], [graph.boxes[0].name])
    head = 34.0
    below = _legend(graph, max(layout.width, 700.0)) if legend else ([], 0.0)
    width, height = max(layout.width, 700.0) + 2 * MARGIN, head + layout.height + below[1] + 3 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"',
        f' viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(graph.title)}"',
        f' font-family="{_FONT}" font-size="12" fill="#14181c">',
        f"<title>{escape(graph.title)}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="{MARGIN + 8}" font-size="18" font-weight="700">{escape(graph.title)}</text>',
        f'<g transform="translate({MARGIN} {MARGIN + head - 10})">',
    ]
    ways = {box.name: box.ways for box in graph.boxes}
    parts += [_arrow(line, ways[line.start][line.port]) for line in layout.lines]
    for item in drawn:
        parts += _box(item, layout, style, known)
    parts.append(f'</g><g transform="translate({MARGIN} {head + layout.height + 2 * MARGIN})">')
    return "\n".join([*parts, *below[0], "</g></svg>"]) + "\n"


def _arrow(line: Line, way: Arrow) -> str:
    (x, y), *rest = line.points
    path = f"M{x:.1f} {y:.1f}"
    level = False
    for to_x, to_y in rest:
        if level:
            path += f" L{to_x:.1f} {to_y:.1f}"
        else:
            bend = (to_x - x) / 2
            path += f" C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        level = not level
        x, y = to_x, to_y
    width, dash = {"choice": (1.3, ""), "list": (2.6, ""), "fork": (1.3, ' stroke-dasharray="5 4"')}[way.arrow]
    if "." not in line.start:
        width = 1.1 + 0.25 * min(int(way.note), 10)
    return (
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="{width:.2f}"{dash}/>'
        f'<path d="M{x - 8:.1f} {y - 4:.1f} L{x:.1f} {y:.1f} L{x - 8:.1f} {y + 4:.1f} Z" fill="{_INK}"/>'
    )


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'


def _box(item: _Drawn, layout: Layout, style: Style, known: frozenset[str]) -> list[str]:
    box, (x, y), width = item.box, layout.at[item.box.name], style.width
    colour = COLOURS[box.origins[0]] if box.origins else _FORK if box.fork else _PLAIN
    dash = ' stroke-dasharray="6 3"' if box.fork else ""
    edge = f'stroke="{_EDGE}"{dash}'
    top = f"M{x:.1f} {y + _HEAD:.1f} v{-(_HEAD - 8):.1f} q0 -8 8 -8 h{width - 16} q8 0 8 8 v{_HEAD - 8:.1f} Z"
    parts = [
        f"<g><title>{escape(box.name)}</title>",
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width}" height="{item.sized.height:.1f}" rx="8" fill="#ffffff" {edge}/>',
        f'<path d="{top}" fill="{colour}" {edge}/>',
    ]
    name = _text(x + _PAD, y + 18, fit(box.title, width * 0.5, 14), ' font-size="14" font-weight="700"')
    parts.append(_linked(name, box.name if "." not in box.name else "", style))
    words = [ORIGINS[origin][0] for origin in box.origins[:2]] + (["…"] if len(box.origins) > 2 else [])
    words += ["neutral page first"] if box.guarded else []
    if words:
        parts.append(
            _text(x + width - _PAD, y + 17, fit(" · ".join(words), width * 0.58, 11), ' font-size="11" text-anchor="end"')
        )
    down = y + _HEAD
    for line in item.above:
        down += _LINE
        parts.append(_text(x + _PAD, down, fit(line, width - 2 * _PAD, 11), ' font-size="11" font-weight="600"'))
    for line in item.says:
        down += _LINE
        parts.append(_text(x + _PAD, down, line, ' font-size="11" font-style="italic" fill="#414b53"'))
    for way, (_, port) in zip(box.ways, item.sized.ports, strict=True):
        parts += _way(way, x, y + port + 4, width, style, known)
    down = y + item.sized.height - _LINE * len(item.below) - 4
    for line in item.below:
        down += _LINE
        parts.append(_text(x + _PAD, down - 3, fit(line, width - 2 * _PAD, 11), ' font-size="11" fill="#414b53"'))
    return [*parts, "</g>"]


def _way(way: Arrow, x: float, y: float, width: float, style: Style, known: frozenset[str]) -> list[str]:
    flow = "." not in way.to and way.to in known
    if flow:
        return [_text(x + _PAD, y, f"→ {way.to}"), _text(x + width - _PAD, y, way.note, ' text-anchor="end" font-weight="600"')]
    to = {"": "same screen", "back": "↩ back"}.get(way.to, f"→ {way.to.split('.')[1] if way.to in known else way.to}")
    if way.about and way.arrow == "choice":
        to = f"→ {way.to.split('.')[0]}: {way.about}"
    right = fit(to, width * 0.52, 11)
    room = width - 2 * _PAD - 14 - len(right) * 6.2
    label = f"{way.label} [if {way.note}]" if way.note else way.label
    outside = ' font-style="italic"' if way.to and way.to not in known else ""
    target = _text(x + width - _PAD, y, right, f' font-size="11" text-anchor="end" fill="#414b53"{outside}')
    parts = [_linked(target, way.to.split(".")[0] if outside and "." in way.to else "", style)]
    if way.arrow == "list" and way.about in COLOURS:
        colour = COLOURS[way.about]
        parts.append(f'<rect x="{x + _PAD - 3:.1f}" y="{y - 10.5:.1f}" width="13" height="13" rx="3" fill="{colour}"/>')
    return [*parts, _text(x + _PAD, y, _SIGNS[way.arrow]), _text(x + _PAD + 14, y, fit(label, room))]


def _linked(drawn: str, flow: str, style: Style) -> str:
    """A text that opens a flow's own picture, where there are links."""
    return f'<a href="{style.links}{escape(flow)}">{drawn}</a>' if style.links and flow else drawn


def _legend(graph: Graph, width: float) -> tuple[list[str], float]:
    """What colours, signs and lines mean: only those that the picture has. Gives the parts and their height."""
    used: set[str] = {origin for box in graph.boxes for origin in box.origins}
    used |= {way.about for box in graph.boxes for way in box.ways if way.arrow == "list"}
    entries = [(COLOURS[origin], f"{says}: {folder}") for origin, (says, folder) in ORIGINS.items() if origin in used]
    entries.append((_PLAIN, "only words and ways on"))
    if any(box.fork for box in graph.boxes):
        entries.append((_FORK, "a fork: never shown, the first that fits leads on"))
    parts = [_text(0, 0, "Where answers come from", ' font-weight="700"')]
    x, y = 0.0, 12.0
    for colour, says in entries:
        room = 34 + len(says) * 6.6
        if x and x + room > width:
            x, y = 0.0, y + 22
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="18" height="12" rx="3" fill="{colour}" stroke="{_EDGE}"/>')
        parts.append(_text(x + 24, y + 10.5, says, ' font-size="11"'))
        x += room
    y += 36
    overview = not any("." in box.name for box in graph.boxes)
    for says in _signs(overview):
        parts.append(_text(0, y, says, ' font-size="11"'))
        y += 16
    return parts, y


def _signs(overview: bool) -> Sequence[str]:
    drawn = "An arrow is drawn where it leads onwards; ways to the same or an earlier column are only named."
    if overview:
        return (
            "Each box is a flow: → the flows that it leads to, and how many ways lead there (thicker: more).",
            "Columns: how many flows it is from the first screen. " + drawn,
            "Not drawn: back, home, urgent and leave, which are on every screen.",
        )
    return (
        "• a choice   |   ≡ a list made from the content (thick arrow; its colour says from where)",
        "? a case of a fork, or what follows (dashed)   |   italic: in another flow",
        drawn,
        "Not drawn: home, urgent and leave, which are on every screen.",
    )
