"""Makes signatures with `ssh-keygen -Y sign`: the key stays where its owner keeps it, an agent or a hardware token included."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.trust.sshsig import Untrusted


def sign(message: bytes, key: Path, namespace: str) -> str:
    """The signature of `message`, armored. `key`: a private key file, or a .pub whose private half an agent holds.

    Raises Untrusted where ssh-keygen is missing or refuses.
    """
    if not key.is_file():
        raise Untrusted(f"there is no key {key.name}; make one with: ssh-keygen -t ed25519 -f {key.name}")
    try:
        done = subprocess.run(["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace], input=message, capture_output=True)
    except FileNotFoundError:
        raise Untrusted("signing needs ssh-keygen; install OpenSSH's client (verifying does not need it)") from None
    if done.returncode:
        raise Untrusted("ssh-keygen could not sign with this key; try it by hand: ssh-keygen -Y sign -f KEY -n test FILE")
    return done.stdout.decode("ascii")


def public_of(key: Path) -> str:
    """The public line beside a private key. Raises Untrusted."""
    path = key if key.suffix == ".pub" else key.with_name(key.name + ".pub")
    try:
        return " ".join(path.read_text(encoding="ascii").split()[:2])
    except (OSError, ValueError):
        raise Untrusted(f"there is no {path.name} beside the key; make it with: ssh-keygen -y -f KEY > KEY.pub") from None
