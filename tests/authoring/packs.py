"""The real pack as files in memory and as folders, with words of one file replaced."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from bot.authoring.desk.live_pack import BuiltPack, Find, LivePack, good_of
from bot.book import BookFault, Fault, build, default_folders, snapshot
from bot.book.snapshots import Snapshot
from bot.channels.telegram import SURFACE
from bot.engine.flow_compiler import compile_flows
from bot.engine.types import World
from tests.conftest import TODAY, nothing_heard

PEP = "content/topics/health/pep.yaml"


def real() -> Snapshot:
    """The files of the pack that ships."""
    return snapshot(*default_folders())


def with_words(files: Snapshot, file: str, old: str, new: str) -> Snapshot:
    """The files with words of one replaced. Fails where the words are not there."""
    assert old.encode() in files[file], (file, old)
    return {**files, file: files[file].replace(old.encode(), new.encode())}


def ready(files: Snapshot) -> BuiltPack:
    """A pack ready to be shown, on the pinned day, with a finder that never understands."""
    return good_of(files, TODAY, lambda edition: World(edition, nothing_heard, SURFACE))


def on_disk(files: Snapshot, folder: Path) -> Path:
    """Writes the files below a folder, which then holds `content/` and `flows/`."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def built_faults(files: Snapshot, today: dt.date) -> list[Fault]:
    """The faults that keep a book from being built: a twentieth of the time that every rule takes."""
    del today
    try:
        return list(build(files, compile_flows).warnings)
    except BookFault as error:
        return error.faults


def live(folder: Path, find: Find = built_faults) -> LivePack:
    """The folders of `on_disk`, read once."""
    world = partial(World, listen=nothing_heard, surface=SURFACE)
    made = LivePack(folder / "content", folder / "flows", lambda: TODAY, world, find)
    made.look()
    return made
