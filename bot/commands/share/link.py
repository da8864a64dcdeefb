"""`constellation share link`: links to share, from the pack's codes."""

from __future__ import annotations

import argparse

from bot.commands.shared.address_options import add_addresses, where
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error, say_json
from bot.outreach.addresses import links, page_link

EXAMPLE = "constellation share link --bot night_sky_bot --lang es"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    add_addresses(parser)
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    """Print a line for each code and channel, and what it opens. `--lang`, `--place`: the codes that open these alone. A page's
    address carries a place without a code. 1 where nothing opens these."""
    edition = load_edition(args)
    if args.place and args.place not in edition.places:
        say_error("constellation: no such place in the pack; the folders of content/places/ are their ids")
        return 2
    codes = [
        code
        for code in edition.codes
        if (not args.lang or code.language in (None, args.lang)) and (not args.place or code.place == args.place)
    ]
    try:
        addresses = where(args, edition)
        found = links(codes, addresses, edition)
    except ValueError as error:
        say_error(f"constellation: {error}")
        return 2 if not (args.bot or args.signal or args.page) else 1
    languages = [args.lang] if args.lang else edition.languages
    places = [(each, page_link(addresses.page, each, args.place)) for each in languages if args.place and addresses.page]
    if not (found or places):
        say_error("constellation: no code of content/links.yaml opens that, and only a page's address carries a place by itself")
        return 1
    if args.json:
        rows = [{"code": link.code, "telegram": link.telegram, "signal": link.signal, "page": link.page} for link in found]
        rows += [{"code": "", "telegram": "", "signal": "", "page": link} for _, link in places]
        say_json(rows)
        return 0
    for code, link in zip(codes, found, strict=True):
        opens = "retired: the first screen" if code.retired else " ".join(code.parts).strip() or "the first screen"
        if link.telegram:
            say(f"{code.code}  {link.telegram}  ({opens})")
        if link.page and (link.typed or not (code.topic or code.policy or code.flow)):
            then = f"type {code.code} there: {opens}" if link.typed else opens
            say(f"{code.code}  {link.page}  ({then})")
    for language, address in places:
        say(f"--  {address}  ({language} {args.place}: the address says so itself)")
    if found and found[0].signal:
        say(f"--  {found[0].signal}  (the first screen: this address carries no code)")
    return 0
