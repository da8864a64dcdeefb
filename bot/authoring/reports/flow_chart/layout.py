"""Places boxes in columns by how many ways on they are from where one comes in, and arrows between them without crossing a box.

Rows inside boxes are where arrows begin, which layout libraries that need no program beside them do not know. This is
ours: columns by distance, order by the middle of what leads in, long arrows through free lanes (Sugiyama, Tagawa and Toda 1981).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

GAP_X, GAP_Y, LANE = 90.0, 22.0, 8.0
_PASSES = 12


class BoxSize(NamedTuple):
    """A box to place. `ports`: for each arrow that begins here, what it leads to and how far below the top it begins."""

    name: str
    width: float
    height: float
    ports: tuple[tuple[str, float], ...]


class Line(NamedTuple):
    """One arrow: which port of which box, and the points it goes through."""

    start: str
    port: int
    end: str
    points: tuple[tuple[float, float], ...]


class Layout(NamedTuple):
    """Left and top of each box, the arrows that lead onwards, and the size of it all. Arrows that lead back, or stay in a column,
    are not drawn: boxes name where they lead."""

    at: Mapping[str, tuple[float, float]]
    lines: tuple[Line, ...]
    width: float
    height: float


class _Place:
    """A box, or a lane for a long arrow, in a column."""

    def __init__(self, name: str, column: int, width: float, height: float) -> None:
        self.name, self.column, self.width, self.height = name, column, width, height
        self.y = 0.0
        self.before: list[tuple[_Place, float]] = []  # what leads in, and where it begins
        self.after: list[tuple[_Place, float]] = []


def columns(boxes: Sequence[BoxSize], roots: Sequence[str]) -> dict[str, int]:
    """The column of each box: the fewest arrows from the roots. What they do not lead to becomes a root of its own."""
    ports = {box.name: [to for to, _ in box.ports] for box in boxes}
    found = {name: 0 for name in roots if name in ports}
    queue = deque(found)
    for name in ports:
        while queue:
            here = queue.popleft()
            for to in ports[here]:
                if to in ports and to not in found:
                    found[to] = found[here] + 1
                    queue.append(to)
        if name not in found:
            found[name] = 0
            queue.append(name)
    return found


def lay_out(boxes: Sequence[BoxSize], roots: Sequence[str]) -> Layout:
    """Places `boxes`, from left to right beginning with `roots`."""
    column = columns(boxes, roots)
    count = max(column.values(), default=0) + 1
    stacks: list[list[_Place]] = [[] for _ in range(count)]
    places = {box.name: _Place(box.name, column[box.name], box.width, box.height) for box in boxes}
    for place in places.values():
        stacks[place.column].append(place)
    chains: list[tuple[str, int, str, list[_Place]]] = []
    for box in boxes:
        lanes: dict[str, list[_Place]] = {}
        for number, (to, down) in enumerate(box.ports):
            if to in places and column[to] > column[box.name]:
                chain = lanes.setdefault(to, [_Place("", at, 0, LANE) for at in range(column[box.name] + 1, column[to])])
                _join(places[box.name], down, [*chain, places[to]])
                chains.append((box.name, number, to, chain))
        for chain in lanes.values():
            for lane in chain:
                stacks[lane.column].append(lane)
    for number in range(_PASSES):
        for stack in stacks if number % 2 == 0 else reversed(stacks):
            _settle(stack, forwards=number % 2 == 0)
    lefts = _lefts(stacks)
    _close_up([place for stack in stacks for place in stack])
    lines = []
    for start, port, to, chain in chains:
        place = places[start]
        points = [(lefts[place.column] + place.width, place.y + boxes_by(boxes, start).ports[port][1])]
        for lane in chain:
            points += [(lefts[lane.column], lane.y + LANE / 2), (lefts[lane.column + 1] - GAP_X, lane.y + LANE / 2)]
        points.append((lefts[places[to].column], places[to].y + 16))
        lines.append(Line(start, port, to, tuple(points)))
    height = max((place.y + place.height for stack in stacks for place in stack), default=0.0)
    width = max((lefts[place.column] + place.width for place in places.values()), default=0.0)
    return Layout({name: (lefts[place.column], place.y) for name, place in places.items()}, tuple(lines), width, height)


def boxes_by(boxes: Sequence[BoxSize], name: str) -> BoxSize:
    """The box of a name."""
    return next(box for box in boxes if box.name == name)


def _join(start: _Place, down: float, chain: Sequence[_Place]) -> None:
    at, where = start, down
    for following in chain:
        if all(known is not at for known, _ in following.before) or at is start:
            following.before.append((at, where))
            at.after.append((following, where))
        at, where = following, LANE / 2


def _settle(stack: list[_Place], *, forwards: bool) -> None:
    """Puts each place near the middle of its neighbours, keeps them apart, and keeps the column near where they wished to be."""
    wishes: dict[int, float] = {}
    for place in stack:
        ends = place.before if forwards else place.after
        if ends:
            heights = [other.y + down - 16 if forwards else other.y - down + 16 for other, down in ends]
            wishes[id(place)] = sum(heights) / len(heights)
        else:
            wishes[id(place)] = place.y
    stack.sort(key=lambda place: wishes[id(place)])
    down = float("-inf")
    for place in stack:
        place.y = max(wishes[id(place)], down)
        down = place.y + place.height + (GAP_Y if place.name else LANE)
    shift = sum(wishes[id(place)] - place.y for place in stack) / max(len(stack), 1)
    for place in stack:
        place.y += shift


def _close_up(places: Sequence[_Place]) -> None:
    """Moves everything to the top, and closes the stripes across the whole drawing in which nothing stands."""
    listed = sorted(places, key=lambda place: place.y)
    moved = listed[0].y if listed else 0.0
    end = 0.0
    for place in listed:
        moved += max(place.y - moved - end - GAP_Y, 0.0)
        place.y -= moved
        end = max(end, place.y + place.height)


def _lefts(stacks: Sequence[Sequence[_Place]]) -> list[float]:
    lefts, x = [], 0.0
    for stack in stacks:
        lefts.append(x)
        x += max((place.width for place in stack), default=0.0) + GAP_X
    return [*lefts, x]
