"""The steps of the flows as a graph: which step leads to which, and what the engine itself leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.engine import ENTRY, REQUIRED, Step

ENGINE = (
    *REQUIRED, "found.card", "found.place", "found.watched", "found.plan", "found.safer", "found.more", "talk.open",
    "place.unknown", "referral.list", "leave.erase_copy", "episode.open", "episode.step", "episode.copy",
)  # fmt: skip
"""Steps that the engine goes to by itself: from the footer, from typed words, from a copy that is kept."""
LISTS: Mapping[str, tuple[str, ...]] = {
    "topics": ("topic.tips",), "also": ("topic.tips",), "areas": ("safer.topics",), "cards": ("urgent.card",),
    "places": ("place.inside",), "referrals": ("referral.show",), "voices": ("voice.show",), "plan": ("plan.section",),
    "mix": ("topic.tips", "referral.show"),
    "episodes": ("episode.open",), "episode_steps": ("episode.step",), "step_links": ("episode.copy", "topic.tips"),
    "heard": ("topic.tips", "found.card"), "meant": ("found.card",), "roles": ("agency.parts",), "parts": ("agency.part",),
    "questions": ("agency.question",), "answers": ("agency.question", "agency.parts"), "scenes": ("agency.scene",),
    "replies": ("agency.reply",), "values": ("agency.value",), "policies": ("agency.policy",),
}  # fmt: skip
"""Where the items of a list lead when the flow does not say."""
BACK = ("words", "languages", "places", "ticks")
"""Lists whose items change something and lead back to where the person was."""


def onward(step: Step) -> set[str]:
    """The steps that a press on something else than the footer leads to."""
    found = {choice.go for choice in step.choices}
    for item in step.lists:
        found |= {item.go} if item.go else set(LISTS.get(item.of, ()))
        found |= set(item.each.values())
    if step.where == "ask" and step.hears == "place":
        found.add("place.inside")
    if step.branch:
        found |= {case.go for case in step.branch.cases} | {step.branch.otherwise}
    return found - {"back"}


def reached(steps: Mapping[str, Step], start: Iterable[str]) -> set[str]:
    """Every step that can be reached from `start`, parents included, since back leads there."""
    queue = [name for name in start if name in steps]
    seen = set(queue)
    while queue:
        step = steps[queue.pop()]
        for name in onward(step) | ({step.parent} if step.parent else set()):
            if name in steps and name not in seen:
                seen.add(name)
                queue.append(name)
    return seen


def rings(edges: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """The strongly connected sets of a graph (Tarjan 1972, without recursion), a lonely step only where it leads to itself."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    on: set[str] = set()
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(sorted(edges[root])))]
        index[root] = low[root] = len(index)
        open_.append(root)
        on.add(root)
        while work:
            node, following = work[-1]
            for other in following:
                if other not in edges:
                    continue
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_.append(other)
                    on.add(other)
                    work.append((other, iter(sorted(edges[other]))))
                    break
                if other in on:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    ring: set[str] = set()
                    while node not in ring:
                        ring.add(open_.pop())
                    on -= ring
                    if len(ring) > 1 or node in edges[node]:
                        yield ring


def taps(steps: Mapping[str, Step]) -> dict[str, int]:
    """The fewest presses from the first screen to each step, the footer left out; a fork costs none."""
    best = {ENTRY: 0}
    queue = [ENTRY]
    for name in queue:
        step = steps.get(name)
        if step is None:
            continue
        cost = best[name] + (0 if step.branch else 1)
        for other in onward(step):
            if cost < best.get(other, 1000):
                best[other] = cost
                queue.append(other)
    return best
