"""`--require-signatures N --signers FILE`: the bot starts and reloads only on content that N of the signers signed."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.book import BookFault, Fault
from bot.runtime.required_signatures import RequiredSignatures, signers_in
from bot.trust.sshsig import Untrusted


def add_trust(parser: argparse.ArgumentParser) -> None:
    """The two options."""
    parser.add_argument("--require-signatures", type=int, default=0, metavar="N", help="run only what N signers signed")
    parser.add_argument("--signers", type=Path, metavar="FILE", help="`pseudonym ssh-ed25519 AAAA...` a line")


def trust_of(args: argparse.Namespace) -> RequiredSignatures | None:
    """What the options ask for, or None. Raises BookFault where the signers cannot be read: never run unsigned by mistake."""
    need, file = args.require_signatures, args.signers
    if not need and not file:
        return None
    try:
        if need < 1 or not file:
            raise Untrusted("give both --require-signatures N (1 or more) and --signers FILE")
        return RequiredSignatures(need, lambda: signers_in(file, need))
    except Untrusted as error:
        raise BookFault([Fault("signers", 1, 1, "SIGNERS", f"{error}.")]) from None
