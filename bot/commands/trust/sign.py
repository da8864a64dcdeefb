"""`constellation trust sign`: your signature under the content and the flows as they are, or under the retractions alone."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from bot.book import LINK, default_folders, snapshot, write_in
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error
from bot.trust.content import CONTENT, RETRACTIONS, WITHDRAWAL, manifest
from bot.trust.signing import sign
from bot.trust.sshsig import Untrusted

EXAMPLE = "constellation trust sign --key KEY --as moth"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="your Ed25519 key, or its .pub with an agent")
    parser.add_argument("--as", dest="name", required=True, metavar="PSEUDONYM", help="the name in the file of signers")
    parser.add_argument("--retractions", action="store_true", help="the retractions alone: one signer is enough for these")


def run(args: argparse.Namespace) -> int:
    """Write `content/signatures/PSEUDONYM.sig`."""
    content, flows = default_folders()
    content, flows = args.content or content, args.flows or flows
    try:
        if not re.fullmatch(r"[a-z0-9-]{1,40}", args.name):
            raise Untrusted("a pseudonym is small letters, digits and hyphens, like river-2")
        files = snapshot(content, flows)
        if links := [name for name, data in files.items() if data == LINK]:
            raise Untrusted(f"{links[0]} is a link (symlink), and nobody can tell what it will show; put the file in its place")
        if args.retractions:
            text, folder = sign(files.get(RETRACTIONS, b""), args.key, WITHDRAWAL), content / "signatures" / "retractions"
        else:
            text, folder = sign(manifest(files), args.key, CONTENT), content / "signatures"
        write_in(content, f"{folder.relative_to(content)}/{args.name}.sig", text.encode("ascii"))
    except (Untrusted, OSError) as error:
        say_error(f"constellation: {error}")
        return 1
    say(f"Signed: {folder / args.name}.sig. Any change to the files undoes it.")
    return 0
