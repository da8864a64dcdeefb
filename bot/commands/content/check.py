"""`constellation content check`: every fault in the content and the flows, explained by file and line."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Mapping
from pathlib import Path

from bot.book import Fault, annotation, default_folders, one_line, snapshot
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, say_exactly, say_json, say_lines

_SHOWN = 160
"""Characters of an offending line that are shown."""
_WORKERS = 4
"""Processes at most: each holds a copy of the pack."""

EXAMPLE = "constellation content check --content content --flows flows"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--json", action="store_true", help="a list for machines")
    parser.add_argument("--format", choices=("text", "github"), default="text", help="github: annotations on a proposal")
    parser.add_argument("--codes", action="store_true", help="explain every code, with an example each")


def _github(fault: Fault, folders: Mapping[str, Path]) -> str:
    words = " ".join(part for part in (fault.what, fault.why, fault.fix) if part)
    place = f"file={annotation(_in_repository(fault.file, folders), name=True)},line={fault.line},col={fault.column}"
    return f"::{fault.severity} {place},title={fault.code}::{annotation(words)}\n"


def _in_repository(file: str, folders: Mapping[str, Path]) -> str:
    """A file as a code host knows it: from the folder where the command runs, where the content lies below that."""
    top, _, rest = file.partition("/")
    path = folders[top].resolve() / rest if top in folders else Path(file)
    here = Path.cwd().resolve()
    return path.relative_to(here).as_posix() if path.is_absolute() and path.is_relative_to(here) else file


def _machine(fault: Fault) -> dict[str, object]:
    said = {key: getattr(fault, key) for key in ("code", "severity", "file", "line", "column")}
    return {**said, "message": " ".join(part for part in (fault.what, fault.why) if part), "fix": fault.fix}


def _spot(fault: Fault, lines: list[str]) -> str:
    """The offending line, with a caret below its column."""
    if fault.line > len(lines):
        return ""
    line = lines[fault.line - 1].expandtabs(1)
    bare = line.lstrip()
    at = fault.column - 1 - (len(line) - len(bare))
    whole = bare[:_SHOWN].rstrip()
    shown = one_line(whole)
    before = len(shown) - len(one_line(whole[at:]))
    return f"    {shown}\n    {' ' * before}^" if 0 <= at <= len(whole) else f"    {shown}"


def _tell(found: list[Fault], files: Mapping[str, bytes]) -> None:
    lines: dict[str, list[str]] = {}
    for fault in found:
        say(f"{fault}" if fault.severity == "error" else f"{fault} (warning)")
        if fault.file not in lines:
            lines[fault.file] = files.get(fault.file, b"").decode("utf-8", "replace").split("\n")
        if spot := _spot(fault, lines[fault.file]):
            say_lines(spot)


def run(args: argparse.Namespace) -> int:
    """Print the faults; 1 where one is an error, 2 where there is no such folder."""
    gc.disable()  # a run of seconds that makes much and throws little away: collecting takes a fifth of it
    from bot.authoring.lint.context import look_around
    from bot.authoring.lint.reference import page
    from bot.authoring.lint.runner import check

    if args.codes:
        say_exactly(page())
        return 0
    content, flows = default_folders()
    folders = {"content": args.content or content, "flows": args.flows or flows}
    try:
        files = snapshot(folders["content"], folders["flows"])
    except OSError as error:
        say_error(f"constellation: {error}. Give a folder with --content or --flows.")
        return 2
    found = check(files, today(args), look_around(folders["content"]), workers=min(os.cpu_count() or 1, _WORKERS))
    errors = sum(fault.severity == "error" for fault in found)
    if args.json:
        say_json([_machine(fault) for fault in found])
    elif args.format == "github":
        for fault in found:
            say_exactly(_github(fault, folders))
    else:
        _tell(found, files)
        say(f"{errors} errors, {len(found) - errors} warnings in {len(files)} files of {folders['content']}.")
    return int(errors > 0)
