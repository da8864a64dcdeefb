"""`constellation share addresses`: the signed list of the bot's addresses; prints and checks it, or makes it with a key."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path

from bot.book import default_folders, write_in
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, say_lines
from bot.trust.genuine import NAMESPACE, check, listed, listing, three_words
from bot.trust.signing import public_of, sign
from bot.trust.sshsig import Untrusted

CHANNELS = ("telegram", "signal", "page")
LASTS = dt.timedelta(days=365)
"""How long a list holds unless its maker says otherwise: names get lost, and a list that nobody renews is nobody's."""

EXAMPLE = "constellation share addresses --address https://t.me/night_sky_bot"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--address", default="", metavar="ADDRESS", help="is this address on the list?")
    parser.add_argument("--key", type=Path, metavar="FILE", help="make the list, signed with this Ed25519 key")
    parser.add_argument("--renew", action="store_true", help="with --key: the same addresses for another while")
    parser.add_argument("--until", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="with --key: its last day (a year)")
    for channel in CHANNELS:
        line = f"with --key: the bot's {channel} address; may be given more than once"
        parser.add_argument(f"--{channel}", action="append", default=[], metavar="ADDRESS", help=line)


def _entries(args: argparse.Namespace) -> list[tuple[str, str]]:
    """The addresses to sign: those given, after those that are there where the list is renewed. Raises Untrusted."""
    given = [(channel, address) for channel in CHANNELS for address in getattr(args, channel)]
    for channel, address in given:
        if not address.startswith("https://") or any(sign.isspace() for sign in address):
            raise Untrusted("an address begins with https:// and has no spaces")
        if channel == "telegram" and ("?" in address or not address.startswith("https://t.me/")):
            raise Untrusted("a Telegram address is https://t.me/NAME, without what a link starts with")
    before = list(load_edition(args).genuine.addresses) if args.renew else []
    entries = list(dict.fromkeys([*before, *given]))
    if not entries:
        raise Untrusted("give one of --telegram, --signal and --page, each as https://..., or --renew where there is a list")
    return entries


def _make(args: argparse.Namespace, content: Path) -> None:
    entries, day = _entries(args), today(args)
    until = args.until or day + LASTS
    if until < day:
        raise Untrusted("the last day of the list lies in the past")
    public = public_of(args.key)
    words = three_words(public)
    signature = sign(listing(entries, until, words), args.key, NAMESPACE)
    lines = [
        "# The bot's addresses, signed. Made by `constellation share addresses --key`; a change by hand undoes the signature.",
        "addresses:",
    ]
    for channel, address in entries:
        lines += [f"  - channel: {channel}", f"    address: {json.dumps(address)}"]
    lines += [f"until: {until}", f"words: [{', '.join(words)}]", f"key: {json.dumps(public)}", "signature: |"]
    lines += [f"  {line}" for line in signature.strip().splitlines()]
    write_in(content, "genuine.yaml", ("\n".join(lines) + "\n").encode())


def run(args: argparse.Namespace) -> int:
    """0 where the list holds (and has the address asked for), else 1."""
    try:
        if args.key:
            _make(args, args.content or default_folders()[0])
        found = load_edition(args).genuine
        if not found.addresses:
            raise Untrusted(
                "this pack has no signed list; make one with: constellation share addresses --key KEY --telegram https://t.me/NAME"
            )
        check(*found, today(args))
    except (Untrusted, OSError) as error:
        say_error(f"constellation: {error}")
        return 1
    for channel, address in found.addresses:
        say(f"{channel}  {address}")
    say_lines(f"three words: {' '.join(found.words)}\nThe signature holds for this list and this key, until {found.until}.")
    if args.address and not listed(found.addresses, args.address):
        say_error("constellation: that address is NOT on the list")
        return 1
    return 0
