"""`constellation content graph`: the flows as a picture: steps, choices, where each leads and where its answers come from."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.book import lines
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error, say_exactly, write_out

EXAMPLE = "constellation content graph --format html --out flows.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--flow", default="", metavar="NAME", help="one flow in detail, or `all`; without it an overview by flow")
    parser.add_argument(
        "--format", choices=("svg", "mermaid", "html"), default="svg", help="html: a page with the overview and every flow"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it here instead of on the screen")


def run(args: argparse.Namespace) -> int:
    """Draw; 2 for a flow or a language that the pack has not."""
    from bot.authoring.reports.flow_chart.model import flow_names
    from bot.authoring.reports.flow_chart.page import all_mermaid, all_svg, one, page
    from bot.book import near

    edition = load_edition(args)
    flows, language = edition.flows, args.lang or edition.languages[0]
    names = flow_names(flows)
    if args.flow and args.flow != "all" and args.flow not in names:
        say_error(f"constellation: there is no flow {args.flow}. {near(args.flow, names)} It has: {', '.join(names)}.")
        return 2
    if language not in edition.languages:
        say_error(f"constellation: the pack has no language {language}; it has {', '.join(edition.languages)}.")
        return 2
    if args.format == "html":
        made = page(flows, language)
    elif args.flow == "all":
        made = (all_mermaid if args.format == "mermaid" else all_svg)(flows, language)
    else:
        made = one(flows, args.flow, args.format, language)
    if args.out is None:
        say_exactly(lines(made))
        return 0
    try:
        write_out(args.out, made)
    except OSError as error:
        say_error(f"constellation: {args.out} cannot be written ({error.strerror}). Give another place with --out.")
        return 2
    say(f"Written to {args.out}.")
    return 0
