"""`constellation content approvals`: what a change still needs before it may go out, for people and for a workflow to enforce."""

from __future__ import annotations

import argparse

from bot.book import default_folders, snapshot, snapshot_of_revision
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say_error, say_exactly, say_json

EXAMPLE = "constellation content approvals --since main --author moth"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("--since", required=True, metavar="REV", help="the branch, tag or commit that the change starts from")
    parser.add_argument(
        "--author",
        action="append",
        default=[],
        metavar="NAME",
        help="who else wrote or pushed the change (again for each); its commits are read anyway. Their yes does not count",
    )
    parser.add_argument("--approved-by", nargs="*", action="extend", default=[], metavar="NAME", help="who agreed so far")
    parser.add_argument("--json", action="store_true", help="data for machines")
    parser.add_argument(
        "--format", choices=("text", "github", "markdown"), default="text", help="github: annotations; markdown: a comment"
    )


def run(args: argparse.Namespace) -> int:
    """Say what is missing; 1 while something is, 2 where the revision or a folder is not known."""
    from bot.authoring.review.approvals import approvals
    from bot.authoring.review.approvals_format import as_data, as_github, as_markdown, as_text
    from bot.authoring.review.authors import authors_since, uncommitted

    content, flows = default_folders()
    content, flows = args.content or content, args.flows or flows
    try:
        after, before = snapshot(content, flows), snapshot_of_revision(content, flows, args.since)
        commits = [one for folder in (content, flows) for one in authors_since(folder, args.since)]
    except (OSError, ValueError) as error:
        say_error(f"constellation: {error}")
        return 2
    authors = [*args.author, *(name for one in dict.fromkeys(commits) for name in sorted(one.names))]
    report = approvals(before, after, authors, args.approved_by)
    if args.json:
        say_json(as_data(report), indent=1)
    else:
        say_exactly({"text": as_text, "github": as_github, "markdown": as_markdown}[args.format](report))
    if report.asks and not args.author and (not commits or uncommitted(content) or uncommitted(flows)):
        say_error("What is not committed yet has no author: name who wrote it with --author NAME.")
    return int(not report.whole)
