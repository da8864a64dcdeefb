"""`constellation content search`: what typed words would show; how often that is right; new thresholds from questions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.book import default_folders, write_in
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say_error, say_json, say_lines
from bot.find import (
    CLASSIFIER_FILE,
    HEADS_FILE,
    NUMBERS_FILE,
    WEIGHTS_FILE,
    Heard,
    Question,
    as_yaml,
    build_finder,
    evaluate,
    fit,
    questions,
    train_classifier,
    train_heads,
    unseen,
)

_NO_FILE = Path()
EXAMPLE = 'constellation content search "how long do i have after the condom broke"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument(
        "words", nargs="?", metavar="WORDS", help="what a person would type; - reads one a line from standard input"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="for machines: danger (now, maybe, watched, no), emergency (a card or null), band (sure, choose, unsure), topics "
        "(what would be shown, three at most; none when unsure), ranking and scores (what the search alone finds stands behind), "
        "language, places, special (about, talk, plan, change, safer, young, refuse, small_talk or null); - prints the same, a "
        "line a question",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--eval", type=Path, metavar="FILE", help="measure on tab-separated questions: lang query expected kind source"
    )
    what.add_argument(
        "--fit",
        nargs="?",
        type=Path,
        const=_NO_FILE,
        metavar="FILE",
        help="fit the heads that hear danger on the pack's examples, and the classifier that finds topics by meaning on its "
        "phrases and questions, and write them into the pack; with a FILE of such questions the thresholds too, on these and on "
        "the pack's questions as if it had not learned from them",
    )


def answer(heard: Heard, ranking: Sequence[tuple[str, float]] = ()) -> dict[str, Any]:
    """What is printed for one question. `ranking`: what the search alone finds, which stands behind what would be shown."""
    best = max(heard.scores, default=1.0)
    most = max((score for _, score in ranking), default=0.0) or 1.0
    order = dict(zip(heard.topics, heard.scores, strict=True))
    for name, score in ranking:
        order.setdefault(name, round(min(heard.scores, default=best) * min(score / most, 1.0), 3))
    return {
        "danger": heard.danger,
        "emergency": heard.emergency or None,
        "band": heard.band,
        "topics": list(heard.topics) if heard.band != "unsure" else [],
        "ranking": list(order),
        "scores": list(order.values()),
        "language": heard.language,
        "places": list(heard.places),
        "special": heard.special or None,
    }


def _plain(heard: Heard) -> str:
    lines = [
        f"{heard.band}: "
        + (", ".join(f"{name} ({score})" for name, score in zip(heard.topics, heard.scores, strict=True)) or "-")
    ]
    if heard.emergency:
        what = "the screen is" if heard.danger == "now" else "above the answer, a line to"
        lines.insert(0, f"{what} the emergency card {heard.emergency}")
    if heard.danger == "watched":
        lines.insert(0, "somebody may be reading along")
    if heard.special:
        lines.append(f"path: {heard.special}{f', part: {heard.part}' if heard.part else ''}")
    if heard.foreign:
        lines.append(f"in a language that the pack does not have: {heard.foreign}")
    if heard.places:
        lines.append(f"asks about the place: {', '.join(heard.places)}")
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "   -  " if value is None else f"{value * 100:5.1f}%"


def _table(report: dict[str, Any]) -> str:
    columns = ("questions", "first", "among_three", "shown", "sure_and_right", "emergency_first", "false_emergencies",
               "none_sure", "none_choose", "none_unsure")  # fmt: skip
    head = f"{'':28}" + " ".join(f"{name.replace('_', ' ')[:13]:>13}" for name in columns)
    lines = [head]
    rows = [("overall", report["overall"])]
    rows += [
        (f"{group}: {name}", found) for group in ("kind", "language", "topic") for name, found in report[f"by_{group}"].items()
    ]
    for name, found in rows:
        cells = [f"{found['questions']:13d}"] + [f"{_percent(found[column]):>13}" for column in columns[1:]]
        lines.append(f"{name[:27]:28}" + " ".join(cells))
    lines.append(f"milliseconds: half under {report['milliseconds']['p50']}, 99 in 100 under {report['milliseconds']['p99']}")
    if report["weakest_topics"]:
        lines.append("Weakest topics; more phrases help most here: " + ", ".join(report["weakest_topics"]))
    return "\n".join(lines)


def _asked(path: Path) -> list[Question]:
    try:
        return questions(path.read_text(encoding="utf-8"))
    except OSError as error:
        say_error(f"{path}: cannot be read ({error.strerror}). Give a file of questions.")
    except (UnicodeDecodeError, ValueError) as error:
        said = str(error) if not isinstance(error, UnicodeDecodeError) else "this is not UTF-8 text; save it as UTF-8"
        say_error(f"{path}: {said}")
    raise SystemExit(1)


def _fit(args: argparse.Namespace) -> int:
    """Fits the heads, the classifier and, on a file, the thresholds; writes them into the pack."""
    asked = _asked(args.fit) if args.fit != _NO_FILE else None
    content = args.content or default_folders()[0]
    found: dict[str, Any] = {}
    edition = load_edition(args)
    try:
        heads = train_heads(edition)
        _write(content, NUMBERS_FILE, heads.numbers)
        _write(content, HEADS_FILE, heads.text.encode())
        found["heads"] = {"written": str(content / "find" / "heads.yaml"), "sentences": heads.sentences}
        classifier = train_classifier(edition)
        _write(content, WEIGHTS_FILE, classifier.numbers)
        _write(content, CLASSIFIER_FILE, classifier.text.encode())
        found["classifier"] = {"written": str(content / "find" / "classifier.yaml"), "phrases": classifier.sentences}
        if asked is not None:
            edition = load_edition(args)
            finder = build_finder(edition)
            fitted = fit(finder, asked, more=unseen(finder, edition) if finder.by_meaning else ())
            _write(content, "content/find/thresholds.yaml", as_yaml(fitted.thresholds).encode())
            found["thresholds"] = {
                "written": str(content / "find" / "thresholds.yaml"),
                "sure": fitted.thresholds.sure,
                "choose": fitted.thresholds.choose,
                "held_out": fitted.held_out,
            }
    except ValueError as error:
        say_error(f"{content}: {error}" if asked is None or "classifier" not in found else f"{args.fit}: {error}")
        return 1
    except OSError as error:
        say_error(f"{error.filename}: cannot be written: {error.strerror}")
        return 1
    if args.json:
        say_json(found)
    else:
        say_lines("\n".join(f"{what}, {name}: {value}" for what, told in found.items() for name, value in told.items()))
    return 0


def _write(content: Path, path: str, data: bytes) -> None:
    write_in(content, path.removeprefix("content/"), data)


def run(args: argparse.Namespace) -> int:
    """Answer, measure or fit."""
    if not (args.words or args.eval or args.fit):
        say_error("Give WORDS in quotes, or --eval FILE, or --fit.")
        return 2
    if args.fit:
        return _fit(args)
    edition = load_edition(args)
    finder = build_finder(edition)
    if args.eval:
        report = evaluate(finder, _asked(args.eval))
        if args.json:
            say_json(report)
        else:
            say_lines(_table(report))
        return 0
    language = args.lang or edition.languages[0]
    if args.words == "-":
        for line in sys.stdin:
            text = line.rstrip("\n")
            say_json(answer(finder.listen(text, language), finder.ranking(text)))
        return 0
    heard = finder.listen(args.words, language)
    if args.json:
        say_json(answer(heard, finder.ranking(args.words)))
    else:
        say_lines(_plain(heard))
    return 0
