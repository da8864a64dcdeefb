"""`constellation trust verify`: who signed the content and the flows as they are. Needs no ssh-keygen."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.book import default_folders, snapshot
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error
from bot.trust.content import signers_of, who_signed, who_withdrew
from bot.trust.sshsig import Untrusted

EXAMPLE = "constellation trust verify --signers signers.txt --need 2"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--signers", type=Path, required=True, metavar="FILE", help="`pseudonym ssh-ed25519 AAAA...` a line")
    parser.add_argument("--need", type=int, default=1, metavar="N", help="how many have to agree")


def run(args: argparse.Namespace) -> int:
    """0 where enough signed, else 1."""
    content, flows = default_folders()
    try:
        files = snapshot(args.content or content, args.flows or flows)
        known = signers_of(args.signers.read_text(encoding="utf-8"))
    except (Untrusted, OSError) as error:
        say_error(f"constellation: {error}")
        return 1
    who, withdrew = sorted(who_signed(files, known)), sorted(who_withdrew(files, known))
    say(f"content and flows: {len(who)} of {max(1, args.need)} needed ({', '.join(who) or 'nobody'})")
    say(f"retractions: {', '.join(withdrew) or 'nobody'}")
    return 0 if len(who) >= max(1, args.need) else 1
