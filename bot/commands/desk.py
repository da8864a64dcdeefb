"""`constellation desk`: the pack as people will see it, with forms that change the files, in this machine's browser alone."""

from __future__ import annotations

import argparse
import secrets
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.authoring.desk.live_pack import BuiltPack, LivePack, good_of
from bot.authoring.review.screen_diff import OlderPack, since_of
from bot.book import Edition, LinkError, Snapshot, default_folders, snapshot_of_revision
from bot.channels.registry import fullest
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, say_lines
from bot.engine import World
from bot.runtime.world import LaterFinder, world

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PORT = 8765
EXAMPLE = "constellation desk --since main --open"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_common(parser)
    parser.add_argument("--read-only", action="store_true", help="no forms: nothing can be changed from the page")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"of the page; {PORT} unless told, 0 for any")
    parser.add_argument("--since", default="", metavar="REV", help="show what changed since a branch, tag or commit")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", help="no page: pictures of the screens that changed since --since"
    )


def _folders(args: argparse.Namespace) -> tuple[Path, Path]:
    content, flows = default_folders()
    return args.content or content, args.flows or flows


def _world(edition: Edition) -> World:
    return world(edition, fullest(), listen=LaterFinder(edition).listen, steady=True)


def _watched(args: argparse.Namespace) -> LivePack:
    """The folders of `--content` and `--flows`, read once. Leaves with status 2 where one is missing."""
    content, flows = _folders(args)
    for folder in (content, flows):
        if not folder.is_dir() or folder.is_symlink():
            wrong = LinkError(folder) if folder.is_symlink() else f"there is no folder {folder}"
            say_error(f"constellation: {wrong}. Give one with --content or --flows.")
            raise SystemExit(2)
    live = LivePack(content, flows, lambda: today(args), _world)
    live.look()
    return live


def _since(args: argparse.Namespace, live: LivePack) -> OlderPack:
    """The pack at the revision of `--since`. Leaves with status 2 where git does not know it."""

    def built(files: Snapshot) -> BuiltPack:
        return good_of(files, live.today(), _world)

    try:
        return since_of(args.since, snapshot_of_revision(live.content, live.flows, args.since), built)
    except ValueError as error:
        say_error(f"constellation: {error}")
        raise SystemExit(2) from None


def _serve(args: argparse.Namespace, *, desk: bool) -> int:
    """Serve until interrupted."""
    try:
        from bot.authoring.desk.app import app
        from bot.authoring.desk.page import Site
        from bot.authoring.desk.server import free_socket, serve
    except ImportError:
        say_error("constellation: the page needs a part more, the extra `web`: pip install '.[web]' (docs/operations.md, Extras)")
        return 2
    try:
        listening = free_socket(args.port)
    except (OSError, OverflowError):
        say_error(f"constellation: port {args.port} is taken. Choose another with --port, or any with --port 0.")
        return 2
    live = _watched(args)
    since = _since(args, live) if args.since else None
    site = Site(live, desk, since, (args.lang, args.place))
    key = secrets.token_urlsafe(16) if desk else ""
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/{f'?key={key}' if key else ''}"
    say_lines(f"Open {address}\nOnly this machine can. Stop with Ctrl+C.")
    if args.open:
        webbrowser.open(address)

    def made(port: int) -> ASGIApp:
        return app(site, port, key)

    with suppress(KeyboardInterrupt):
        serve(made, listening)
    return 0


def _draw(args: argparse.Namespace) -> int:
    """Pictures of what changed; 2 where there is nothing to compare with or no browser, 1 where a pack cannot be built."""
    if not args.since:
        say_error("constellation: pictures show what changed: say since when, as in --since main.")
        return 2
    from bot.authoring.desk.screenshots import MissingBrowser, draw

    live = _watched(args)
    since = _since(args, live)
    if live.good is None or since.pack is None:
        faults = live.faults if live.good is None else []
        for fault in faults:
            say_error(fault)
        say_error("constellation: one of the two packs cannot be built, so there is nothing to draw.")
        return 1
    try:
        drawn = draw(since, live.good, args.pictures, [args.place] if args.place else None, [args.lang] if args.lang else None)
    except MissingBrowser as error:
        say_error(f"constellation: {error}")
        return 2
    say(f"{drawn} in {args.pictures}" if drawn else f"No screen changed since {args.since}; {args.pictures} says so.")
    return 0


def run(args: argparse.Namespace) -> int:
    """Serve the page until it is interrupted, or draw the pictures."""
    return _draw(args) if args.pictures else _serve(args, desk=not args.read_only)
