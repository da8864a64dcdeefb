"""The question where somebody is, on the very screen whose answer depends on it: ranges of letters, lists of places, the answer.

Nothing but the place and the page of the state changes, so the screen, what it is about and where back leads stay as they
are. Pages from `LIST` on are pages of the list of places. A name that several places have ("london") stands in the state as the
number of its places together: it is no place yet, and the screen asks which of them is meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.book import Card, Episode, Place, Topic
from bot.engine.fill import label_in
from bot.engine.flow_schema import Step
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.subject_index import SubjectIndex
from bot.engine.tokens import put, unpack
from bot.engine.transitions import LIST, Target, Transitions
from bot.engine.types import Span
from bot.find import Heard

OWN = 9
"""Buttons that a screen has of its own at most, as the rule SCREEN-LONG counts them."""
WORLD = "world"
AFTER = "referral.list"
"""The step that a place leads to which was named out of the blue."""
WHO = "topic.who"
"""The step that shows people to talk to about a topic."""
_RANGES = 3
"""Ranges of letters beside a screen's own buttons. A step that only asks has as many as there are pages."""
_LEAST = _RANGES + 1
"""Buttons that the question gets where it can: the ranges, and not saying it."""


class Answer(NamedTuple):
    """A button of the question. `name`: what a written talk calls it."""

    name: str
    label: str
    target: Target


def asks(draw: RenderContext, step: Step) -> bool:
    """Whether the screen asks where the person is: it depends on it, and nothing has been said."""
    if step.where == "more":
        subject = draw.subject
        parts = subject.tips if isinstance(subject, Topic) else subject.steps if isinstance(subject, Episode) else ()
        return not draw.place and any(part.valid_in for part in parts)
    return _places_matter(draw, step) and (not draw.place or step.hears == "place")


def _places_matter(draw: RenderContext, step: Step) -> bool:
    """Whether a screen of the kind that asks depends on the place: a card without a number is the same everywhere."""
    return step.where == "ask" and not (isinstance(draw.subject, Card) and draw.subject.needs == "nobody")


def candidates(draw: RenderContext) -> tuple[str, ...]:
    """The places of a name that was typed and that several have; () where there is none."""
    return draw.world.index.groups.get(draw.state.place, ()) if draw.state.place and not draw.place else ()


def question(draw: RenderContext, step: Step) -> tuple[Span, ...]:
    """The words of the question, () where nothing is asked or the step says it itself."""
    if step.where and candidates(draw):
        return (Span(draw.says("where_which"), "bold"),)
    if step.where != "ask" or not asks(draw, step) or step.hears == "place":
        return ()
    asked = Span(draw.says("where"), "bold")
    # A card has to be read at once: the buttons say the rest.
    return (asked,) if isinstance(draw.subject, Card) else (asked, Span(f" {draw.says('where_how')}"))


# --- the list of places --------------------------------------------------------------------------------------------


def _first(label: str) -> str:
    """The letter that a label is sorted under: large, without an accent."""
    return unicodedata.normalize("NFKD", label)[:1].upper()


