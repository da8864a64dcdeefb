"""Signatures that `ssh-keygen -Y sign` makes, verified without it: a slim container has no ssh-keygen.

The format is PROTOCOL.sshsig of OpenSSH. Ed25519 keys alone: one algorithm, no choices to get wrong.
"""

from __future__ import annotations

import hashlib
import struct
from base64 import b64decode
from binascii import Error as Base64Error

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

KIND = b"ssh-ed25519"
_MAGIC = b"SSHSIG"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}


class Untrusted(Exception):
    """A key or a signature that is not right; the text says why, and how to mend it."""


def _strings(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """The first `count` length-prefixed strings, and what follows."""
    found = []
    for _ in range(count):
        if len(data) < 4 or len(data) < 4 + (size := struct.unpack(">I", data[:4])[0]):
            raise Untrusted("the signature is cut short; sign again")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found, data


def key_of(line: str) -> bytes:
    """The 32 bytes of a public key line (`ssh-ed25519 AAAA... comment`). Raises Untrusted."""
    words = line.split()
    if len(words) < 2 or words[0] != KIND.decode():
        raise Untrusted("only Ed25519 keys are taken; make one with: ssh-keygen -t ed25519")
    try:
        (kind, key), rest = _strings(b64decode(words[1], validate=True), 2)
    except (Base64Error, ValueError):
        raise Untrusted("this public key cannot be read; copy the whole line of the .pub file") from None
    if kind != KIND or len(key) != 32 or rest:
        raise Untrusted("this public key cannot be read; copy the whole line of the .pub file")
    return key


def verify(message: bytes, armored: str, namespace: str) -> bytes:
    """The key, 32 bytes, that signed `message` for `namespace`. Raises Untrusted where one byte of either differs."""
    text = armored.strip()
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        raise Untrusted("this is not an SSH signature; make it with: constellation trust sign")
    try:
        blob = b64decode("".join(text[len(_BEGIN) : -len(_END)].split()), validate=True)
    except (Base64Error, ValueError):
        raise Untrusted("the signature cannot be read; sign again") from None
    if blob[:6] != _MAGIC or blob[6:10] != b"\0\0\0\1":
        raise Untrusted("the signature cannot be read; sign again")
    (public, space, reserved, hashed, signature), rest = _strings(blob[10:], 5)
    (kind, key), more = _strings(public, 2)
    (signed_with, raw), last = _strings(signature, 2)
    if kind != KIND or signed_with != KIND or len(key) != 32 or len(raw) != 64 or rest or more or last:
        raise Untrusted("only Ed25519 signatures are taken; make a key with: ssh-keygen -t ed25519")
    if space != namespace.encode():
        raise Untrusted("the signature was made for something else; sign again with: constellation trust sign")
    if hashed not in _HASHES:
        raise Untrusted("the signature cannot be read; sign again")

    def string(data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + data

    signed = _MAGIC + string(space) + string(reserved) + string(hashed) + string(_HASHES[hashed](message).digest())
    try:
        VerifyKey(key).verify(signed, raw)
    except BadSignatureError:
        raise Untrusted("the signature does not fit: something was changed after it was made") from None
    return key
