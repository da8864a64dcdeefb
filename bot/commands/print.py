"""`constellation print`: wallet cards, posters and the offline emergency sheet as HTML for any browser's printer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.commands.opening import load_edition
from bot.commands.options import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("what", choices=("cards", "poster", "sheet"))
    parser.add_argument("--bot", default="", metavar="NAME", help="the bot's name in Telegram (cards and posters)")
    parser.add_argument("--signal", default="", metavar="LINK", help="the bot's link in Signal, instead of --bot")
    parser.add_argument("--code", default="", metavar="CODE", help="a code of content/links.yaml")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4")
    parser.add_argument("--large", action="store_true", help="large print")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; else standard output")


def run(args: argparse.Namespace) -> int:
    """Write the page."""
    try:
        from bot.outreach.addresses import links
        from bot.outreach.sheets import cards, poster, sheet
    except ImportError:
        print("constellation: QR codes need the extra: pip install 'constellation-bot[qr]'", file=sys.stderr)
        return 1
    edition = load_edition(args)
    language = args.lang or edition.languages[0]
    try:
        if args.what == "sheet":
            page = sheet(edition, language, args.place, args.paper, large=args.large)
        else:
            code = args.code or next(iter(edition.links))
            if code not in edition.links:
                raise ValueError(f"content/links.yaml has no code like that; it has: {', '.join(edition.links)}")
            (link,) = links({code: edition.links[code]}, args.bot, args.signal)
            address = link.telegram or link.signal
            if not address:
                raise ValueError("give --bot NAME or --signal LINK")
            page = (cards if args.what == "cards" else poster)(edition, language, address, args.paper, large=args.large)
    except ValueError as error:
        print(f"constellation: {error}", file=sys.stderr)
        return 1
    if args.out:
        args.out.write_text(page, encoding="utf-8")
    else:
        print(page)
    return 0
