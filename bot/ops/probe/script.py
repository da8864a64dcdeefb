"""What a bot with this very content has to show: the probe's talk, played beforehand on the probe's own machine. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine import Choice, ChoiceKind, Leave, Press, Screen, Start, Turn, Typed, World, step, unpack


class NoScriptError(Exception):
    """The content gives no such talk: no way to urgent or to leave, or words that lead to no topic."""


@dataclass(frozen=True, slots=True)
class Script:
    """One talk in one language: the first screen, the press that leads to `urgent`, the typed `words` and their `answer`, and
    the press that leaves."""

    welcome: Screen
    to_urgent: Choice
    urgent: Screen
    words: str
    answer: Screen
    to_leave: Choice


def scripts(world: World, words: str = "") -> tuple[Script, ...]:
    """The talk in each language of the pack. `words`: what to ask, "" for a phrase of the pack's own. Raises `NoScriptError`."""
    return tuple(_script(world, language, words) for language in world.edition.languages)


def _script(world: World, language: str, words: str) -> Script:
    welcome = step(world, "", Start(language=language))
    to_urgent = _choice(welcome.screen, "urgent")
    urgent = step(world, welcome.token, Press(to_urgent.token))
    for asked, wanted in [(words, 0)] if words else _phrases(world, language):
        answer = step(world, urgent.token, Typed(asked))
        if _is_sure(answer) and (not wanted or _subject(answer) == wanted):
            to_leave = _choice(answer.screen, "leave")
            left = step(world, answer.token, Press(to_leave.token))
            if any(isinstance(effect, Leave) for effect in left.effects):
                return Script(welcome.screen, to_urgent, urgent.screen, asked, answer.screen, to_leave)
    raise NoScriptError


def _phrases(world: World, language: str) -> Iterator[tuple[str, int]]:
    """The first phrase of each topic, with the topic's number."""
    for name, topic in world.edition.topics.items():
        for phrase in topic.phrases.get(language, ())[:1]:
            yield phrase, world.index.of[f"topic:{name}"]


def _is_sure(turn: Turn) -> bool:
    """Whether the words led to one topic or card, and not to a choice or to "I am not sure"."""
    return turn.screen.step in ("found.answer", "found.card") and _subject(turn) != 0


def _subject(turn: Turn) -> int:
    state = unpack(turn.token)
    return state.subject if state else 0


def _choice(screen: Screen, kind: ChoiceKind) -> Choice:
    for choice in (*screen.footer, *screen.choices):
        if choice.kind == kind:
            return choice
    raise NoScriptError
