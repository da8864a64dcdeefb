"""`constellation genuine`: the signed list of the bot's addresses; prints and checks it, or makes it with a key."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bot.book.load import default_folders
from bot.commands.opening import load_edition
from bot.commands.options import add_common
from bot.trust.genuine import NAMESPACE, check, listing, three_words
from bot.trust.making import public_of, sign
from bot.trust.sshsig import Untrusted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--address", default="", metavar="ADDRESS", help="is this address on the list?")
    parser.add_argument("--key", type=Path, metavar="FILE", help="make the list, signed with this Ed25519 key")
    for channel in ("telegram", "signal", "page"):
        parser.add_argument(f"--{channel}", default="", metavar="ADDRESS", help=f"with --key: the bot's {channel} address")


def _make(args: argparse.Namespace, path: Path) -> None:
    entries = [(channel, getattr(args, channel)) for channel in ("telegram", "signal", "page") if getattr(args, channel)]
    if not entries:
        raise Untrusted("give one of --telegram, --signal and --page, each as https://...")
    for _, address in entries:
        if not address.startswith("https://") or any(sign.isspace() for sign in address):
            raise Untrusted("an address begins with https:// and has no spaces")
    public = public_of(args.key)
    words = three_words(public)
    signature = sign(listing(entries, words), args.key, NAMESPACE)
    lines = [
        "# The bot's addresses, signed. Made by `constellation genuine --key`; a change by hand undoes the signature.",
        "addresses:",
    ]
    for channel, address in entries:
        lines += [f"  - channel: {channel}", f"    address: {json.dumps(address)}"]
    lines += [f"words: [{', '.join(words)}]", f"key: {json.dumps(public)}", "signature: |"]
    lines += [f"  {line}" for line in signature.strip().splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(args: argparse.Namespace) -> int:
    """0 where the list holds (and has the address asked for), else 1."""
    try:
        if args.key:
            _make(args, (args.content or default_folders()[0]) / "genuine.yaml")
        found = load_edition(args).genuine
        if not found.addresses:
            raise Untrusted(
                "this pack has no signed list; make one with: constellation genuine --key KEY --telegram https://t.me/NAME"
            )
        check(found.addresses, found.words, found.key, found.signature)
    except (Untrusted, OSError) as error:
        print(f"constellation: {error}", file=sys.stderr)
        return 1
    for channel, address in found.addresses:
        print(f"{channel}  {address}")
    print(f"three words: {' '.join(found.words)}\nThe signature holds for this list and this key.")
    if args.address and args.address not in [address for _, address in found.addresses]:
        print("constellation: that address is NOT on the list", file=sys.stderr)
        return 1
    return 0
