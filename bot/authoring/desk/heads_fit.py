"""The fit of what hears danger, in the background after a save: heads as new as the examples, and a line that says so."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal

from bot.authoring.desk.html import e
from bot.authoring.editing.examples import FOLDER

State = Literal["", "runs", "done", "failed"]
HAND: Final = "constellation content search --fit"
_LONGEST: Final = 1800.0

Run = Callable[[Sequence[str]], tuple[int, str]]


def needs_fit(file: str) -> bool:
    """Whether something is learned from a file: heads from the examples, the topic classifier from phrases and questions."""
    return file.startswith((FOLDER, "content/find/phrases", "content/find/asked/"))


def _run(words: Sequence[str]) -> tuple[int, str]:
    """The command in a process of its own: it takes gigabytes for some minutes, which go with it."""
    try:
        # No shell, and our own command with two folders.
        done = subprocess.run(words, capture_output=True, text=True, timeout=_LONGEST, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return 1, type(error).__name__
    return done.returncode, done.stderr


class HeadsFit:
    """Fits the heads of two folders, one fit at a time; what is saved meanwhile is in the next. `state`: how the last one stands;
    `why`: what a failed one said."""

    def __init__(self, content: Path, flows: Path, run: Run = _run) -> None:
        self._words = [sys.executable, "-m", "bot", "content", "search", "--fit"]
        self._words += ["--content", str(content), "--flows", str(flows)]
        self._run = run
        self._lock = threading.Lock()
        self._again = False
        self.state: State = ""
        self.why = ""
        self._thread: threading.Thread | None = None

    def saved(self, file: str) -> None:
        """A file was saved or taken back: fits where heads learn from it."""
        if not needs_fit(file):
            return
        with self._lock:
            self._again = True
            if self.state != "runs":
                self.state = "runs"
                self._thread = threading.Thread(target=self._work, name="heads-fit", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until no fit runs, or so many seconds."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        while True:
            with self._lock:
                self._again = False
            status, said = self._run(self._words)
            with self._lock:
                if self._again:
                    continue
                self.state, self.why = ("failed" if status else "done"), said.strip()[-400:] if status else ""
                return

    def html(self) -> str:
        """The line about it, "" where nothing was fitted since the desk was opened."""
        if self.state == "runs":
            said = "The bot is learning from the examples now. It takes some eight minutes; go on meanwhile."
        elif self.state == "done":
            said = (
                "The bot has learned from the examples: <code>content/find/heads.yaml</code> and <code>heads.bin</code> are new. "
                "Publish both with the examples."
            )
        elif self.state == "failed":
            why = f"<pre>{e(self.why)}</pre>" if self.why else ""
            said = (
                "The bot could not learn from the examples. They are saved, and a running bot goes on with what it learned "
                "before. "
                f"Run <code>{HAND}</code> in a terminal, or ask somebody who can; it says what is wrong.{why}"
            )
        else:
            return ""
        kind, role = ("notice broken", "alert") if self.state == "failed" else ("notice", "status")
        return f'<section class="{kind}" role="{role}"><p>{said}</p></section>'
