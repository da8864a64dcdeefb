"""`constellation chat --record FILE`: a talk in this terminal, kept as a test that says where it leads."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.book import Edition
from bot.channels.registry import channel, fullest
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say_error, say_lines, say_lines_error, write_out
from bot.engine import World, link_payload
from bot.runtime.world import LaterFinder, world

if TYPE_CHECKING:
    from bot.authoring.scenarios.recorder import Recorder


EXAMPLE = "printf '2\\n1\\n' | constellation chat --place us-ny"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_common(parser)
    parser.add_argument(
        "--start", default="", metavar="PAYLOAD", help="what a deep link would carry, like es_us-ny_pep, or _es for Spain alone"
    )
    parser.add_argument(
        "--record",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="FILE",
        help="keep the talk here as a test, like tests/talks/NAME.yaml; without FILE it is shown at the end",
    )
    parser.add_argument("--again", action="store_true", help="write over a talk that is kept already")
    parser.add_argument(
        "--without-words", action="store_true", help="keep nothing that you type: the pack's own phrases stand in its place"
    )


def run(args: argparse.Namespace) -> int:
    """Talk until it is left or the input ends; what `--record` needs is only loaded with it."""
    if args.record is not None:
        return _record(args)
    from bot.channels.terminal import run

    edition = load_edition(args)
    finder = LaterFinder(edition)
    stage = world(edition, channel("terminal").surface, listen=finder.listen)
    run(stage, args.start or link_payload(args.lang, args.place), reading=finder.begin)
    return 0


def _record(args: argparse.Namespace) -> int:
    """Play, keep, and play once more what was kept; 1 where nothing was kept, 2 for arguments that make no sense."""
    from bot.authoring.scenarios.recorder import Recorder
    from bot.channels import terminal

    edition = load_edition(args)
    wrong = _wrong(args, edition)
    if wrong:
        say_error(f"constellation: {wrong}")
        return 2
    asked = terminal.interactive()
    if (
        args.record.name
        and args.record.exists()
        and not args.again
        and not (asked and _yes(f"{args.record} is there. Write over it?"))
    ):
        say_error(f"constellation: {args.record} is there already. Give another name, or --again to write over it.")
        return 1
    say_lines_error(_before(args))
    language = args.lang or edition.languages[0]
    talk: dict[str, Any] = {
        "talk": args.record.stem if args.record.name else "played",
        "language": language,
        "place": args.place,
        "turns": [],
    }
    finder = LaterFinder(edition)
    stage = world(edition, terminal.SURFACE, listen=finder.listen)
    recorder = Recorder(stage, talk)
    terminal.run(stage, args.place, language, watch=recorder.watch, reading=finder.begin)
    if not talk["turns"]:
        say_error("constellation: nothing was pressed or typed, so there is nothing to keep.")
        return 1
    leave_out = args.without_words
    if asked and recorder.typed and not leave_out:
        leave_out = not _yes("You typed words. Keep them in the file, where others can read them?")
    # Played again as the tests do it: on a channel with every ability.
    return _keep(args, recorder, World(edition, stage.listen, fullest()), leave_out)


def _keep(args: argparse.Namespace, recorder: Recorder, stage: World, leave_out: bool) -> int:
    from bot.authoring.scenarios.player import ScenarioDiffers, play
    from bot.authoring.scenarios.recorder import without_words, written

    talk, cut = without_words(recorder.world, recorder.talk) if leave_out else (recorder.talk, 0)
    if cut:
        say_error(f"No phrase of the pack leads where your words did, so the last {cut} turns are left out.")
    try:
        text = written(talk, recorder.labels)
        play(stage, talk)
    except ValueError as error:
        say_error(f"constellation: {error}. Nothing was kept. Play it again with --without-words.")
        return 1
    except ScenarioDiffers as error:
        say_error(f"constellation: played again, the talk leads elsewhere ({error}). Nothing was kept.")
        return 1
    if not talk["turns"]:
        say_error("constellation: nothing is left to keep.")
        return 1
    if not args.record.name:
        say_lines(f"\n{text}".removesuffix("\n"))
        return 0
    write_out(args.record, text)
    say_lines(f"\nKept in {args.record}: {len(talk['turns'])} turns. Played once more: it passes.")
    return 0


def _wrong(args: argparse.Namespace, edition: Edition) -> str:
    """What makes no sense in the arguments, with how to mend it; "" where all is well."""
    from bot.book import ID, near

    if args.lang and args.lang not in edition.languages:
        return f"the pack has no language {args.lang}; it has {', '.join(edition.languages)}"
    if args.place and args.place not in edition.places:
        return f"the pack has no place {args.place}. {near(args.place, list(edition.places))}".strip()
    if args.record.name and not args.record.parent.is_dir():
        return f"there is no folder {args.record.parent}; make it first"
    if args.record.name and (args.record.suffix != ".yaml" or not ID.match(args.record.stem)):
        return "a talk's file is named in small letters and hyphens and ends in .yaml, like condom-broke.yaml"
    return ""


def _before(args: argparse.Namespace) -> str:
    where = str(args.record) if args.record.name else "the talk that is shown at the end"
    if args.without_words:
        return f"What you press goes into {where}; words that you type do not.\n"
    said = f"What you press and type goes into {where}, and others read it: type only what you make up."
    return f"{said} --without-words leaves your words out.\n"


def _yes(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "s", "sí", "si")
    except (EOFError, KeyboardInterrupt):
        return False