def _order(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _fewest(sizes: Sequence[int], most: int) -> list[list[int]]:
    """The numbers of `sizes` in the fewest even runs of at most `most` together; a size that is larger stands alone."""
    for count in range(1, len(sizes)):
        runs = _even(sizes, count)
        if all(sum(sizes[number] for number in run) <= most for run in runs):
            return runs
    return [[number] for number in range(len(sizes))]


def _even(sizes: Sequence[int], count: int) -> list[list[int]]:
    """The numbers of `sizes` in `count` runs, one after the other, as even as can be."""
    ends = range(len(sizes) + 1)
    # For each end, the runs up to there with the least sum of squares: one run at first, then one more each time.
    best = [(sum(sizes[:end]) ** 2, [list(range(end))]) for end in ends]
    for runs in range(2, count + 1):
        best = [
            min(
                (
                    (best[start][0] + sum(sizes[start:end]) ** 2, [*best[start][1], list(range(start, end))])
                    for start in range(end)
                ),
                default=best[end],
            )
            if end >= runs
            else best[end]
            for end in ends
        ]
    return best[-1][1]


def country_pages(draw: RenderContext) -> list[list[Place]]:
    """Countries by name in the language of the talk, a page at a time; a letter is split only where it alone is too many."""
    cache = draw.world.index.cache
    key = ("countries", draw.language)
    if key not in cache:
        found = sorted(_level(draw, "country"), key=lambda place: _order(draw.label(place.name)))
        letters: list[list[Place]] = []
        for place in found:
            if letters and _first(draw.label(letters[-1][0].name)) == _first(draw.label(place.name)) and len(letters[-1]) < OWN:
                letters[-1].append(place)
            else:
                letters.append([place])
        runs = _fewest([len(letter) for letter in letters], OWN)
        cache[key] = [[place for number in run for place in letters[number]] for run in runs]
    pages: list[list[Place]] = cache[key]
    return pages


def _level(draw: RenderContext, level: str) -> list[Place]:
    return [place for place in draw.world.edition.places.values() if place.level == level]


def _inside(draw: RenderContext) -> list[Place]:
    """What lies in the place that was said."""
    edition, cache = draw.world.edition, draw.world.index.cache
    if draw.place in ("", WORLD):
        return []
    key = ("inside", draw.place, draw.language)
    if key not in cache:
        found = [edition.places[name] for name in edition.children(draw.place)]
        cache[key] = sorted(found, key=lambda place: _order(draw.label(place.name)))
    inside: list[Place] = cache[key]
    return inside


def pages(draw: RenderContext) -> list[list[Place]]:
    """The pages of the list: what lies in the place that was said, else countries."""
    inside = _inside(draw)
    count = -(-len(inside) // OWN)
    size = -(-len(inside) // count) if count else 0
    return [inside[at * size : (at + 1) * size] for at in range(count)] or country_pages(draw)


class PlaceList(NamedTuple):
    """A page of the list of places, from 0, of `total`. `following`: the page after it, None where it is the only one."""

    heading: str
    answers: list[Answer]
    page: int
    total: int
    following: Target | None


def listing(moves: Transitions) -> PlaceList | None:
    """The page of the list that the state shows, None where it shows the screen itself."""
    draw, state = moves.draw, moves.state
    if not moves.step.where or state.page < LIST:
        return None
    known = pages(draw)
    number = (state.page - LIST) % len(known) if known else 0
    answers = [_place(moves, place) for place in known[number]] if known else []
    following = moves.page(LIST + (number + 1) % len(known)) if len(known) > 1 else None
    heading = "where_closer" if _inside(draw) else "where"
    return PlaceList(draw.says(heading), answers, number, len(known), following)


def _place(moves: Transitions, place: Place) -> Answer:
    world = moves.draw.world
    number = world.index.of[f"place:{place.place}"]
    label = label_in(place.name, moves.state.language)
    if moves.step.hears == "place" and world.edition.children(place.place):
        inside = moves.to("place.inside", number)
        return Answer(place.place, f"{label} ›", inside._replace(head=put(inside.head, "place", number)))
    return Answer(place.place, label, _at(moves, number))


def _at(moves: Transitions, number: int) -> Target:
    """Where an answer leads: the same screen, but from a step that only finds the place, back; or on to who can help there."""
    if moves.step.hears == "place":
        return moves.changed(place=number)
    if moves.step.where == "which":
        target = moves.bare(AFTER, 0)
        return target._replace(head=put(target.head, "place", number))
    return moves.here_at(number)


# --- the buttons of the question -----------------------------------------------------------------------------------


def least(moves: Transitions, fixed: int) -> int:
    """Buttons that the question needs at least beside `fixed` others: what a list of the step leaves for it."""
    if moves.step.where == "ask" and asks(moves.draw, moves.step) and not candidates(moves.draw):
        return _LEAST if fixed + _LEAST + 3 <= OWN else 2
    return len(buttons(moves, OWN))


def buttons(moves: Transitions, room: int) -> list[Answer]:
    """The buttons of the question, `room` at most where that can be; after an answer those that change it."""
    draw, step = moves.draw, moves.step
    of = draw.world.index.of
    if not step.where:
        return []
    if named := candidates(draw):
        which = [Answer(name, _called(draw, name), _at(moves, of[f"place:{name}"])) for name in named]
        return [*which, Answer("other", draw.says("where_other"), moves.here_at(0))]
    if not asks(draw, step):
        return _changes(moves) if _places_matter(draw, step) else []
    if step.where == "more":
        return [Answer("choose", draw.says("where_i_am"), moves.page(LIST))]
    silent = Answer("not", draw.says("where_not"), _at(moves, of.get(f"place:{WORLD}", 0)))
    return [*_ranges(moves, room - 1), silent]


def answers(moves: Transitions) -> Iterator[Answer]:
    """Every button that the screen may have of the question or of the list of places, whatever room there is."""
    listed = listing(moves)
    if listed is not None:
        yield from listed.answers
        return
    for room in range(OWN, 1, -1):
        yield from buttons(moves, room)


def _ranges(moves: Transitions, room: int) -> list[Answer]:
    """Ranges of letters, each leading to the page of the list where it begins; one button where there is no room for two."""
    draw = moves.draw
    known = country_pages(draw)
    if not known:
        return []
    if room < 2 or len(known) < 2:
        return [Answer("1", draw.says("where_choose"), moves.page(LIST))]
    most = len(known) if moves.step.hears == "place" else min(_RANGES, len(known))
    cache, key = draw.world.index.cache, ("ranges", draw.language, min(room, most))
    if key not in cache:
        ranges: list[tuple[str, int]] = []
        for run in _even([len(page) for page in known], min(room, most)):
            first, last = (_first(draw.label(place.name)) for place in (known[run[0]][0], known[run[-1]][-1]))
            ranges.append((first if first == last else f"{first} – {last}", run[0]))
        cache[key] = ranges
    return [Answer(str(number), label, moves.page(LIST + page)) for number, (label, page) in enumerate(cache[key], 1)]


def _changes(moves: Transitions) -> list[Answer]:
    draw = moves.draw
    inside = _inside(draw)
    # A state has its country's emergency numbers: on a card, closer would show the same screen again.
    closer = inside and (not isinstance(draw.subject, Card) or any(place.emergency for place in inside))
    found = [Answer("closer", draw.says("where_closer"), moves.page(LIST))] if closer else []
    label = draw.says("where_i_am" if draw.place == WORLD else "where_other")
    return [*found, Answer("other", label, moves.here_at(0))]


def _called(draw: RenderContext, name: str) -> str:
    """A place with the country that it lies in: two may have one name."""
    if name == WORLD:
        return draw.says("where_none_of_these")
    edition = draw.world.edition
    country = next((at for at in edition.chain(name)[1:] if edition.places[at].level == "country"), None)
    own = draw.place_name(name)
    return f"{own}, {draw.place_name(country)}" if country else own


# --- typed words ---------------------------------------------------------------------------------------------------


def number_of(index: SubjectIndex, heard: Heard) -> int:
    """The number of the place that typed words name, or of the several that have the name; 0 for none."""
    known = [name for name in heard.places if f"place:{name}" in index.of]
    if len(known) == 1:
        return index.of[f"place:{known[0]}"]
    return index.group_of(known)


def typed(moves: Transitions, heard: Heard) -> tuple[State, str] | None:
    """The state after words that name a place on a screen whose answer depends on it, and the key of what is said above ("" for
    nothing); None where the words are a question."""
    draw, step, state = moves.draw, moves.step, moves.state
    if not step.where or step.where == "which":
        return None
    silent, world = draw.place in ("", WORLD), draw.world.index.of.get(f"place:{WORLD}", 0)
    if heard.special == "silent" and silent:
        return _after(moves.here_at(world)), ""
    if heard.naming == "elsewhere":
        return _after(moves.here_at(world)), "place_not_found"
    if heard.naming == "unknown":
        return (state, "place_not_found") if step.where == "ask" and silent and heard.band == "unsure" else None
    if heard.naming == "near" and heard.band != "unsure" and not (step.where == "ask" and silent):
        return None
    number = number_of(draw.world.index, heard)
    return (_after(moves.here_at(number)), "") if number else None


def _after(target: Target) -> State:
    state = unpack(target.token)
    if state is None:
        raise AssertionError("a target holds no state")
    return state
