"""Asks questions one after the other: of somebody who sits there, of lines from a pipe, or of a file of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from bot.book import near, said_of_hidden

Answer = str | list[str]
Checked = TypeVar("Checked")
Made = TypeVar("Made")


class InvalidAnswer(ValueError):
    """An answer that cannot be taken. The text says why and how to mend it."""


class AnswersEnded(Exception):
    """The answers ended or one does not fit, and nobody is there to give another. The text names the question."""


class _BackError(Exception):
    """Whoever answers wants the question before once more."""


def as_is(text: str) -> str:
    """A check that takes any answer."""
    return text


def _seen(answer: Answer) -> None:
    """Raises InvalidAnswer where an answer holds what nobody sees."""
    for text in answer if isinstance(answer, list) else [answer]:
        if hidden := said_of_hidden(text):
            raise InvalidAnswer(f"In this {hidden}; it can change how the words read. Type them again instead of pasting them.")


class Prompter:
    """`say` shows a line; `read` gives the next one, None at the end. `answers`: by name of the question, instead of `read`.
    `patient`: somebody sits there; ask again where an answer does not fit. `given`: every answer so far, by question."""

    def __init__(
        self,
        say: Callable[[str], None],
        read: Callable[[], str | None],
        answers: Mapping[str, Answer] | None = None,
        *,
        patient: bool = False,
    ) -> None:
        self._say, self._read, self._answers, self.patient = say, read, answers, patient
        self.given: dict[str, Answer] = {}
        self._again: dict[str, Answer] = {}

    def run(self, script: Callable[[Prompter], Made]) -> Made:
        """What `script` makes of the answers. After `<` it runs again with all answers but the last. Raises AnswersEnded."""
        while True:
            try:
                made = script(self)
                break
            except _BackError:
                self._again = dict(list(self.given.items())[:-1])
                self.given = {}
        if self._answers is not None and (unknown := [name for name in self._answers if name not in self.given]):
            raise AnswersEnded(f'"{unknown[0]}" answers no question that was asked. {near(unknown[0], self.given)}'.rstrip())
        return made

    def tell(self, words: str) -> None:
        """Something to read, between questions. Not said again after `<`."""
        if not self._again:
            self._say(words)

    def one(
        self,
        name: str,
        words: str,
        check: Callable[[str], Checked],
        *,
        help: str = "",
        default: str | None = None,
        choices: Sequence[str] = (),
    ) -> Checked:
        """One answer. `default`: what no answer means; None: this one is needed. `choices`: told by number too."""

        def whole(answer: Answer) -> Checked:
            text = ", ".join(answer) if isinstance(answer, list) else answer.strip()
            if choices and text.isdecimal() and 0 < int(text) <= len(choices):
                text = choices[int(text) - 1]
            text = text or (default or "")
            if not text and default is None:
                raise InvalidAnswer("This one is needed.")
            if choices and text not in choices:
                raise InvalidAnswer(f"{near(text, choices)} Answer with a number, or one of: {', '.join(choices)}.".strip())
            return check(text)

        shown = [f"  {number}  {choice}" for number, choice in enumerate(choices, 1)]
        hint = f" [{default}]" if default else ""
        return self._asked(name, "\n".join([f"{words}{hint}", *([f"  {help}"] if help else []), *shown]), self._line, whole)

    def several(self, name: str, words: str, check: Callable[[list[str]], Checked], *, help: str = "") -> Checked:
        """Lines, until an empty one."""

        def whole(answer: Answer) -> Checked:
            lines = [answer] if isinstance(answer, str) else answer
            return check([line.strip() for line in lines if line.strip()])

        shown = "\n".join([f"{words} One a line, then an empty line.", *([f"  {help}"] if help else [])])
        return self._asked(name, shown, self._lines, whole)

    def yes(self, name: str, words: str, *, default: bool = False, help: str = "") -> bool:
        """Yes or no."""
        known = {"y": True, "yes": True, "true": True, "s": True, "si": True, "sí": True, "n": False, "no": False, "false": False}

        def check(text: str) -> bool:
            if text.lower() not in known:
                raise InvalidAnswer("Answer yes or no.")
            return known[text.lower()]

        return self.one(name, words, check, default="yes" if default else "no", help=help)

    def sure(self, words: str) -> bool:
        """Whether the next line says yes. The end of the input is a no."""
        self._say(words)
        return (self._read() or "").strip().lower() in ("y", "yes", "s", "si", "sí")

    def _asked(self, name: str, shown: str, read: Callable[[str], Answer], whole: Callable[[Answer], Checked]) -> Checked:
        if name in self._again:
            answer = self._again.pop(name)
            self.given[name] = answer
            return whole(answer)
        if self._answers is None:
            self._say(f"\n{shown}")
        while True:
            answer = self._answers.get(name, "") if self._answers is not None else read(name)
            if answer == "<" and self.patient and self.given:
                raise _BackError
            try:
                _seen(answer)
                found = whole(answer)
            except InvalidAnswer as error:
                if not self.patient:
                    raise AnswersEnded(f"{name}: {error}") from None
                self._say(f"  {error}")
                continue
            self.given[name] = answer
            return found

    def _line(self, name: str) -> str:
        line = self._read()
        if line is None:
            raise AnswersEnded(f"{name}: the answers end here")
        return line

    def _lines(self, _: str) -> list[str] | str:
        found: list[str] = []
        while (line := self._read()) is not None and line.strip():
            if line.strip() == "<" and not found:
                return "<"
            found.append(line)
        return found
