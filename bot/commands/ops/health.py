"""`constellation ops health`: whether the bot that runs on this machine is answered by its channel, by the file it keeps."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bot.channels.registry import health_variables
from bot.commands.shared.output import say, say_error
from bot.runtime.health import LESS, healthy, less_well, unheard

EXAMPLE = "constellation ops health /run/constellation/health"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file; else those that the environment names."""
    parser.add_argument("file", nargs="*", type=Path, metavar="FILE", help=f"its file; else {' and '.join(health_variables())}")


def run(args: argparse.Namespace) -> int:
    """Prints a line a file; 0 where all are green or yellow, 1 where one is red, 2 where none is named or this user may not look.

    Of the files that the environment names those count that are there, since one image serves every channel.
    """
    named = [Path(os.environ[name]) for name in health_variables() if os.environ.get(name)]
    try:
        files = list(dict.fromkeys(args.file or [file for file in named if unheard(file) is not None] or named[:1]))
        if not files:
            say_error("Name the bot's file: `constellation ops health /run/constellation/health`.")
            return 2
        for file in files:
            say(f"{file}: {_said(file)}")
        return 0 if all(map(healthy, files)) else 1
    except PermissionError:
        say_error("This user may not look at the bot's file. Do it as root, or as the user that runs the bot.")
        return 2


def _said(file: Path) -> str:
    age = unheard(file)
    if age is None:
        return "red. It is not there: the bot does not run, was never answered, or keeps another file."
    answered = f"The channel answered {age:.0f} s ago."
    if not healthy(file):
        return f"red. {answered}"
    if less := LESS.get(less_well(file)):
        return f"yellow. {answered} {' '.join(less)}"
    return f"green. {answered}"
