"""Words and buttons a screen: what a person reads before they can act, kind by kind, in both languages of the pack.

    python -m benchmarks.page_weight [--topics 15]

Every screen is drawn as `constellation content check` draws it (each step, each thing it can be about, page by page, on the
channel with the most abilities, the neutral line and sources counted); topics also at every place and for each way of working.
Words are what `SCREEN-LONG` counts: the table of emergency numbers is looked up, not read. `--topics`: how many of the longest
topics to name.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator

from bot.authoring.lint.drawn_screens import DrawnScreen, drawn, world_of
from bot.authoring.lint.rules.screen_long import buttons, words
from bot.authoring.lint.runner import surveyed
from bot.book import default_folders, snapshot
from bot.engine import BUTTONS, WORDS, State, World, draw_screen, unpack

_KINDS = {"topic.tips": "topics", "found.answer": "answers to typed words", "urgent.card": "emergency cards",
          "found.card": "cards that typed words open", "referral.show": "referrals", "legal.law": "law of a place"}  # fmt: skip


def _at_places(world: World, languages: tuple[str, ...]) -> Iterator[DrawnScreen]:
    """Each topic at each place and for each way of working, page by page."""
    index, flows = world.index, world.index.flows
    step = flows.steps["topic.tips"]
    places = [number for name, number in index.of.items() if name.startswith("place:")]
    ways = [(place, 0) for place in (0, *places)] + [(0, 1 << (code - 1)) for code in flows.options["how"].values()]
    for topic in world.edition.topics:
        for language in languages:
            for place, how in ways:
                state = State(language=language, step=flows.hash["topic.tips"], subject=index.of[f"topic:{topic}"], place=place,
                              how=how, opened=True)  # fmt: skip
                for page in range(32):
                    screen = draw_screen(world, state._replace(page=page), "topic.tips", step)
                    yield DrawnScreen("topic.tips", f"topic:{topic}", language, screen)
                    after = next((unpack(choice.token) for choice in screen.choices if choice.kind == "more"), None)
                    if after is None or after.page <= page:
                        break


def _row(name: str, screens: list[DrawnScreen]) -> str:
    lengths = sorted(map(words, screens))
    pressed = sorted(map(buttons, screens))
    long, wide = sum(count > WORDS for count in lengths), sum(count > BUTTONS for count in pressed)
    middle, high = lengths[len(lengths) // 2], lengths[len(lengths) * 95 // 100]
    return f"| {name} | {len(screens)} | {middle} | {high} | {lengths[-1]} | {long} | {pressed[-1]} | {wide} |"


def _longest(screens: list[DrawnScreen], count: int) -> Iterator[str]:
    """The topics with most to read over all their pages, without a place: words in each language, and pages."""
    whole: dict[tuple[str, str], list[int]] = {}
    for seen in screens:
        whole.setdefault((seen.subject.partition(":")[2], seen.language), []).append(words(seen))
    for language in dict.fromkeys(language for _, language in whole):
        totals = sorted(sum(pages) for (_, spoken), pages in whole.items() if spoken == language)
        first = sorted(pages[0] for (_, spoken), pages in whole.items() if spoken == language)
        pages = sum(len(pages) for (_, spoken), pages in whole.items() if spoken == language)
        yield (f"{language}: {len(totals)} topics on {pages} pages; words over all pages: median {totals[len(totals) // 2]}, "
               f"longest {totals[-1]}; on the first page: median {first[len(first) // 2]}, longest {first[-1]}")  # fmt: skip
    topics = sorted({topic for topic, _ in whole}, key=lambda topic: -max(sum(whole[key]) for key in whole if key[0] == topic))
    for topic in topics[:count]:
        yield f"  {topic}: " + ", ".join(f"{key[1]} {'+'.join(map(str, whole[key]))}" for key in whole if key[0] == topic)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=int, default=15)
    args = parser.parse_args()
    pack = surveyed(snapshot(*default_folders()), dt.date.today())
    world = world_of(pack)
    if world is None:
        raise SystemExit("no talk can begin with this pack: constellation content check")
    steps = pack.book.flows.steps
    screens = [seen for seen in drawn(pack) if not steps[seen.step].does]
    kinds: dict[str, list[DrawnScreen]] = {}
    for seen in screens:
        kinds.setdefault(_KINDS.get(seen.step, "everything else"), []).append(seen)
    kinds["topics at every place and way of working"] = list(_at_places(world, tuple(pack.book.languages)))
    print("| screens | drawn | words, median | p95 | longest | over 120 | own buttons, most | over 9 |")
    print("|---|---|---|---|---|---|---|---|")
    for name, found in kinds.items():
        print(_row(name, found))
    print("\n".join(_longest(kinds.get("topics", []), args.topics)))


if __name__ == "__main__":
    main()
