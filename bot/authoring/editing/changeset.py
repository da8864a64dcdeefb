"""A set of changes to a pack, made in memory: as few values as possible, checked as a whole before a byte is written."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from pathlib import Path as Folder
from typing import Any

from bot.authoring.editing.json_schema import line_of, model_of
from bot.authoring.editing.yaml_edit import drop, put, whole
from bot.authoring.lint.runner import check
from bot.book import Fault, Path, Snapshot, read, remove_in, write_in


class Changes:
    """What will be written. `texts`: path (`content/...`) to the new text, None for a file that goes."""

    def __init__(self, files: Snapshot) -> None:
        self.before = files
        self.texts: dict[str, str | None] = {}

    def text(self, path: str) -> str:
        """A file as it will be. Raises KeyError where there is none."""
        found = self.texts[path] if path in self.texts else self.before[path].decode("utf-8")
        if found is None:
            raise KeyError(path)
        return found

    def value(self, path: str) -> Any:
        """What is in a file as it will be. Raises KeyError, or Unreadable."""
        return read(path, self.text(path).encode())[0]

    def exists(self, path: str) -> bool:
        """Whether there will be such a file."""
        return (self.texts[path] is not None) if path in self.texts else path in self.before

    def put(self, path: str, at: Path, value: Any) -> None:
        """One value. Raises EditError."""
        self.texts[path] = put(path, self.text(path), at, value)

    def drop(self, path: str, at: Path) -> None:
        """One value goes. Raises EditError."""
        self.texts[path] = drop(path, self.text(path), at)

    def create(self, path: str, value: Mapping[str, Any]) -> None:
        """A new file, with the line that editors read."""
        model = model_of(path, value)
        self.texts[path] = whole(value, line_of(path, model) if model else "")

    def delete(self, path: str) -> None:
        """A file goes."""
        self.texts[path] = None

    def move(self, path: str, to: str) -> None:
        """A file gets another name; its bytes stay."""
        self.texts[to] = self.text(path)
        self.delete(path)

    def rewrite(self, path: str, at: Path, old: Any, new: Any) -> None:
        """Turns what stands at `at` from `old` into `new`, touching only what differs. Raises EditError."""
        if isinstance(old, dict) and isinstance(new, dict) and new:
            for key in [key for key in old if key not in new]:
                self.drop(path, (*at, key))
            for key, value in new.items():
                if key not in old:
                    self.put(path, (*at, key), value)
                elif old[key] != value:
                    self.rewrite(path, (*at, key), old[key], value)
        elif isinstance(old, list) and isinstance(new, list) and any(isinstance(item, dict) for item in [*old, *new]) and new:
            for number in range(len(old) - 1, len(new) - 1, -1):
                self.drop(path, (*at, number))
            for number, value in enumerate(new):
                if number >= len(old):
                    self.put(path, (*at, number), value)
                elif old[number] != value:
                    self.rewrite(path, (*at, number), old[number], value)
        elif old != new:
            self.put(path, at, new)

    def settle(self) -> None:
        """Forgets changes that change nothing."""
        for path, text in list(self.texts.items()):
            if text is not None and self.before.get(path) == text.encode():
                del self.texts[path]

    def after(self) -> Snapshot:
        """The whole pack as it will be."""
        gone = {path for path, text in self.texts.items() if text is None}
        changed = {path: text.encode() for path, text in self.texts.items() if text is not None}
        return {path: data for path, data in {**self.before, **changed}.items() if path not in gone}

    def faults(self, today: dt.date) -> list[Fault]:
        """What will be wrong that is not wrong now, errors and warnings."""
        known = {(fault.file, fault.code, fault.what) for fault in check(self.before, today)}
        return [fault for fault in check(self.after(), today) if (fault.file, fault.code, fault.what) not in known]

    def difference(self) -> str:
        """All changes as a unified difference."""
        lines: list[str] = []
        for path, text in sorted(self.texts.items()):
            was = self.before[path].decode("utf-8").splitlines() if path in self.before else []
            now = text.splitlines() if text is not None else []
            lines += difflib.unified_diff(was, now, path if was else "nothing", path if now else "nothing", lineterm="", n=2)
        return "\n".join(lines)

    def write(self, content: Folder, flows: Folder) -> None:
        """Writes all of it. `content`, `flows`: where the folders of that name lie. Raises OSError, LinkError for a link."""
        for path, text in sorted(self.texts.items()):
            top, inner = path.split("/", 1)
            folder = content if top == "content" else flows
            if text is None:
                remove_in(folder, inner)
            else:
                folder.mkdir(parents=True, exist_ok=True)
                write_in(folder, inner, text.encode())
