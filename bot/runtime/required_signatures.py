"""Content that N of the signers signed is run, and no other; withdrawals need one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from bot.book import Fault, Snapshot
from bot.trust.content import signers_of, who_signed, who_withdrew
from bot.trust.sshsig import Untrusted

Signers = dict[bytes, str]


class RequiredSignatures:
    """N of the signers, for content; one, for retractions.

    `signers` gives them as their file is now, so that a line taken out counts at the next look. While it raises Untrusted no
    content is taken; withdrawals, which can only remove, go by the last that could be read.
    """

    def __init__(self, need: int, signers: Callable[[], Signers]) -> None:
        self._need, self._signers = need, signers
        self._known = signers()

    def faults(self, files: Snapshot) -> list[Fault]:
        """One fault where fewer than N signed these very bytes, or the signers cannot be known."""
        try:
            self._known = self._signers()
        except Untrusted as error:
            return [Fault("signers", 1, 1, "SIGNERS", f"{error}.")]
        who = who_signed(files, self._known)
        if len(who) >= self._need:
            return []
        return [Fault("content/signatures", 1, 1, "SIGNATURES", f"{len(who)} of {self._need} needed signatures hold.",
                      "Only signed content is run.",
                      "Sign with: constellation trust sign --key KEY --as PSEUDONYM.")]  # fmt: skip

    def withdraws(self, files: Snapshot) -> bool:
        """Whether one of the signers signed the retractions."""
        return bool(who_withdrew(files, self._known))

    def mark(self) -> str:
        """The signers in one word; another once a line of their file is another."""
        try:
            self._known = self._signers()
        except Untrusted as error:
            return str(error)
        return hashlib.sha256(repr(sorted(self._known.items())).encode()).hexdigest()


def signers_in(file: Path, need: int) -> Signers:
    """The signers that a file names. Raises Untrusted where it cannot be read, or names fewer than `need`."""
    try:
        known = signers_of(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Untrusted("the file of signers cannot be read") from None
    if need > len(set(known.values())):
        raise Untrusted("more signatures are required than there are signers")
    return known
