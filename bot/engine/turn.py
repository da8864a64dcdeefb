"""The engine's one function: a world, the state as a token and an event in; a turn out. Pure, and total on any input."""

from __future__ import annotations

from bot.book import Card
from bot.engine.flow_compiler import ENTRY
from bot.engine.flow_schema import Step
from bot.engine.input import UNKNOWN, WATCHED, answered, clean_word, deep_link, in_danger, is_watched
from bot.engine.render_context import RenderContext
from bot.engine.screen import draw_screen, first_line, whole
from bot.engine.state import ID_MASK, State
from bot.engine.tokens import DISMISSED_KEPT, pack, unpack
from bot.engine.transitions import Transitions, passed_over
from bot.engine.types import (
    Alert,
    Choice,
    Copy,
    Effect,
    Erase,
    EraseTyped,
    Event,
    Layout,
    Leave,
    Press,
    Start,
    Timer,
    Turn,
    Typed,
    World,
)
from bot.engine.where import number_of, typed

CLEAR_AFTER = 600
_FIRST_ID = 0xFFFFFF
"""The largest id in a token of the first version."""
_HOPS = 20


def _begin(world: World, language: str) -> State:
    languages = world.edition.languages
    hint = language.lower().split("-")[0].split("_")[0]
    return State(language=hint if hint in languages else languages[0], step=world.index.flows.hash[ENTRY])


def _known(world: World, token: str) -> State | None:
    """The state of a token with a language that the book has and a step that exists, else home with what still holds."""
    state = unpack(token) if token else None
    if state is None:
        return None
    if state.language not in world.edition.languages:
        state = state._replace(language=world.edition.languages[0])
    if state.step not in world.index.flows.by_hash:
        state = state._replace(step=world.index.flows.hash[ENTRY], subject=0, via=0, via_subject=0, page=0, opened=False)
    if ID_MASK < state.ticks <= _FIRST_ID and state.ticks & ID_MASK in world.index.subject and _step(world, state).may_mean:
        # A button of the first version: the ticks of these screens are an id, which had three bits more then.
        state = state._replace(ticks=state.ticks & ID_MASK)
    return state


def _step(world: World, state: State) -> Step:
    return world.index.flows.steps[world.index.flows.by_hash[state.step]]


def _resolve(world: World, state: State) -> tuple[State, str, Step]:
    """Follow branches to a step that is shown; an unknown subject opens the step's menu instead."""
    flows = world.index.flows
    for _ in range(_HOPS):
        step_id = flows.by_hash[state.step]
        step = flows.steps[step_id]
        if step.branch:
            draw = RenderContext(world, state)
            go = next((case.go for case in step.branch.cases if draw.holds(case.when)), step.branch.otherwise)
            state = state._replace(step=flows.hash[go])
            continue
        if step.show and _about_something(step) and RenderContext(world, state).subject is None:
            state = state._replace(step=flows.hash[step.parent or ENTRY], subject=0, page=0)
            continue
        return state, step_id, step
    return state._replace(step=flows.hash[ENTRY], subject=0), ENTRY, flows.steps[ENTRY]


_SUBJECTS = (
    "tips",
    "card",
    "episode",
    "episode_step",
    "episode_words",
    "hand_over",
    "referral",
    "voice",
    "plan_section",
    "question",
    "scene",
    "reply",
    "value",
    "policy",
)


def _about_something(step: Step) -> bool:
    return any(show.show in _SUBJECTS for show in step.show)


def _effects(world: World, state: State, step_id: str, step: Step) -> tuple[State, list[Effect]]:
    """What a step asks of the channel, and the state whose screen is shown afterwards."""
    if step.does is None:
        return state, []
    flows = world.index.flows
    says = RenderContext(world, state, own_word=False).says
    effects: list[Effect] = []
    match step.does:
        case "leave":
            effects.append(Leave(says("left"), says("remains")))
            fresh = State(language=state.language, step=flows.hash[step_id])
            return fresh, effects
        case "copy":
            draw = RenderContext(world, state, own_word=False)
            if not Transitions(draw, step_id, step).guarded:
                erase = State(language=state.language)._replace(step=flows.hash["leave.erase_copy"])
                effects.append(Copy((*first_line(draw), *whole(draw, step)), Choice(says("erase"), pack(erase), "erase")))
        case "erase":
            effects.append(Erase())
        case "timer" | "timer_off":
            effects.append(Timer(CLEAR_AFTER if step.does == "timer" else 0))
        case "fresh" | "same":
            effects.append(Layout(step.does == "fresh"))
            state = state._replace(fresh=step.does == "fresh")
    if step.parent:
        state = state._replace(step=flows.hash[step.parent])
    return state, effects


