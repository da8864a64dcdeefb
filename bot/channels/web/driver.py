"""The talk on a page: a visit or a form in, a page out. Holds nothing of a talk but the nonces of those that were left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from bot.channels.channel import Step, WorldOf
from bot.channels.turn_worker import TurnWorker
from bot.channels.turns import Turns, button_named
from bot.channels.web.codes import opens_on_web, web_code
from bot.channels.web.pages import Words, busy_page, copy_page, first_page, left_page, screen_page
from bot.channels.web.requests import Form, Visit
from bot.channels.web.seals import Opened, Seals
from bot.engine import (
    ENTRY,
    Alert,
    Copy,
    Leave,
    Press,
    RenderContext,
    Span,
    Start,
    State,
    Turn,
    Typed,
    World,
    link_payload,
    pack,
    unpack,
)
from bot.find import Heard
from bot.runtime.state import State as SharedState

MOST_WAITING: Final = 100
"""Typed words that wait to be heard, half a second's work; what comes then is looked at for danger alone."""
MOST_LETTERS: Final = 20_000
"""Letters of them all: the longest of texts take twenty times as long as what people write, and somebody may wait behind them."""
LINGER: Final = 60.0
"""Seconds that a left talk is remembered beyond the life of its last page: an answer may have been on its way."""


