"""`constellation check`: every fault in the content and the flows, explained by file and line."""

from __future__ import annotations

import argparse
import json
import sys

from bot.book.faults import Fault
from bot.book.load import default_folders, snapshot
from bot.commands.options import add_common, today
from bot.desk.checks.registry import check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--json", action="store_true", help="a list for machines")
    parser.add_argument("--format", choices=("text", "github"), default="text", help="github: annotations on a proposal")


def _github(fault: Fault) -> str:
    words = " ".join(part for part in (fault.what, fault.why, fault.mend) if part).replace("%", "%25").replace("\n", "%0A")
    return f"::{fault.severity} file={fault.file},line={fault.line},col={fault.column},title={fault.code}::{words}"


def _machine(fault: Fault) -> dict[str, object]:
    said = {key: getattr(fault, key) for key in ("code", "severity", "file", "line", "column")}
    return {**said, "message": " ".join(part for part in (fault.what, fault.why) if part), "fix": fault.mend}


def run(args: argparse.Namespace) -> int:
    """Print the faults; 1 where one is an error."""
    content, flows = default_folders()
    try:
        files = snapshot(args.content or content, args.flows or flows)
    except OSError as error:
        print(f"constellation: {error}. Give a folder with --content or --flows.", file=sys.stderr)
        return 2
    found = check(files, today(args))
    errors = sum(fault.severity == "error" for fault in found)
    if args.json:
        print(json.dumps([_machine(fault) for fault in found], ensure_ascii=False))
        return int(errors > 0)
    for fault in found:
        if args.format == "github":
            print(_github(fault))
            continue
        print(f"{fault}" if fault.severity == "error" else f"{fault} (warning)")
        lines = files.get(fault.file, b"").decode("utf-8", "replace").splitlines()
        if fault.line <= len(lines):
            print(f"    {lines[fault.line - 1].strip()[:160]}")
    print(f"{errors} errors, {len(found) - errors} warnings in {len(files)} files.")
    return int(errors > 0)
