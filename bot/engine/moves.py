"""Where presses lead: the token of the state after each one. Knows the rules of back, of guarded screens and of what is kept."""

from __future__ import annotations

from bot.book.models import Topic
from bot.engine.draw import Draw
from bot.engine.flow import ChoiceSpec, Step
from bot.engine.flows import ENTRY
from bot.engine.state import State

AIMS_KEPT = 4


def hears_heard(step: Step) -> bool:
    """Whether the step answers typed words: its via fields and ticks then hold what was heard, not where to go back."""
    return any(item.of == "heard" for item in step.lists)


class Moves:
    """Tokens for everything that can be pressed on the screen of `draw`, which shows `step`."""

    def __init__(self, draw: Draw, step_id: str, step: Step) -> None:
        self.draw, self.state, self.step_id, self.step = draw, draw.state, step_id, step
        self.flows = draw.world.index.flows
        self.heard = hears_heard(step)
        subject = draw.subject
        self.guarded = step.guarded or (isinstance(subject, Topic) and subject.guarded)

    def _via(self, remember: bool) -> tuple[int, int]:
        """What back will lead to from the next screen. A guarded screen is never remembered."""
        state = self.state
        if self.guarded or self.heard:
            return 0, 0
        if self.step.quiet or not remember:
            return state.via, state.via_subject
        return state.step, state.subject

    def to(self, step_id: str, subject: int = 0, *, remember: bool = True) -> State:
        """The state on another step, all that was said kept."""
        state = self.state
        via, via_subject = self._via(remember)
        return State(
            language=state.language,
            step=self.flows.hash[step_id],
            subject=subject,
            via=via,
            via_subject=via_subject,
            place=state.place,
            aims=state.aims,
            pace=state.pace,
            how=state.how,
            barriers=state.barriers,
            opened=state.opened and subject == state.subject and subject != 0,
            young=state.young,
            fresh=state.fresh,
            ticks=0 if self.heard else state.ticks,
            word=state.word,
        )

    def back(self) -> State | None:
        """The state that back leads to: the remembered screen, else the step's parent, else home; None on home."""
        state = self.state
        if self.step_id == ENTRY:
            return None
        if state.via and not self.heard:
            step_id = self.flows.by_hash.get(state.via)
            if step_id:
                return self._bare(step_id, state.via_subject)
        if self.step.parent:
            return self._bare(self.step.parent, state.subject)
        return self._bare(ENTRY, 0)

    def _bare(self, step_id: str, subject: int) -> State:
        return changed(self.to(step_id, subject, remember=False), via=0, via_subject=0)

    def home(self) -> State:
        """The first screen, all that was said kept."""
        return self._bare(ENTRY, 0)

    def page(self, number: int) -> State:
        """The same screen on another page."""
        return changed(self.state, page=number)

    def opened(self) -> State:
        """The same screen with its neutral page passed."""
        return changed(self.state, opened=True)

    def changed(self, **values: object) -> State:
        """The screen that back leads to, with a value changed (a language, a place, a word)."""
        return changed(self.back() or self._bare(ENTRY, 0), **values)

    def choice(self, spec: ChoiceSpec) -> State:
        """The state after a choice written in a flow."""
        subject = 0
        if spec.subject == "keep":
            subject = self.state.subject
        elif spec.subject:
            subject = self.draw.world.index.of.get(spec.subject, 0)
        state = self.changed() if spec.go == "back" else self.to(spec.go, subject, remember=spec.remember)
        if spec.set or spec.add or spec.drop or spec.clear or spec.place or spec.fresh is not None:
            state = changed(state, **self._fields(spec))
        return state

    def _fields(self, spec: ChoiceSpec) -> dict[str, object]:
        state, values = self.state, {}
        aims, masks = list(state.aims), {"how": state.how, "barriers": state.barriers}
        pace, changed = state.pace, {*spec.set, *spec.add, *spec.drop, *spec.clear}
        for name in spec.clear:
            if name == "aims":
                aims = []
            elif name == "pace":
                pace = 0
            elif name in masks:
                masks[name] = 0
            else:
                values[name] = {"word": "", "place": 0, "ticks": 0, "young": False}[name]
        for verb, fields in (("set", spec.set), ("add", spec.add), ("drop", spec.drop)):
            for name, option in fields.items():
                code = self.flows.options[name][option]
                if name == "pace":
                    pace = 0 if verb == "drop" else code
                elif name == "aims":
                    aims = [] if verb == "set" else [aim for aim in aims if aim != code]
                    if verb != "drop":
                        aims = [*aims[-AIMS_KEPT + 1 :], code]
                else:
                    bit = 1 << (code - 1)
                    masks[name] = bit if verb == "set" else masks[name] | bit if verb == "add" else masks[name] & ~bit
        now = {"aims": tuple(aims), "pace": pace, **masks}
        values.update({name: now[name] for name in changed if name in now})
        if spec.place:
            values["place"] = self.draw.world.index.of.get(f"place:{spec.place}", 0)
        if spec.fresh is not None:
            values["fresh"] = spec.fresh
        return values


_NAMES = State.__slots__


def changed(state: State, **values: object) -> State:
    """`dataclasses.replace`, four times as fast: every button of every screen passes here."""
    now = {name: getattr(state, name) for name in _NAMES}
    now.update(values)
    return State(**now)  # type: ignore[arg-type]
