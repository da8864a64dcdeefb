"""`constellation chat`: the talk in this terminal."""

from __future__ import annotations

import argparse

from bot.channels.terminal import SURFACE
from bot.channels.terminal import run as talk
from bot.commands.shared.options import add_common
from bot.engine.input import link_payload
from bot.runtime.world import load_edition, world


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument(
        "--start", default="", metavar="PAYLOAD", help="what a deep link would carry, like es_us-ny_pep, or _es for Spain alone"
    )


def run(args: argparse.Namespace) -> int:
    """Talk until it is left or the input ends."""
    edition = load_edition(args)
    talk(world(edition, SURFACE, later=True), args.start or link_payload(args.lang, args.place))
    return 0
