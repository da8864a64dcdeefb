"""Options that every command shares, and how they become an edition of the book."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path


def add_common(parser: argparse.ArgumentParser) -> None:
    """`--content`, `--flows`, `--lang`, `--place`, `--date`."""
    parser.add_argument("--content", type=Path, metavar="DIR", help="a folder of content instead of the pack's")
    parser.add_argument("--flows", type=Path, metavar="DIR", help="a folder of flows instead of the pack's")
    parser.add_argument("--lang", default="", metavar="CODE", help="a language of the pack, like en or es")
    parser.add_argument("--place", default="", metavar="ID", help="a place of the pack, like us-ny")
    parser.add_argument("--date", type=dt.date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="show what this day shows")


def today(args: argparse.Namespace) -> dt.date:
    """The day asked for, else today."""
    return args.date or dt.datetime.now(dt.UTC).date()
