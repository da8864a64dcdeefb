"""The talk in a terminal: numbers for choices, short words for the footer, readable when input is piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TextIO

from bot.book import lines, one_line
from bot.channels.channel import Channel
from bot.channels.numbered import Choices, read_answer
from bot.engine import Alert, Choice, Copy, Erase, Event, Leave, Press, Screen, Span, Start, Surface, Turn, World, step

SURFACE = Surface(name="terminal", title="Terminal", buttons=False, erases=False, previews=False)
CHANNEL = Channel(SURFACE, identity=False, tokens="process")
"""One person at a keyboard, served by `constellation chat`: nothing is kept, and the screen cannot be taken back."""

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def spans_text(spans: Iterable[Span], colour: bool) -> str:
    """Spans as a terminal shows them: bold where it can, a link's address behind its words; no word of theirs commands it, or a
    code host that reads along."""
    parts = [(span.style == "bold" and colour, lines(_with_address(span))) for span in spans]
    text = "".join(f"{_BOLD}{words}{_PLAIN}" if bold else words for bold, words in parts)
    return text if colour else lines(text)


def _with_address(span: Span) -> str:
    shown = span.style == "link" and span.target and span.target not in span.text
    return f"{span.text} ({span.target})" if shown else span.text


def _row(number: int, choice: Choice) -> str:
    return f"  {number}. {one_line(choice.label)}"


def screen_text(screen: Screen, colour: bool = False) -> str:
    """A screen as lines: the text, the choices by number, the footer with its words."""
    shown = [spans_text(screen.spans, colour), ""]
    shown += [_row(number, choice) for number, choice in enumerate(screen.choices, 1)]
    first = len(screen.choices) + 1
    shown.append("  " + "   ".join(f"{first + at}. {one_line(choice.label)}" for at, choice in enumerate(screen.footer)))
    return "\n".join(shown)


@dataclass
class Terminal:
    """One talk: reads lines, writes screens, until it is left or the input ends. `watch` sees each event and its turn."""

    world: World
    write: TextIO
    colour: bool = False
    token: str = ""
    over: bool = False
    watch: Callable[[Event, Turn], None] | None = None

    def say(self, text: str = "") -> None:
        """One line out."""
        print(text, file=self.write, flush=True)

    def show(self, turn: Turn) -> Screen:
        """Carry out the effects, then the screen."""
        self.token = turn.token
        for effect in turn.effects:
            match effect:
                case Leave():
                    self.over = True
                    if self.colour:
                        self.write.write("\x1b[3J\x1b[2J\x1b[H")
                    self.say(lines(effect.neutral))
                    return turn.screen
                case Alert():
                    self.say(f"! {lines(effect.text)}\n")
                case Copy():
                    self.say("-----\n" + spans_text(effect.spans, self.colour) + "\n-----\n")
                case Erase():
                    pass
        self.say(screen_text(turn.screen, self.colour))
        return turn.screen

    def run(self, lines: Iterable[str], payload: str = "", language: str = "") -> None:
        """The whole talk. `lines`: what the person types."""
        screen = self.show(step(self.world, "", Start(payload, language)))
        for line in lines:
            event: Event | None = read_answer(line, Choices.of(screen))
            if event is None:
                if line.strip():
                    self.say(screen_text(screen, self.colour))
                continue
            self.say()
            turn = step(self.world, self.token, event)
            if self.watch:
                self.watch(event, turn)
            screen = self.show(turn)
            if self.over:
                return


def prompted(ask: Callable[[str], str], reading: Callable[[], None] | None = None) -> Iterable[str]:
    """Lines from somebody who sits there; ends with the input. `reading`: called once, when there is a screen to read."""
    if reading:
        reading()
    while True:
        try:
            yield ask("\n> ")
        except (EOFError, KeyboardInterrupt):
            return


def interactive() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def run(
    world: World,
    payload: str = "",
    language: str = "",
    start: str = "",
    watch: Callable[[Event, Turn], None] | None = None,
    reading: Callable[[], None] | None = None,
) -> None:
    """Talk on standard input and output: with a prompt at a terminal, line by line when piped. `reading`: called while somebody
    who sits there reads the first screen."""
    terminal = Terminal(world, sys.stdout, colour=sys.stdout.isatty(), token=start, watch=watch)
    lines: Iterable[str] = prompted(input, reading) if interactive() else (line.rstrip("\n") for line in sys.stdin)
    terminal.run(lines, payload, language)


__all__ = ["CHANNEL", "SURFACE", "Press", "Terminal", "interactive", "run", "screen_text", "spans_text"]
