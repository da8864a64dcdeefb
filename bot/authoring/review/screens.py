"""Every screen that people can come to, each under a key that stays the same when its words change; and what two packs differ in.

A screen is known by its step, what it is about, its page and its case: the neutral page before it (`guard`), or the answer that
brings other words (`barriers=housing`). Buttons are kept with where they lead, so that a wrong turn counts as a change too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any, Literal, NamedTuple

from bot.book import Place, Referral
from bot.engine import ENTRY, LIST, Choice, Press, Screen, State, Step, World, pack, step, unpack, walk


class ScreenKey(NamedTuple):
    """What names a screen. `subject`: `topic:pep`, or "". `page`: from 0. `case`: "", `guard`, or `field=option`."""

    step: str
    subject: str = ""
    page: int = 0
    case: str = ""

    def __str__(self) -> str:
        page = f"page {self.page + 1}" if self.page else ""
        return "/".join(part for part in (self.step, self.subject, page, self.case) if part)

    @property
    def flow(self) -> str:
        """The flow that the step belongs to."""
        return self.step.split(".")[0]


@dataclass(frozen=True, slots=True)
class ScreenCopy:
    """One screen as the preview has it. `token`: the state that draws it. `title`: what it is about, in its language."""

    key: ScreenKey
    token: str
    title: str
    screen: Screen
    names: TokenNames = kept(repr=False, compare=False)

    @property
    def leads(self) -> tuple[tuple[str, str], ...]:
        """For every button, footer included, its label and the key of what it opens; not back to where the walk came from, which
        is another way from day to day."""
        remembered = (unpack(self.token) or State()).via
        shown = (*self.screen.choices, *self.screen.footer)
        steady = [choice for choice in shown if not (remembered and choice.kind == "back")]
        return tuple((choice.label, str(self.names.key(choice.token))) for choice in steady)


class TokenNames:
    """What the numbers in tokens stand for, as people write it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._of = {number: name for name, number in world.index.of.items()}

    def key(self, token: str, screen: Screen | None = None) -> ScreenKey:
        """The key of a token's screen. `screen`: what it drew, where that is known; a guarded step says so itself."""
        state = unpack(token) or State()
        step_id = screen.step if screen else self.world.index.flows.by_hash.get(state.step, "?")
        subject = "" if state.page >= LIST else self._of.get(state.subject, "")  # a page of the list of places
        return ScreenKey(step_id, subject, state.page)

    def title(self, subject: str, language: str) -> str:
        """The title of what a screen is about, or ""."""
        thing = self.world.index.subject.get(self.world.index.of.get(subject, 0))
        if isinstance(thing, Referral):
            return thing.name
        if isinstance(thing, str):
            return self.world.index.flows.says(f"area_{thing}", language)
        named = thing.name if isinstance(thing, Place) else getattr(thing, "title", None)
        return named.get(language) or next(iter(named.values())) if isinstance(named, Mapping) and named else ""


def _guards(state: State, screen: Screen) -> bool:
    """Whether a screen is the neutral page: its first choice opens what it hides."""
    first = unpack(screen.choices[0].token) if screen.choices else None
    return first is not None and first == state._replace(opened=True) != state


def _shown(names: TokenNames, token: str, screen: Screen, case: str = "") -> ScreenCopy:
    state = unpack(token) or State()
    if _guards(state, screen):
        case = "guard"
    key = names.key(token, screen)._replace(case=case)
    return ScreenCopy(key, token, names.title(key.subject, state.language), screen, names)


def _asked(flow_step: Step) -> Iterator[tuple[str, str]]:
    """The answers that a step's conditions look at: (field, option)."""
    conditions = [item.when for item in flow_step.show] + [item.when for item in flow_step.lists]
    for when in conditions + [item.when for item in flow_step.choices]:
        for field, wanted in (when or {}).items():
            for option in [wanted] if isinstance(wanted, str) else wanted:
                if option != "none":
                    yield field, option


def _answered(world: World, state: State, field: str, option: str) -> State | None:
    """The state in which somebody gave an answer, or None where the field is no answer or is part of the key."""
    code = world.index.flows.options.get(field, {}).get(option, 0)
    match field:
        case "aims" if code:
            return state._replace(aims=(code,))
        case "pace" if code:
            return state._replace(pace=code)
        case "how" | "barriers" | "wants" | "stays" if code:
            bits: dict[str, Any] = {field: 1 << (code - 1)}
            return state._replace(**bits)
        case "young" if option == "yes":
            return state._replace(young=True)
        case "word" if option == "given":
            return state._replace(word=next(iter(world.edition.words.offered.get(state.language, ())), "✎"))
    return None


