"""`constellation desk`: the page of the preview with forms that change the files, for this machine's own browser alone."""

from __future__ import annotations

import argparse

from bot.commands.shared.desk_site import add_page_options, run_pages
from bot.commands.shared.options import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    add_page_options(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the desk until it is interrupted."""
    return run_pages(args, desk=True)
