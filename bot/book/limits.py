"""Tips and the tips that limit them: none is shown without its limits, and both always stand on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.book.models import Tip


def with_limits(tips: Iterable[Tip], language: str = "") -> list[Tip]:
    """The tips whose limits (`needs`) are all among them, their limits' own too; in their order.

    `language`: of the reader. A limit that is not written in it limits nothing that is.
    """
    kept = list(tips)
    while True:
        shown = {tip.tip: tip for tip in kept}
        standing = [tip for tip in kept if all(_limits(shown.get(name), tip, language) for name in tip.needs)]
        if len(standing) == len(kept):
            return kept
        kept = standing


def _limits(limit: Tip | None, tip: Tip, language: str) -> bool:
    """Whether who reads the tip can read its limit."""
    return limit is not None and (not language or language in limit.text or language not in tip.text)


def in_groups(tips: Sequence[Tip]) -> tuple[tuple[Tip, ...], ...]:
    """The tips in groups that always stand on one page: each with what it needs and what needs it. In their order, a group
    where its first tip stands. None is lost."""
    group = {tip.tip: {tip.tip} for tip in tips}
    for tip in tips:
        for name in tip.needs:
            if name in group and group[name] is not group[tip.tip]:
                joined = group[name] | group[tip.tip]
                group.update(dict.fromkeys(joined, joined))
    found: dict[int, list[Tip]] = {}
    for tip in tips:
        found.setdefault(id(group[tip.tip]), []).append(tip)
    return tuple(tuple(together) for together in found.values())


def limited(tips: Iterable[Tip], chosen: Iterable[str]) -> list[Tip]:
    """The chosen tips (ids) with all that limits them, their limits' own too, each right behind what it limits and once.

    `tips`: what is shown of their topic, as `with_limits` gives it; a chosen tip that is not among them is left out.
    """
    shown = {tip.tip: tip for tip in tips}
    found: dict[str, Tip] = {}
    waiting = list(chosen)
    while waiting:
        tip = shown.get(waiting.pop(0))
        if tip is not None and tip.tip not in found:
            found[tip.tip] = tip
            waiting = [*tip.needs, *waiting]
    return list(found.values())