def _unpressed(world: World, state: State, seen: set[str]) -> Iterator[State]:
    """A state for each screen that only typed words or certain answers bring, with the first topics of the book as an example."""
    index = world.index
    topics = [index.of[f"topic:{name}"] for name in list(world.edition.topics)[:3]]
    countries = [name for name, place in world.edition.places.items() if place.level == "country"]
    inside = next((name for name in countries if world.edition.children(name)), "")
    for step_id, flow_step in index.flows.steps.items():
        if step_id in seen or flow_step.branch or (flow_step.does and flow_step.parent) or flow_step.does == "erase":
            continue
        begin = state._replace(step=index.flows.hash[step_id], young=step_id.startswith("young."))
        first, second, third = (*topics, 0, 0, 0)[:3]
        if step_id in ("found.answer", "found.choose", "found.more"):
            begin = begin._replace(subject=first, via_subject=second, via=third)
        elif step_id == "found.card" and world.edition.cards:
            begin = begin._replace(subject=index.of[f"card:{next(iter(world.edition.cards))}"], via_subject=first, via=second)
        elif step_id == "found.place" and countries:
            begin = begin._replace(via_subject=index.of[f"place:{countries[0]}"], via=index.of[f"place:{countries[-1]}"])
        elif any(item.of == "places" for item in flow_step.lists):
            begin = begin._replace(subject=index.of.get(f"place:{inside}", 0))
        elif step_id == "word.confirm":
            begin = _answered(world, begin, "word", "given") or begin
        yield begin


def screens(world: World, language: str, place: str = "") -> dict[ScreenKey, ScreenCopy]:
    """Every distinct screen in a language at a place (an id, or ""), by key, in the order a person comes to them.

    What presses reach comes first, from the entry and from links of their own; then screens behind typed words; then each
    screen again for every answer that changes its words or buttons.
    """
    names, flows = TokenNames(world), world.index.flows
    found: dict[ScreenKey, ScreenCopy] = {}

    def take(token: str, screen: Screen, case: str = "") -> None:
        shown = _shown(names, token, screen, case)
        found.setdefault(shown.key, shown)

    for start in (ENTRY, *(f"{flow}.home" for flow in sorted(flows.own_links))):
        if start in flows.steps:
            for visit in walk(world, language, place, vary=False, start=start).visits:
                take(visit.token, visit.screen)
    begin = State(language=language, place=world.index.of.get(f"place:{place}", 0))
    for state in _unpressed(world, begin, {key.step for key in found}):
        for shown in _pages(names, pack(state)):
            found.setdefault(shown.key, shown)
    for shown in [shown for shown in found.values() if not shown.key.case]:
        state_now, seen = unpack(shown.token) or begin, [_said(shown.screen)]
        for field, option in dict.fromkeys(_asked(flows.steps[shown.key.step])):
            if answered := _answered(world, state_now, field, option):
                turn = step(world, "", Press(pack(answered)))
                if turn.screen.step == shown.key.step and _said(turn.screen) not in seen:
                    seen.append(_said(turn.screen))
                    take(turn.token, turn.screen, f"{field}={option}")
    return found


def redrawn(world: World, before: Mapping[ScreenKey, ScreenCopy]) -> dict[ScreenKey, ScreenCopy]:
    """The same screens in a pack whose words differ, without a walk: a token is the whole state, so it draws there too.

    Screens that are gone are left out, further pages are added. New steps are not found this way: an edit of content alone
    brings none.
    """
    names = TokenNames(world)
    found: dict[ScreenKey, ScreenCopy] = {}
    for old in before.values():
        if old.key.page >= LIST:
            shown = next(_pages(names, old.token))
            found.setdefault(shown.key, shown)
            continue
        if old.key.page:  # drawn from its first page: there may be fewer now
            continue
        case = "" if old.key.case == "guard" else old.key.case
        for shown in _pages(names, old.token, case):
            if shown.key[:2] != old.key[:2] or shown.key in found:
                break
            found[shown.key] = shown
    return found


def _pages(names: TokenNames, token: str, case: str = "") -> Iterator[ScreenCopy]:
    """The screen of a token, and the pages that follow it."""
    while token:
        turn = step(names.world, "", Press(token))
        yield _shown(names, turn.token, turn.screen, case)
        more = next((choice.token for choice in turn.screen.choices if choice.kind == "more"), "")
        following = unpack(more)
        token = more if following and following.page else ""


def _said(screen: Screen) -> tuple[object, ...]:
    return (screen.spans, [(choice.label, choice.kind) for choice in (*screen.choices, *screen.footer)])


# --- what differs --------------------------------------------------------------------------------------------------

How = Literal["added", "removed", "reworded", "leads elsewhere"]


@dataclass(frozen=True, slots=True)
class ScreenChange:
    """One screen that differs. `before` is None where it was added, `after` where it was removed."""

    key: ScreenKey
    how: How
    before: ScreenCopy | None
    after: ScreenCopy | None

    @property
    def shown(self) -> ScreenCopy:
        """The newer of the two."""
        shown = self.after or self.before
        assert shown is not None
        return shown


def changes(before: Mapping[ScreenKey, ScreenCopy], after: Mapping[ScreenKey, ScreenCopy]) -> list[ScreenChange]:
    """What was added, removed or reworded between two packs, or leads elsewhere, in the order a person comes to it."""
    found: list[ScreenChange] = []
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found.append(ScreenChange(key, "added" if old is None else "removed", old, new))
        elif _said(old.screen) != _said(new.screen):
            found.append(ScreenChange(key, "reworded", old, new))
        elif old.screen != new.screen and old.leads != new.leads:
            found.append(ScreenChange(key, "leads elsewhere", old, new))
    return found


def buttons(screen: Screen) -> list[tuple[Choice, ...]]:
    """The rows of buttons as a phone shows them: one choice a row, the footer two by two."""
    rows: list[tuple[Choice, ...]] = [(choice,) for choice in screen.choices]
    return rows + [screen.footer[start : start + 2] for start in range(0, len(screen.footer), 2)]
