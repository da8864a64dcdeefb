"""The signed list of a bot's addresses, and the three words that go with the key.

The words let a person hold a card against what "about" says. They are no proof: whoever reads a card can copy them. The list is:
an address that is not on it is not the bot. Deriving words is slow on purpose: trying keys until three words match has to cost.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from bot.trust.fingerprint_words import WORDS
from bot.trust.sshsig import Untrusted, key_of, verify

NAMESPACE = "constellation-genuine"
_COST = 2**17
"""scrypt's n: with r = 8 each try needs 128 MB of memory."""


def three_words(public: str) -> tuple[str, str, str]:
    """Three words out of 256 for a public key line: the same in both languages. Raises Untrusted."""
    raw = hashlib.scrypt(key_of(public), salt=NAMESPACE.encode(), n=_COST, r=8, p=1, maxmem=2**28, dklen=3)
    first, second, third = (WORDS[number] for number in raw)
    return first, second, third


def listing(entries: Iterable[tuple[str, str]], until: dt.date, words: Iterable[str]) -> bytes:
    """What is signed: the last day, the words, then a line `channel address` each, sorted."""
    lines = sorted(f"{channel} {address}" for channel, address in entries)
    return "\n".join([NAMESPACE, f"until {until}", " ".join(words), *lines, ""]).encode()


def check(
    entries: Iterable[tuple[str, str]], until: dt.date, words: Iterable[str], public: str, signature: str, today: dt.date
) -> None:
    """Raises Untrusted where the signature, the key or the words do not belong to the list, or where it has run out."""
    said = tuple(words)
    key = verify(listing(entries, until, said), signature, NAMESPACE)
    if key != key_of(public):
        raise Untrusted("the list is signed with another key than the one it names")
    if said != three_words(public):
        raise Untrusted(
            "the three words are not those of the key; make the list again with: constellation share addresses --key KEY"
        )
    if today > until:
        raise Untrusted(
            f"the list ran out on {until}; if each address is still yours: constellation share addresses --renew --key KEY"
        )


def listed(entries: Iterable[tuple[str, str]], address: str) -> bool:
    """Whether an address, or a bare Telegram name, is on the list. `?start=` opens a page of the same bot."""
    wanted = _plain(address if "://" in address else f"https://t.me/{address.removeprefix('@')}")
    return any(wanted == _plain(known) for _, known in entries)


def _plain(address: str) -> str:
    """An address without what does not matter: in Telegram capitals name the same bot, in Signal's links they do not."""
    plain = address.split("?start=")[0].rstrip("/")
    return plain.lower() if plain.lower().startswith("https://t.me/") else plain
