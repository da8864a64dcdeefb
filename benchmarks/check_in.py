"""Figures of the check-in, counted on the real pack: taps to the mix, words a screen and how many different mixes there are.

    python -m benchmarks.check_in

Every pace (and none) with every change and every barrier (and none), alone; with a place and without, in each language.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque
from itertools import product
from statistics import median

from bot.book import Edition, build, default_folders, snapshot
from bot.engine import Press, RenderContext, Start, State, Surface, World, compile_flows, pack, step, unpack, words_read
from bot.engine.mix import PARTS, picks
from bot.find.heard import Heard

DAY = dt.date(2026, 11, 28)
PLACES = ("", "us", "mx", "gb")


def states(world: World, language: str, place: str) -> list[State]:
    """The mix for each pace, change and barrier, one answer a question."""
    options, flows = world.index.flows.options, world.index.flows
    found = []
    paces, wants, barriers = ((0, *options[name].values()) for name in ("pace", "wants", "barriers"))
    for pace, want, barrier in product(paces, wants, barriers):
        found.append(
            State(
                language=language, step=flows.hash["check_in.fits"], place=world.index.of.get(f"place:{place}", 0),
                aims=(options["aims"]["change"],), pace=pace, wants=want and 1 << want - 1, barriers=barrier and 1 << barrier - 1,
            )
        )  # fmt: skip
    return found


ASKING = ("welcome", "check_in", "change", "weigh")


def taps(world: World) -> Counter[int]:
    """How many presses from the first screen lead to the mix, for each change, pace and barrier with one answer a question:
    turning over and skipping are presses too."""
    begin = unpack(step(world, "", Start("", world.edition.languages[0])).token) or State()
    best: dict[tuple[int, int, int], int] = {}
    queue, seen = deque([(begin, 0)]), {begin}
    while queue:
        state, count = queue.popleft()
        turn = step(world, "", Press(pack(state)))
        if turn.screen.step == "check_in.fits":
            best.setdefault((state.wants, state.pace, state.barriers), count)
            continue
        for choice in turn.screen.choices:
            following = unpack(choice.token)
            if following is None or following in seen or following.stays or following.language != begin.language:
                continue
            name = world.index.flows.by_hash.get(following.step, "")
            if name.split(".")[0] in ASKING and max(following.wants.bit_count(), following.barriers.bit_count()) <= 1:
                seen.add(following)
                queue.append((following, count + 1))
    return Counter(best.values())


def main() -> None:
    """Prints the figures as lines of a table."""
    book = build(snapshot(*default_folders()), compile_flows)
    world = World(Edition(book, DAY), lambda _, language: Heard("unsure", language=language), Surface())
    print("presses to the mix, and for how many of the ways to answer:", dict(sorted(taps(world).items())))
    for place in PLACES:
        mixes, parts = Counter[tuple[int, ...]](), Counter[str]()
        words: dict[str, list[int]] = {}
        combinations = 0
        for language in world.edition.languages:
            for state in states(world, language, place):
                screen = step(world, "", Press(pack(state))).screen
                words.setdefault(language, []).append(words_read(screen.text))
                if language == world.edition.languages[0]:
                    combinations += 1
                    found = picks(RenderContext(world, state))
                    mixes[tuple(hash((pick.step, pick.subject)) for pick in found)] += 1
                    parts.update(pick.part for pick in found)
        shown = "; ".join(f"{code} {median(counts):.0f} (at most {max(counts)})" for code, counts in words.items())
        mean = ", ".join(f"{parts[part] / combinations:.1f} {part}" for part in PARTS)
        print(f"{place or 'no place'}: {combinations} combinations, {len(mixes)} different mixes; things: {mean}; words: {shown}")


if __name__ == "__main__":
    main()
