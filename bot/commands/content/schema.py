"""`constellation content schema`: what editors need to complete, explain and underline while somebody types."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.book import default_folders, snapshot, write_in
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error

EXAMPLE = "constellation content schema --lines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write content/schemas and flows/schemas below this folder instead"
    )
    parser.add_argument("--lines", action="store_true", help="also put the line that names its schema on top of every file")


def run(args: argparse.Namespace) -> int:
    """Write the schemas; with `--lines`, the first line of each file."""
    from bot.authoring.editing.json_schema import schemas, with_line
    from bot.book import Unreadable, read

    content, flows = default_folders()
    folders = {"content": args.content or content, "flows": args.flows or flows}
    try:
        files = snapshot(folders["content"], folders["flows"])
    except OSError as error:
        say_error(f"constellation: {error}. Give a folder with --content or --flows.")
        return 2
    docs = {}
    for path, data in files.items():
        try:
            if path.endswith(".yaml"):
                docs[path] = read(path, data)
        except Unreadable as error:
            say_error(f"{error.fault} It is left as it is.")
    made, lined = schemas(), 0
    try:
        for path, text in made.items():
            top, inner = path.split("/", 1)
            if args.out:
                args.out.mkdir(parents=True, exist_ok=True)
            write_in(*((args.out, path) if args.out else (folders[top], inner)), text.encode())
        for path, (value, _) in docs.items() if args.lines else ():
            before = files[path].decode()
            after = with_line(path, before, value)
            if after != before:
                top, inner = path.split("/", 1)
                write_in(folders[top], inner, after.encode())
                lined += 1
    except OSError as error:
        say_error(f"constellation: {error}. Give a folder that can be written with --content and --flows, or --out.")
        return 2
    say(f"{len(made)} schemas written." + (f" {lined} files now name theirs." if args.lines else ""))
    return 0
