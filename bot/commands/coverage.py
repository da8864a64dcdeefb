"""`constellation coverage`: what the pack holds and what peers could do next."""

from __future__ import annotations

import argparse

from bot.commands.opening import load_edition
from bot.commands.options import add_common
from bot.desk.coverage import report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    print(report(load_edition(args)), end="")
    return 0
