"""Who signed a snapshot of content and flows. N of M must agree; to withdraw something, one is enough."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bot.trust.sshsig import Untrusted, key_of, verify

FOLDER = "content/signatures/"
RETRACTIONS = "content/retractions.yaml"
CONTENT, WITHDRAWAL = "constellation-content", "constellation-retractions"
"""The namespaces: a signature for one is worth nothing for the other."""


def manifest(files: Mapping[str, bytes]) -> bytes:
    """What is signed: a line `sha256  path` for every file but the signatures and the retractions, sorted by path.

    Raises Untrusted for a name with a line break in it, which could stand for two lines.
    """
    signatures = {name for name in files if name.startswith(FOLDER) and name.endswith(".sig")}
    names = sorted(name for name in files if name not in signatures and name != RETRACTIONS)
    if any(not name.isprintable() for name in names):
        raise Untrusted("a file's name holds a line break or another sign that is not printed; rename it")
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names).encode()


def signers_of(text: str) -> dict[bytes, str]:
    """Keys to pseudonyms, from an allowed_signers file: `pseudonym ssh-ed25519 AAAA...` a line. Raises Untrusted.

    A key counts once, under its first name. Options before the key are refused: they narrow what a key may sign, and leaving
    them out of account would widen it.
    """
    found: dict[bytes, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[1:2] != ["ssh-ed25519"]:
            raise Untrusted(f"line {number} of the signers is not `pseudonym ssh-ed25519 AAAA...`")
        found.setdefault(key_of(" ".join(words[1:])), words[0])
    if not found:
        raise Untrusted("the file of signers names nobody; write a line `pseudonym ssh-ed25519 AAAA...` for each")
    return found


def _signed(files: Mapping[str, bytes], folder: str, message: bytes, namespace: str, signers: Mapping[bytes, str]) -> set[str]:
    who: set[str] = set()
    for name, data in files.items():
        inner = name.removeprefix(folder)
        if not name.startswith(folder) or "/" in inner or not inner.endswith(".sig"):
            continue
        try:
            key = verify(message, data.decode("ascii", "replace"), namespace)
        except Untrusted:
            continue
        if key in signers:
            who.add(signers[key])
    return who


def who_signed(files: Mapping[str, bytes], signers: Mapping[bytes, str]) -> set[str]:
    """The pseudonyms whose signature fits these very bytes; nobody where a file's name cannot be signed."""
    try:
        message = manifest(files)
    except Untrusted:
        return set()
    return _signed(files, FOLDER, message, CONTENT, signers)


def who_withdrew(files: Mapping[str, bytes], signers: Mapping[bytes, str]) -> set[str]:
    """The pseudonyms whose signature fits the retractions. They count whatever else in the snapshot is broken."""
    return _signed(files, f"{FOLDER}retractions/", files.get(RETRACTIONS, b""), WITHDRAWAL, signers)
