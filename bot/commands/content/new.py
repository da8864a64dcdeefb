"""`constellation content new`: plain questions, and a valid file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.book import default_folders, snapshot
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, say_lines

if TYPE_CHECKING:
    from bot.authoring.editing.changeset import Changes
    from bot.authoring.wizard.prompts import Answer, Prompter

KINDS = ("tip", "topic", "referral", "place", "language")

EXAMPLE = "constellation content new tip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb. `--place` and `--lang` are asked as questions."""
    add_common(parser)
    parser.add_argument("kind", choices=KINDS, help="what to make")
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="a YAML file of answers, as a talk that was not written ends with"
    )
    parser.add_argument("--yes", action="store_true", help="write without asking once more")


def run(args: argparse.Namespace) -> int:
    """Ask, show, check, write."""
    from bot.authoring.editing.changeset import Changes
    from bot.authoring.editing.yaml_edit import EditError
    from bot.authoring.wizard.prompts import AnswersEnded, Prompter
    from bot.channels.terminal import interactive

    pack_content, pack_flows = default_folders()
    content, flows = args.content or pack_content, args.flows or pack_flows
    files = snapshot(content, flows)
    try:
        answers = _answers(args.answers) if args.answers else None
        ask = Prompter(_say, _read, answers, patient=answers is None and interactive())
        if ask.patient:
            say(
                "Enter takes what stands in [brackets] or skips; < goes back one question; nothing is written before you say yes."
            )
        changes = ask.run(lambda asker: _made(args, asker, Changes(files)))
    except (AnswersEnded, EditError, OSError) as error:
        say_error(f"constellation: {str(error).rstrip('.')}. Nothing was written.")
        return 1
    return _finish(args, ask, changes, content, flows)


def _say(words: str) -> None:
    say_lines(words)


def _read() -> str | None:
    from bot.channels.terminal import interactive

    try:
        if interactive():
            return input("> ")
    except (EOFError, KeyboardInterrupt):
        return None
    return line.rstrip("\n") if (line := sys.stdin.readline()) else None


def _answers(path: Path) -> dict[str, Answer]:
    from bot.authoring.wizard.prompts import AnswersEnded
    from bot.book import Unreadable, read

    try:
        value, _ = read(path.name, path.read_bytes())
    except Unreadable as error:
        raise AnswersEnded(str(error.fault)) from None
    if not isinstance(value, dict) or any(not isinstance(v, str | list) for v in value.values()):
        raise AnswersEnded(f"{path.name}: write one answer a line, like `topic: pep`")
    return value


def _made(args: argparse.Namespace, ask: Prompter, changes: Changes) -> Changes:
    from bot.authoring.exchange.sheets.rows import values_of
    from bot.authoring.wizard import places, referrals, topics
    from bot.authoring.wizard.context import WizardContext

    makers = {
        "tip": topics.tip,
        "topic": topics.topic,
        "referral": referrals.referral,
        "place": places.place,
        "language": places.language,
    }
    makers[args.kind](ask, WizardContext(changes, values_of(changes.before)[0], today(args)))
    return changes


def _finish(args: argparse.Namespace, ask: Prompter, changes: Changes, content: Path, flows: Path) -> int:
    changes.settle()
    if not changes.texts:
        say("Everything is there already; nothing was written.")
        return 0
    shown = changes.difference() if len(changes.texts) < 10 else "\n".join(sorted(changes.texts))
    say_lines(f"\n{shown}\n")
    faults = changes.faults(today(args))
    wrong = [fault for fault in faults if fault.severity == "error"]
    for fault in faults if len(changes.texts) < 10 else wrong:
        say(fault)
    if wrong:
        say_lines(f"\nYour answers, to mend and give with --answers FILE:\n\n{_kept(ask)}")
        say_error("constellation: nothing was written; this would be wrong in the pack")
        return 1
    if not args.yes and not ask.sure("Write this? yes or no"):
        say_lines(f"Nothing was written. Your answers, for --answers FILE:\n\n{_kept(ask)}")
        return 1
    try:
        changes.write(content, flows)
    except OSError as error:
        say_error(f"constellation: {error.filename} cannot be written: {error.strerror}")
        return 1
    say(f"Written: {', '.join(sorted(changes.texts)) if len(changes.texts) < 10 else f'{len(changes.texts)} files'}.")
    return 0


def _kept(ask: Prompter) -> str:
    from bot.authoring.editing.yaml_edit import whole

    return whole({name: answer for name, answer in ask.given.items() if answer})
