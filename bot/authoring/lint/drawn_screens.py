"""Every kind of screen drawn once: each step with each thing it can be about, in each language, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.authoring.lint.flow_graph import ENGINE, LISTS
from bot.authoring.lint.subject import Pack
from bot.book import Path
from bot.channels.registry import fullest
from bot.engine import ENTRY, ListOf, Screen, State, Step, World, draw_screen, reads, unpack, variations
from bot.find import Heard

_ABOUT = {
    "tips": "topic", "card": "card", "referral": "referral", "voice": "voice", "episode": "episode",
    "episode_step": "episode", "plan_section": "plan", "question": "question",
    "scene": "scene", "reply": "reply", "value": "value", "policy": "policy",
}  # fmt: skip


class DrawnScreen(NamedTuple):
    """A screen as drawn. `subject`: "kind:id" of what it is about, or ""."""

    step: str
    subject: str
    language: str
    screen: Screen


def world_of(pack: Pack) -> World | None:
    """A world on the day, with a finder that never understands; None where the numbers of two ids clash or no talk can begin."""
    try:
        world = World(pack.edition, lambda _, language: Heard("unsure", language=language), fullest())
    except ValueError:  # HASH-CLASH tells it
        return None
    return world if ENTRY in world.index.flows.steps else None


def _named(world: World, step_id: str) -> list[str]:
    """What a step is about where only choices that name it lead there; else nothing."""
    steps = world.index.flows.steps.values()
    if step_id in ENGINE or any(_leads(item, step_id) for step in steps for item in step.lists):
        return []
    found = {choice.subject for step in steps for choice in step.choices if choice.go == step_id}
    return [] if None in found or "keep" in found else sorted(name for name in found if name in world.index.of)


def _leads(item: ListOf, step_id: str) -> bool:
    return step_id in (item.go, *item.each.values()) if item.go or item.each else step_id in LISTS.get(item.of, ())


def _subjects(world: World, step_id: str, step: Step) -> list[str]:
    """What a step can be about, as the index names it."""
    if found := _named(world, step_id):
        return found
    kinds = {_ABOUT[show.show] for show in step.show if show.show in _ABOUT}
    if any(item.of == "topics" and not (item.area or item.ids) for item in step.lists):
        kinds.add("area")
    if any(item.of == "places" and item.go is None for item in step.lists):
        kinds.add("place")
    if any(show.show == "values" for show in step.show):
        kinds.discard("value")
    return [name for name in world.index.of if name.partition(":")[0] in kinds] or [""]


def _pages(world: World, state: State, step_id: str, step: Step) -> Iterator[Screen]:
    """Page by page, until "more" leads to the first again."""
    for page in range(32):
        screen = draw_screen(world, state._replace(page=page), step_id, step)
        yield screen
        following = next((unpack(choice.token) for choice in screen.choices if choice.kind == "more"), None)
        if following is None or following.step != state.step or following.page <= page:
            return


def drawn(pack: Pack) -> list[DrawnScreen]:
    """Each screen once. A step that reads what the person said is drawn for each answer too."""
    return pack.once(_drawn)


def _drawn(pack: Pack) -> list[DrawnScreen]:
    return list(_draw_all(pack))


def _draw_all(pack: Pack) -> Iterator[DrawnScreen]:
    world = world_of(pack)
    if world is None:
        return
    flows = world.index.flows
    places = {name for name, place in pack.book.places.items() if place.law or place.emergency}
    for step_id, step in flows.steps.items():
        if step.branch:
            continue
        local = any(show.show in ("law", "numbers") for show in step.show)
        conditions = any(
            when for when in (*(i.when for i in step.show), *(i.when for i in step.lists), *(i.when for i in step.choices))
        )
        for subject in _subjects(world, step_id, step):
            for language in pack.book.languages:
                state = State(language=language, step=flows.hash[step_id], subject=world.index.of.get(subject, 0), opened=True)
                for screen in _pages(world, state, step_id, step):
                    yield DrawnScreen(step_id, subject, language, screen)
                for place in places if local else ():
                    at = state._replace(place=world.index.of[f"place:{place}"])
                    yield DrawnScreen(step_id, subject, language, draw_screen(world, at, step_id, step))
                if conditions and not subject:
                    for other in variations(world, state, reads(step)):
                        yield DrawnScreen(step_id, subject, language, draw_screen(world, other, step_id, step))


def blame(pack: Pack, seen: DrawnScreen) -> tuple[str, Path]:
    """The longest text that stands on a screen: where to shorten it. On a page of a topic that is one of the page's own tips."""
    kind, _, name = seen.subject.partition(":")
    file, at = pack.step_at(seen.step)
    if f"{kind}:{name}" in pack.book.where:
        subject = pack.file_of(kind, name)
        found = [prose for prose in pack.prose if prose.file == subject and prose.language == seen.language]
    else:
        found = [
            prose for prose in pack.prose if prose.file == file and prose.at[: len(at)] == at and prose.language == seen.language
        ]
    shown = [prose for prose in found if max(re.split(r"[*{}\[\]]", prose.text), key=len).strip() in seen.screen.text]
    longest = max(shown or found, key=lambda prose: len(prose.text), default=None)
    return (longest.file, longest.at) if longest else (file, at)
