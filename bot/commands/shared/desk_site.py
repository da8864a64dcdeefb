"""What the preview and the desk share: their options, the folders they watch, and the server."""

from __future__ import annotations

import argparse
import secrets
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.authoring.desk.live_pack import Good, Watched, good_of
from bot.authoring.review.screen_diff import Since, since_of
from bot.book import Edition, default_folders, snapshot_of_revision
from bot.book.folder import LinkError
from bot.book.snapshot import Snapshot
from bot.channels.telegram import SURFACE
from bot.commands.shared.options import today
from bot.commands.shared.output import say_error, say_lines
from bot.engine.types import World
from bot.runtime.world import world

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PORT = 8765


def add_page_options(parser: argparse.ArgumentParser) -> None:
    """`--port`, `--since`, `--open`."""
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"of the page; {PORT} unless told, 0 for any")
    parser.add_argument("--since", default="", metavar="REV", help="show what changed since a branch, tag or commit")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


def _folders(args: argparse.Namespace) -> tuple[Path, Path]:
    content, flows = default_folders()
    return args.content or content, args.flows or flows


def _world(edition: Edition) -> World:
    return world(edition, SURFACE, later=True)


def watched_of(args: argparse.Namespace) -> Watched:
    """The folders of `--content` and `--flows`, read once. Leaves with status 2 where one is missing."""
    content, flows = _folders(args)
    for folder in (content, flows):
        if not folder.is_dir() or folder.is_symlink():
            wrong = LinkError(folder) if folder.is_symlink() else f"there is no folder {folder}"
            say_error(f"constellation: {wrong}. Give one with --content or --flows.")
            raise SystemExit(2)
    watched = Watched(content, flows, lambda: today(args), _world)
    watched.look()
    return watched


def with_since(args: argparse.Namespace, watched: Watched) -> Since:
    """The pack at the revision of `--since`. Leaves with status 2 where git does not know it."""

    def built(files: Snapshot) -> Good:
        return good_of(files, watched.today(), _world)

    try:
        return since_of(args.since, snapshot_of_revision(watched.content, watched.flows, args.since), built)
    except ValueError as error:
        say_error(f"constellation: {error}")
        raise SystemExit(2) from None


def run_pages(args: argparse.Namespace, *, desk: bool) -> int:
    """Serve until interrupted."""
    try:
        from bot.authoring.desk.app import app
        from bot.authoring.desk.page import Site
        from bot.authoring.desk.server import free_socket, serve
    except ImportError:
        say_error(
            "constellation: the page needs a few parts more, the extra `web`: pip install '.[web]' (docs/operations.md, Extras)"
        )
        return 2
    try:
        listening = free_socket(args.port)
    except (OSError, OverflowError):
        say_error(f"constellation: port {args.port} is taken. Choose another with --port, or any with --port 0.")
        return 2
    watched = watched_of(args)
    since = with_since(args, watched) if args.since else None
    site = Site(watched, desk, since, (args.lang, args.place))
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
