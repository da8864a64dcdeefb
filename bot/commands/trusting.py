"""`--require-signatures N --signers FILE`: the bot starts and reloads only on content that N of the signers signed."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.book.faults import BookFault, Fault
from bot.book.snapshot import Snapshot
from bot.trust.content import signers_of, who_signed, who_withdrew
from bot.trust.sshsig import Untrusted


def add_trust(parser: argparse.ArgumentParser) -> None:
    """The two options."""
    parser.add_argument("--require-signatures", type=int, default=0, metavar="N", help="run only what N signers signed")
    parser.add_argument("--signers", type=Path, metavar="FILE", help="`pseudonym ssh-ed25519 AAAA...` a line")


class Required:
    """N of the signers, for content; one, for retractions."""

    def __init__(self, need: int, signers: dict[bytes, str]) -> None:
        self._need, self._signers = need, signers

    def faults(self, files: Snapshot) -> list[Fault]:
        """One fault where fewer than N signed these very bytes."""
        who = who_signed(files, self._signers)
        if len(who) >= self._need:
            return []
        return [Fault("content/signatures", 1, 1, "SIGNATURES", f"{len(who)} of {self._need} needed signatures hold.",
                      "Only signed content is run.", "Sign with: constellation sign --key KEY --as PSEUDONYM.")]  # fmt: skip

    def withdraws(self, files: Snapshot) -> bool:
        """Whether one of the signers signed the retractions."""
        return bool(who_withdrew(files, self._signers))


def trust_of(args: argparse.Namespace) -> Required | None:
    """What the options ask for, or None. Raises BookFault where the signers cannot be read: never run unsigned by mistake."""
    if not args.require_signatures and not args.signers:
        return None
    try:
        if args.require_signatures < 1 or not args.signers:
            raise Untrusted("give both --require-signatures N (1 or more) and --signers FILE")
        known = signers_of(args.signers.read_text(encoding="utf-8"))
        if args.require_signatures > len(set(known.values())):
            raise Untrusted("more signatures are required than there are signers")
    except (Untrusted, OSError, ValueError) as error:
        why = str(error) if isinstance(error, Untrusted) else "the file of signers cannot be read"
        raise BookFault([Fault("signers", 1, 1, "SIGNERS", f"{why}.")]) from None
    return Required(args.require_signatures, known)
