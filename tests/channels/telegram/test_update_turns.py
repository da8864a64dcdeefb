"""The first line of a message: it varies from update to update, and an update that comes again gets the very same words."""

from __future__ import annotations

import secrets

from bot.book import Edition
from bot.channels.telegram.turns import UpdateTurns
from bot.channels.telegram.updates import Update
from bot.engine.turn import step
from bot.engine.types import Surface, World
from tests.conftest import nothing_heard

TELEGRAM = Surface(name="telegram", title="Telegram", previews=True)


def _process(edition: Edition) -> UpdateTurns:
    world = World(edition, nothing_heard, TELEGRAM, pick=secrets.randbelow)
    return UpdateTurns(step, lambda: world)


def _text(turns: UpdateTurns, number: int, token: str = "") -> str:
    turn = turns.answer(Update(number, "press", chat=1, text=token), "")
    assert turn
    return turn.screen.text


def test_an_update_that_comes_again_gets_the_same_words(edition: Edition) -> None:
    """Two processes, one after the other: else the second would change a message that shows its answer, above a newer one."""
    first, second = _process(edition), _process(edition)
    for number in range(900_000, 900_030):
        assert _text(first, number) == _text(second, number)


def test_the_first_line_is_not_the_same_in_every_chat(edition: Edition) -> None:
    """The same screen, for different updates: each of the lines comes now and then."""
    turns = _process(edition)
    lines = {_text(turns, number).splitlines()[0] for number in range(900_000, 900_060)}
    world = World(edition, nothing_heard, TELEGRAM)
    assert lines == set(world.index.flows.openings_in("en"))


def test_the_screen_shown_again_has_the_line_that_it_had(edition: Edition) -> None:
    """Words whose answer is known to have been given get that screen once more, letter by letter."""
    turns = _process(edition)
    for number in range(900_000, 900_010):
        turn = turns.answer(Update(number, "press", chat=1), "")
        assert turn
        again = turns.answer_again(Update(number, "press", chat=1), turn.token)
        assert again
        assert again.screen.text == turn.screen.text