def _turn(world: World, state: State, effects: tuple[Effect, ...] = ()) -> Turn:
    state, step_id, step = _resolve(world, state)
    after, more = _effects(world, state, step_id, step)
    if after.step != state.step:
        after, step_id, step = _resolve(world, after)
    return Turn(pack(after), draw_screen(world, after, step_id, step), (*effects, *more))


def _hushed(world: World, turn: Turn) -> Turn:
    """The turn; where a person may look on, with the wish that the typed words go as soon as the screen is out."""
    state = unpack(turn.token)
    card = world.index.subject.get(state.subject) if state else None
    if turn.screen.step == WATCHED or (isinstance(card, Card) and card.discreet):
        return Turn(turn.token, turn.screen, (*turn.effects, EraseTyped()))
    return turn


def _in_their_language(world: World, state: State, foreign: str) -> tuple[Effect, ...]:
    """Once, above the answer: which languages there are and where the emergencies lie, in the language that was typed."""
    flows, edition = world.index.flows, world.edition
    line = flows.foreign.get(foreign)
    if not line or foreign in edition.languages:
        return ()
    spoken = ", ".join(edition.book.language_name(language) for language in edition.languages)
    return (Alert(line.replace("{languages}", spoken).replace("{urgent}", flows.says("urgent", state.language))),)


def step(world: World, token: str, event: Event) -> Turn:
    """The answer to `event` in the talk that `token` describes ("" for a new one). Never raises for what a person does.

    A press carries its own state: where it is whole, `token` does not matter, so a button two weeks old opens the right
    screen after any edit. A token that makes no sense opens home in the language of the talk.
    """
    now = _known(world, token)
    if isinstance(event, Press):
        pressed = _known(world, event.token)
        return _turn(world, pressed or (now and _begin(world, now.language)) or _begin(world, ""))
    if isinstance(event, Start):
        state = deep_link(world, _begin(world, event.language), event.payload)
        return _turn(world, state)
    state = now or _begin(world, "")
    flows = world.index.flows
    current = flows.steps[flows.by_hash[state.step]]
    draw = RenderContext(world, state)
    if not isinstance(event, Typed):
        return _turn(world, state, (Alert(draw.says("erased_personal" if event.personal else "unreadable")),))
    heard = world.listen(event.text, state.language)
    if in_danger(heard) or is_watched(heard):
        return _hushed(world, _turn(world, answered(world, state, heard), _in_their_language(world, state, heard.foreign)))
    state = state._replace(dismissed=passed_over(draw, current)[-DISMISSED_KEPT:])
    if current.hears == "nothing":
        return _turn(world, state, (Alert(draw.says("not_typed")),))
    if current.hears == "word":
        word = clean_word(event.text)
        if not word:
            return _turn(world, state, (Alert(draw.says("not_a_word")),))
        return _turn(world, state._replace(step=flows.hash["word.confirm"], word=word, page=0))
    if current.hears == "place":
        number = number_of(world.index, heard)
        if not number:
            unknown = flows.hash.get(UNKNOWN)
            if unknown is None:
                return _turn(world, state, (Alert(draw.says("place_not_found")),))
            return _turn(world, state._replace(step=unknown, subject=0, page=0))
        if number not in world.index.place:  # several places have the name
            return _turn(world, state._replace(step=flows.hash["place.pick"], subject=0, place=number, page=0))
        moves = Transitions(draw, flows.by_hash[state.step], current)
        return step(world, "", Press(moves.changed(place=number).token))
    moves = Transitions(RenderContext(world, state), flows.by_hash[state.step], current)
    if (placed := typed(moves, heard)) is not None:
        after, says = placed
        return _turn(world, after, (Alert(draw.says(says)),) if says else ())
    after, foreign = answered(world, state, heard), _in_their_language(world, state, heard.foreign)
    if after.step == flows.hash["found.unsure"] and _shows_a_card(world, state):
        # Whoever is in the middle of it types more of the same: a menu would take the steps away.
        return _turn(world, state._replace(page=0), (Alert(draw.says("steps_stay")), *foreign))
    return _turn(world, after, foreign)


_CARDS = frozenset(("found.card", "urgent.card"))
"""Steps that show the card of an emergency."""


def _shows_a_card(world: World, state: State) -> bool:
    return world.index.flows.by_hash[state.step] in _CARDS and isinstance(world.index.subject.get(state.subject), Card)