class _Owner:
    """One talk whose words wait to be heard. `count`: how many of its messages."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class Driver:
    """Turns visits and forms into pages. `leave_to`, `leave_by`: see the settings. `most`: how many may wait to be heard."""

    def __init__(
        self, step: Step, world_of: WorldOf, state: SharedState, seals: Seals, *, leave_to: str = "", leave_by: str = "link",
        most: int = MOST_WAITING,
    ) -> None:  # fmt: skip
        self._step, self._world_of, self._state, self._seals = step, world_of, state, seals
        self._turns, self._worker = Turns(step, world_of), TurnWorker()
        self._leave_to, self._leave_by, self._most = leave_to, leave_by, most
        self._owners: dict[bytes, _Owner] = {}
        self._letters, self._netting = 0, asyncio.Lock()
        self._netted: tuple[World, World, list[Heard]] | None = None

    @property
    def waiting(self) -> int:
        """How many words wait to be heard."""
        return len(self._worker)

    def close(self) -> None:
        """Ends the thread that hears."""
        self._worker.close()

    # --- the first page ------------------------------------------------------------------------------------------------

    def visit(self, visit: Visit) -> str:
        """The neutral first page, in a language of the path, else of the browser, else the book's first; with a fresh token that
        holds a place of the path."""
        world = self._world_of()
        languages = world.edition.languages
        language = next((part for part in (*visit.parts, *visit.hints) if part in languages), languages[0])
        alone = [part for part in visit.parts if part in languages and part not in world.edition.places]
        # What can be a language and a place is the language once, where no other part is one, as in every deep link.
        rest = [part for part in visit.parts if part not in alone]
        if not alone and rest and rest[0] in languages:
            rest = rest[1:]
        place = next((part for part in rest if part in world.edition.places), "")
        return self._first(world, language, place)

    def closed(self, language: str = "", hints: tuple[str, ...] = ()) -> str:
        """The one answer to whatever cannot be opened: left, too old, from before a restart, or never ours."""
        world = self._world_of()
        languages = world.edition.languages
        found = next((code for code in (language, *hints) if code in languages), languages[0])
        return self._first(world, found, "", closed=True)

    def _first(self, world: World, language: str, place: str, *, closed: bool = False) -> str:
        turn = self._turns.turn("", Start(link_payload(language, place), language))
        if turn is None:
            return ""
        return self._first_of(world, language, turn, closed=closed)

    def _first_of(self, world: World, language: str, turn: Turn, *, closed: bool = False, talk: bytes = b"") -> str:
        seal = partial(self._seals.seal, talk or self._seals.talk())
        names = [(code, world.edition.book.language_name(code)) for code in world.edition.languages if code != language]
        return first_page(_words(world, language), turn.screen, seal(turn.token), seal, names, closed=closed)

    # --- forms -----------------------------------------------------------------------------------------------------------

    async def send(self, form: Form, hints: tuple[str, ...] = ()) -> str:
        """The page that a form leads to. "" where even the first screen cannot be made."""
        opened = self._seals.open(form.press or form.at)
        if opened is None or await self._state.left.has(opened.talk):
            return self.closed(form.language, hints)
        world = self._world_of()
        turn: Turn | str | None
        if form.press:
            turn = self._turns.turn("", Press(opened.token))
        elif form.words:
            turn = await self._hear(world, opened, form.words)
        else:
            return self._in_language(world, opened, form.language)
        if turn is None or await self._state.left.has(opened.talk):
            return self.closed(form.language, hints)
        if isinstance(turn, str):
            return turn
        left = next((effect for effect in turn.effects if isinstance(effect, Leave)), None)
        if left is not None:
            return await self._leave(world, opened, turn, left)
        return self._shown(world, opened, turn)

    def _in_language(self, world: World, opened: Opened, language: str) -> str:
        """The first page again, in another language; a form without words from any other page shows its screen again."""
        state = unpack(opened.token)
        if state is None or world.index.flows.by_hash.get(state.step) != ENTRY or language not in world.edition.languages:
            turn = self._turns.turn("", Press(opened.token))
            return self._shown(world, opened, turn) if turn else ""
        turn = self._turns.turn("", Press(pack(state._replace(language=language))))
        return self._first_of(world, language, turn, talk=opened.talk) if turn else ""

    def _shown(self, world: World, opened: Opened, turn: Turn) -> str:
        words, seal = _words_of(world, turn), partial(self._seals.seal, opened.talk)
        copy = next((effect for effect in turn.effects if isinstance(effect, Copy)), None)
        if copy is not None:
            return copy_page(words, copy.spans, turn.screen, seal(turn.token), seal)
        notes = [effect.text for effect in turn.effects if isinstance(effect, Alert)]
        return screen_page(words, turn.screen, seal(turn.token), seal, notes)

    async def _leave(self, world: World, opened: Opened, turn: Turn, left: Leave) -> str:
        """The talk is over: none of its pages opens any more, and words of it that wait are dropped."""
        if not await self._state.left.put(opened.talk, self._seals.ttl + LINGER):
            # No room to remember this one: every page that is out is closed instead, and this one with them.
            self._seals.renew()
            if not self._seals.shared:
                await self._state.left.clear()
        if owner := self._owners.get(opened.talk):
            self._worker.let_go(owner)
        return left_page(_words_of(world, turn), left.neutral, self._leave_to, self._leave_by)

    # --- typed words -----------------------------------------------------------------------------------------------------

    async def _hear(self, world: World, opened: Opened, words: str) -> Turn | str | None:
        """What words lead to. They are heard beside the loop, in a line of bounded length; beyond it the nets look for danger at
        once, and everything else is asked to come again. None where the talk was left meanwhile."""
        if (code := self._code(world, opened, words)) is not None:
            return code
        if kind := button_named(words):
            return self._turns.footer(kind, opened.token)
        event = Typed(words)
        if len(self._worker) >= self._most or self._letters + len(words) > MOST_LETTERS:
            async with self._netting:
                await asyncio.sleep(0)  # presses and Urgent that came meanwhile go first
                return self._in_danger(world, opened.token, event) or self._busy(world, opened)
        owner = self._owners.setdefault(opened.talk, _Owner())
        owner.count += 1
        self._letters += len(words)
        try:
            return await self._worker.run(owner, partial(self._turns.turn, opened.token, event))
        finally:
            owner.count -= 1
            self._letters -= len(words)
            if not owner.count:
                self._owners.pop(opened.talk, None)

    def _code(self, world: World, opened: Opened, words: str) -> Turn | None:
        """What the code of a card opens, typed on the first page; a place that the page's path named stays."""
        state = unpack(opened.token)
        code = web_code(world.edition, words) if len(words) < 12 else ""
        if not code or state is None or world.index.flows.by_hash.get(state.step) != ENTRY:
            return None
        payload = code if opens_on_web(world.edition, code) else ""
        turn = self._turns.turn("", Start(payload, state.language))
        found = unpack(turn.token) if turn else None
        if found is None or found.place or not state.place:
            return turn
        return self._turns.turn("", Press(pack(found._replace(place=state.place))))

    def _in_danger(self, world: World, token: str, event: Typed) -> Turn | None:
        """The answer by the nets alone where they hear danger, else None."""
        if world.nets is None:
            return None
        if self._netted is None or self._netted[0] is not world:
            heard: list[Heard] = []
            nets = world.nets

            def listen(text: str, language: str) -> Heard:
                heard.append(nets(text, language))
                return heard[-1]

            self._netted = (world, replace(world, listen=listen), heard)
        _, netted, heard = self._netted
        heard.clear()
        turn = Turns(self._step, lambda: netted).turn(token, event)
        danger = any(each.danger != "no" for each in heard)
        heard.clear()
        return turn if danger else None

    def _busy(self, world: World, opened: Opened) -> str:
        """Asked to come again, with urgent and the tables of numbers."""
        turn = self._turns.turn("", Press(opened.token))
        if turn is None:
            return ""
        state = unpack(turn.token) or State()
        seal = partial(self._seals.seal, opened.talk)
        tables = number_tables(world, state)
        return busy_page(_words(world, state.language), turn.screen, seal(turn.token), seal, tables)


def number_tables(world: World, state: State) -> list[tuple[Span, ...]]:
    """The emergency numbers where the person is, else of every country."""
    draw = RenderContext(world, state, own_word=False)
    return [draw.numbers("ambulance"), draw.numbers("police")]


def _words(world: World, language: str) -> Words:
    says: Callable[[str], str] = partial(_says, world, language)
    return Words(says, language)


def _says(world: World, language: str, key: str) -> str:
    return str(world.index.flows.says(key, language))


def _words_of(world: World, turn: Turn) -> Words:
    state = unpack(turn.token)
    return _words(world, state.language if state else world.edition.languages[0])
