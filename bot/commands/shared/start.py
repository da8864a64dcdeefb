"""What a channel starts from: its settings, and the live book of the source or folders that the options name."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.book import BookFault, Fault, FolderSource, SeenRetractions, Snapshot, default_folders, pack_folders, snapshot
from bot.commands.shared.source_options import CACHE, source_of
from bot.commands.shared.trust_options import trust_of
from bot.engine import compile_flows
from bot.privacy import safe_log
from bot.runtime.git_source import GitSource
from bot.runtime.live_book import LiveBook

S = TypeVar("S")


def live_book_of(args: argparse.Namespace, source: GitSource | None = None) -> LiveBook:
    """The live book of `source`, else of `--content` and `--flows`, else of the pack; CONSTELLATION_CACHE_DIR names its cache.

    A source gives way to the cache, then to the folder that was named beside it: never to a pack that is somebody else's.
    """
    content, flows = default_folders()
    content, flows = args.content or content, args.flows or flows
    cache = Path(os.environ[CACHE]) if os.environ.get(CACHE) else None
    folders = FolderSource(content, flows)

    def pack() -> Snapshot:
        return snapshot(*pack_folders())

    if not source:
        return LiveBook(folders, compile_flows, cache, (pack,), trust_of(args))
    seen = SeenRetractions(cache, lambda: args.date or dt.datetime.now(dt.UTC).date())
    # What was kept before there was a source may be the program's own pack.
    return LiveBook(source, compile_flows, cache and cache / "source", (folders,) if args.content else (), trust_of(args), seen)


def opened(args: argparse.Namespace, settings: Callable[[Mapping[str, str]], S], wrong: type[Exception]) -> tuple[S, LiveBook]:
    """A channel's settings and the live book, faults of the content said by code and place. Leaves with 2 where the settings are
    wrong (`wrong`), with 1 where there is no whole book to start from."""
    source: GitSource | None = None
    try:
        found = settings(os.environ)
        source = source_of(args, os.environ)
        live_book = live_book_of(args, source)
    except wrong as error:
        safe_log.refuse(str(getattr(error, "why", "settings")))
        raise SystemExit(2) from None
    except BookFault as error:
        _say_faults(error.faults)
        safe_log.refuse("content" if source is None or source.reached else "source")
        raise SystemExit(1) from None
    if source is None or source.reached:  # the log has said that it is away: no file is missing for that
        _say_faults(live_book.faults)
    return found, live_book


def _say_faults(faults: Iterable[Fault]) -> None:
    """Their words are for `constellation content check`: a log is read by others, and kept."""
    for fault in faults:
        safe_log.content_fault(fault.code, fault.file, fault.line)
