"""`constellation link`: links to share, from the pack's codes."""

from __future__ import annotations

import argparse
import json
import sys

from bot.commands.opening import load_edition
from bot.commands.options import add_common
from bot.outreach.addresses import links


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--bot", default="", metavar="NAME", help="the bot's name in Telegram")
    parser.add_argument("--signal", default="", metavar="LINK", help="the bot's link in Signal")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    """Print a line for each code."""
    if not (args.bot or args.signal):
        print("constellation: give --bot NAME, --signal LINK, or both.", file=sys.stderr)
        return 2
    edition = load_edition(args)
    try:
        found = links(edition.links, args.bot, args.signal)
    except ValueError as error:
        print(f"constellation: {error}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps([{"code": link.code, "telegram": link.telegram, "signal": link.signal} for link in found]))
        return 0
    for link in found:
        opens = " ".join(edition.links[link.code]) or "the first screen"
        print(f"{link.code}  {link.telegram or link.signal}  ({opens})")
    return 0
