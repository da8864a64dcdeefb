"""`constellation chat`: the talk in this terminal."""

from __future__ import annotations

import argparse

from bot.channels.terminal import SURFACE
from bot.channels.terminal import run as talk
from bot.commands.opening import load_edition, world
from bot.commands.options import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--start", default="", metavar="PAYLOAD", help="what a deep link would carry, like es_us-ny_pep")


def run(args: argparse.Namespace) -> int:
    """Talk until it is left or the input ends."""
    edition = load_edition(args)
    payload = args.start or "_".join(part for part in (args.lang, args.place) if part)
    talk(world(edition, SURFACE, later=True), payload)
    return 0
