"""`constellation share print`: cards, posters, the emergency sheet, the form, hard days, an agency's papers, as HTML or PDF."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.shared.address_options import add_addresses, where
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say_error, say_lines, write_out

if TYPE_CHECKING:
    from bot.book import Edition, LinkCode
    from bot.outreach.paper import Handout, Sheet

OUTREACH = ("cards", "poster", "sheet", "form", "questionnaire", "episode")
AGENCY = ("assessment", "action", "scenes", "values", "barriers", "policy")
ROLES = ("front-desk", "clinician", "board")

EXAMPLE = "constellation share print cards --bot night_sky_bot --lang es --out cards.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("what", choices=(*OUTREACH, *AGENCY), help="which paper")
    add_addresses(parser)
    parser.add_argument("--code", default="", metavar="CODE", help="a code of content/links.yaml; for action, the bot's")
    parser.add_argument("--episode", default="", metavar="ID", help="a hard day of content/episodes/, for episode")
    parser.add_argument("--policy", default="", metavar="ID", help="a policy of content/policies/")
    parser.add_argument("--role", choices=ROLES, help="the assessment of these alone")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="the size of the paper; a4 unless told")
    parser.add_argument("--large", action="store_true", help="large print")
    parser.add_argument("--format", choices=("html", "pdf"), help="else by the name of --out, else html")
    parser.add_argument("--font", type=Path, metavar="FILE.ttf", help="the PDF's font, for scripts that DejaVu Sans lacks")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; else standard output (HTML)")


def _agency(args: argparse.Namespace, edition: Edition, language: str) -> Sheet:
    from bot.engine import ticks_of
    from bot.outreach import agency

    if args.what == "policy":
        return agency.policy(edition, language, args.policy)
    if args.what == "action":
        return agency.action(edition, language, ticks_of(args.code))
    if args.what == "assessment":
        return agency.assessment(edition, language, args.role)
    return {"scenes": agency.scenes, "values": agency.values, "barriers": agency.barriers}[args.what](edition, language)


def _handout(args: argparse.Namespace, edition: Edition, language: str) -> Handout:
    from bot.outreach.addresses import links, page_link
    from bot.outreach.sheets import cards, poster

    live = [code for code in edition.codes if not code.retired]
    wanted = [code for code in live if code.code == args.code] if args.code else _plain(live, language)
    if not wanted:
        raise ValueError(f"content/links.yaml has no code like that in use; it has: {', '.join(code.code for code in live)}")
    found = where(args, edition)
    link = links(wanted[:1], found, edition)[0]
    code, address = "", link.first
    if address == link.page:
        code = link.code if link.typed else ""
        if args.place:  # no other address carries one
            if args.place not in edition.places:
                raise ValueError("no such place in the pack; the folders of content/places/ are their ids")
            address = page_link(found.page, language, args.place)
    return (cards if args.what == "cards" else poster)(edition, language, address, code)


def _plain(live: list[LinkCode], language: str) -> list[LinkCode]:
    """The codes that open the first screen in a language, else those that are not an agency's."""
    return [code for code in live if code.parts == (language,)] or [code for code in live if not code.policy and not code.flow]


def _drawn(args: argparse.Namespace) -> bytes:
    """What goes into the file. Raises ValueError with how to mend it, ImportError where an extra is missing."""
    edition = load_edition(args)
    language = args.lang or edition.languages[0]
    if language not in edition.languages:
        raise ValueError(f"this pack is written in: {', '.join(edition.languages)}")
    pdf = (args.format or ("pdf" if args.out and args.out.suffix == ".pdf" else "html")) == "pdf"
    if pdf and not args.out:
        raise ValueError("a PDF needs a file: --out FILE.pdf")
    if args.what in ("cards", "poster"):
        from bot.outreach.page import handout_page

        handout = _handout(args, edition, language)
        if pdf:
            from bot.outreach.pdf import handout_pdf

            return handout_pdf(handout, args.paper, large=args.large, font=args.font)
        return handout_page(handout, args.paper, large=args.large).encode()
    from bot.outreach.episode import episode
    from bot.outreach.page import sheet_page
    from bot.outreach.sheets import sheet

    large = bool(args.large)
    if args.what == "sheet":
        made = sheet(edition, language, args.place, large=large)
    elif args.what == "episode":
        made = episode(edition, language, args.episode, args.place)
    elif args.what in ("form", "questionnaire"):
        from bot.outreach.local_form import form

        made = form(edition, language, large=large, name=args.what)
    else:
        made = _agency(args, edition, language)
    if pdf:
        from bot.outreach.pdf import sheet_pdf

        return sheet_pdf(made, args.paper, large=large, font=args.font)
    return sheet_page(made, args.paper, large=large).encode()


def run(args: argparse.Namespace) -> int:
    """Write the page."""
    try:
        made = _drawn(args)
        if args.out:
            write_out(args.out, made)
        else:
            say_lines(made.decode())
    except ImportError as error:
        extra = "qr" if error.name == "segno" else "print"
        say_error(f"constellation: this needs the extra `{extra}`: pip install '.[{extra}]' (docs/operations.md, Extras)")
        return 1
    except (ValueError, OSError) as error:
        why = str(error) if isinstance(error, ValueError) else f"cannot write to {args.out}"
        say_error(f"constellation: {why}")
        return 1
    return 0
