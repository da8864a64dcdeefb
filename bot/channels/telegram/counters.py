"""What happened since the start, in numbers alone; one line of them for the log."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.privacy import safe_log


@dataclass(slots=True)
class Counters:
    """Numbers since the start. None of them tells anything of anybody."""

    answered: int = 0
    poison: int = 0
    parked: int = 0
    dropped: int = 0
    superseded: int = 0
    retries: int = 0
    faults: int = 0
    plain: int = 0
    doubtful: int = 0
    gave_up: int = 0
    slowed: int = 0
    groups: int = 0
    forgotten: int = 0
    late: int = 0
    owed: int = 0
    undone: int = 0
    codes: dict[int, int] = field(default_factory=dict)
    calls: int = 0
    failing: float = 0.0

    def called(self, *, failed: bool) -> None:
        """A call of some queue has come back, or has not: `failing` is the share of the latest hundred or so that did not."""
        self.calls += 1
        self.failing += (failed - self.failing) / min(self.calls, 100)

    def refused(self, code: int) -> None:
        """Telegram refused a call with `code`."""
        self.codes[code] = self.codes.get(code, 0) + 1

    def fault(self, error: Exception) -> None:
        """An error of ours: counted, and said in the log by its class and place."""
        self.faults += 1
        safe_log.fault(error)

    def say(self, sessions: int, queues: int) -> None:
        """One line of the numbers, with how many sessions are kept and how many chats are busy."""
        safe_log.say(
            "counts",
            answered=self.answered,
            poison=self.poison,
            parked=self.parked,
            dropped=self.dropped,
            superseded=self.superseded,
            retries=self.retries,
            faults=self.faults,
            plain=self.plain,
            doubtful=self.doubtful,
            gave_up=self.gave_up,
            slowed=self.slowed,
            groups=self.groups,
            forgotten=self.forgotten,
            late=self.late,
            owed=self.owed,
            undone=self.undone,
            sessions=sessions,
            queues=queues,
        )
