"""The engine on the real book: steps a second, p99 of a screen with 12 buttons, the longest token, the walk, the start."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from bot.book import Edition, build, default_folders, snapshot
from bot.engine.flow_compiler import compile_flows
from bot.engine.turn import step
from bot.engine.types import Press, Surface, World
from bot.engine.walker import walk
from bot.find.heard import Heard

DAY = dt.date(2026, 11, 23)
ROUNDS = 4000


def timed(world: World, token: str) -> tuple[float, float]:
    """p50 and p99 in microseconds of one press, over many."""
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        step(world, "", Press(token))
        taken.append((time.perf_counter() - begin) * 1e6)
    taken.sort()
    return taken[ROUNDS // 2], taken[int(ROUNDS * 0.99)]


def main() -> None:
    """Prints each figure on a line of its own."""
    begin = time.perf_counter()
    book = build(snapshot(*default_folders()), compile_flows)
    print(f"book built in {time.perf_counter() - begin:.2f} s: {len(book.topics)} topics, {len(book.referrals)} referrals")
    world = World(Edition(book, DAY), lambda _, language: Heard("unsure", language=language), Surface(timers=True, layouts=True))
    by_buttons = defaultdict(list)
    total = longest = 0
    begin = time.perf_counter()
    for place in ("", "us"):
        for language in world.edition.languages:
            seen = walk(world, language, place)
            total += seen.screens
            longest = max(longest, seen.longest)
            print(f"walk {language} {place or '-'}: {seen.screens} screens")
            for name in ("urgent.menu", "urgent.card", "topic.tips", "referral.show"):
                print(f"  taps to {name}: {seen.taps(name)}")
            for visit in seen.visits:
                by_buttons[len(visit.screen.choices) + len(visit.screen.footer)].append(visit)
    print(f"walked {total} screens in {time.perf_counter() - begin:.1f} s; longest token {longest} bytes")
    begin = time.perf_counter()
    screens = sum(
        walk(world, language, place, vary=False).screens for place in book.places for language in world.edition.languages
    )
    print(f"every place and language: {screens} screens in {time.perf_counter() - begin:.1f} s")
    seen_steps = set()
    for visit in by_buttons[12]:
        if visit.step not in seen_steps:
            seen_steps.add(visit.step)
            middle, high = timed(world, visit.token)
            print(f"12 buttons, {visit.step}: p50 {middle:.0f} us, p99 {high:.0f} us, {1e6 / middle:.0f} steps a second")
    starts = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([Path(sys.executable).parent / "constellation", "chat"], input=b"", capture_output=True, check=True)
        starts.append(time.perf_counter() - begin)
    print(f"from command to first screen: {sorted(starts)[2]:.2f} s (median of 5)")


if __name__ == "__main__":
    main()
