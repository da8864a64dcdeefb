"""`constellation print`: cards, posters, the emergency sheet, and the agency's papers, as HTML for any browser's printer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.commands.opening import load_edition
from bot.commands.options import add_common

OUTREACH = ("cards", "poster", "sheet")
AGENCY = ("assessment", "action", "scenes", "values", "barriers", "policy")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("what", choices=(*OUTREACH, *AGENCY))
    parser.add_argument("--bot", default="", metavar="NAME", help="the bot's name in Telegram (cards and posters)")
    parser.add_argument("--signal", default="", metavar="LINK", help="the bot's link in Signal, instead of --bot")
    parser.add_argument("--code", default="", metavar="CODE", help="a code of content/links.yaml; for action, the bot's")
    parser.add_argument("--policy", default="", metavar="ID", help="a policy of content/policies/")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4")
    parser.add_argument("--large", action="store_true", help="large print")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; else standard output")


def _agency(args: argparse.Namespace) -> str:
    from bot.engine.marks import ticks_of
    from bot.outreach import agency

    edition = load_edition(args)
    language = args.lang or edition.languages[0]
    if args.what == "policy":
        return agency.policy(edition, language, args.policy)
    if args.what == "action":
        return agency.action(edition, language, ticks_of(args.code))
    pages = {"assessment": agency.assessment, "scenes": agency.scenes, "values": agency.values, "barriers": agency.barriers}
    return pages[args.what](edition, language)


def _outreach(args: argparse.Namespace) -> str:
    from bot.outreach.addresses import links
    from bot.outreach.sheets import cards, poster, sheet

    edition = load_edition(args)
    language = args.lang or edition.languages[0]
    if args.what == "sheet":
        return sheet(edition, language, args.place, args.paper, large=args.large)
    code = args.code or next(iter(edition.links))
    if code not in edition.links:
        raise ValueError(f"content/links.yaml has no code like that; it has: {', '.join(edition.links)}")
    (link,) = links({code: edition.links[code]}, args.bot, args.signal)
    address = link.telegram or link.signal
    if not address:
        raise ValueError("give --bot NAME or --signal LINK")
    return (cards if args.what == "cards" else poster)(edition, language, address, args.paper, large=args.large)


def run(args: argparse.Namespace) -> int:
    """Write the page."""
    try:
        page = (_agency if args.what in AGENCY else _outreach)(args)
    except ImportError:
        print("constellation: QR codes need the extra: pip install 'constellation-bot[qr]'", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"constellation: {error}", file=sys.stderr)
        return 1
    if args.out:
        args.out.write_text(page, encoding="utf-8")
    else:
        print(page)
    return 0
