"""`constellation ops doctor`: checks the machine that a bot runs on, and says how to mend each fault."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say
from bot.commands.shared.source_options import SOURCE, add_source, source_of

if TYPE_CHECKING:
    from bot.ops.host_checks import Check

EXAMPLE = "constellation ops doctor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the channels that name files; everything else it takes from this machine and its environment."""
    add_common(parser)
    add_source(parser)
    parser.add_argument("--signers", type=Path, metavar="FILE", help="the signers' file that the bot is started with")
    parser.add_argument("--quiet", action="store_true", help="print only what needs mending")


def run(args: argparse.Namespace) -> int:
    """Prints a line a check; 1 where something needs mending."""
    from bot.book import default_folders
    from bot.channels.registry import set_up
    from bot.ops.host_checks import checks, folder_checks
    from bot.ops.valkey_checks import valkey_checks

    content, flows = default_folders()
    cache = os.environ.get("CONSTELLATION_CACHE_DIR")
    found = [
        *checks(os.environ),
        *source_checks(args, os.environ),
        *hearing_checks(args, os.environ),
        *valkey_checks(os.environ),
        *(check for channel in set_up(os.environ) if channel.checks for check in channel.checks(os.environ)),
        *folder_checks(
            {"content": args.content or content, "flows": args.flows or flows},
            {"cache": Path(cache) if cache else None},
            {"signers": args.signers},
        ),
    ]
    for check in found:
        if not check.ok or not args.quiet:
            say(f"{'ok  ' if check.ok else 'MEND'}  {check.name}: {check.says}{'' if check.ok else '. To mend: ' + check.fix}")
    return 0 if all(check.ok for check in found) else 1


def hearing_checks(args: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether danger in typed words is heard as well as can be: the encoder here, the heads of the content, and what each bot
    that runs says in its health file."""
    from bot.book import BookFault, Edition
    from bot.channels.registry import health_variables
    from bot.commands.shared.edition import load_book
    from bot.find import heads_fault, read_pack, shared_encoder
    from bot.ops.host_checks import Check
    from bot.runtime.health import LESS, less_well

    there = shared_encoder() is not None
    yield Check("encoder", there, "it is here" if there else LESS[1][0], "" if there else LESS[1][1])
    try:
        edition = Edition(load_book(args), today(args))
        fault = heads_fault(edition, read_pack(edition.docs))
    except (BookFault, OSError):
        yield Check("heads", False, "the content cannot be read, or has faults", "constellation content check says which")
    else:
        says = f"{fault}; danger in typed words is heard less well" if fault else "they were fitted from these examples"
        yield Check("heads", not fault, says, LESS[3][1] if fault else "")
    for name in health_variables():
        if environ.get(name) and (less := LESS.get(less_well(Path(environ[name])))):
            yield Check("running bot", False, less[0], less[1])


def source_checks(args: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether content could be fetched here: git, and the source that the options or `environ` name, asked as the bot asks it."""
    from bot.channels.settings import SettingsError
    from bot.ops.host_checks import Check, git_check
    from bot.runtime.git import NO_BRANCH, NO_FOLDER, TOO_LONG, SourceError

    wanted = bool(args.source or environ.get(SOURCE))
    git = git_check(wanted=wanted)
    yield git
    if not (wanted and git.ok):
        return
    try:
        source = source_of(args, environ)
        if source:
            source.look()
    except SettingsError as error:
        yield Check("source", False, "it cannot be used as it is named", str(error))
    except SourceError as error:
        by_hand = (
            "try git -c http.followRedirects=false ls-remote ADDRESS as the user that runs the bot: where it moved, name the new "
            "address; a folder of this machine is root's or that user's"
        )
        found = {
            TOO_LONG: ("it does not answer in time", "ask whoever runs its host, or try again later"),
            NO_BRANCH: ("it has no such branch", "name another with --branch"),
            NO_FOLDER: ("there is no folder to fetch into", "make room where this machine keeps passing files"),
        }
        yield Check("source", False, *found.get(error.code, ("it cannot be reached or read", by_hand)))
    else:
        yield Check("source", True, "its branch can be read")
