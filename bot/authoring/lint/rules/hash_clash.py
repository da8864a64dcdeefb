"""Two ids of the content whose short numbers in buttons are the same: one button would open the other's page."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import hash_of


def look(pack: Pack) -> Iterator[Fault]:
    """Every id and former id of topics, cards, places, referrals, voices, episodes and policies, by its number."""
    book = pack.book
    groups = (("topic", book.topics), ("card", book.cards), ("place", book.places), ("referral", book.referrals),
              ("voice", book.voices), ("episode", book.episodes), ("policy", book.agency.policies))  # fmt: skip
    seen: dict[int, tuple[str, str]] = {}
    for kind, things in groups:
        for name, thing in things.items():
            for known in (name, *getattr(thing, "was", ())):
                other = seen.setdefault(hash_of(f"{kind}:{known}"), (kind, name))
                if other != (kind, name):
                    yield pack.fault(pack.file_of(kind, name), (kind,), "HASH-CLASH",
                                     f"{known} and {other[1]} (a {other[0]}) have the same short number.", "Rename one of them.",
                                     why="A button for one would open the other.")  # fmt: skip


def _place(name: str) -> str:
    return f"place: {name}\nlevel: city\nparent: world\nname: {{en: Sample, es: Muestra}}\n"


_CLASH = ("sample-8028", "sample-6986")
RULE = Rule(
    "HASH-CLASH", "reading", "Two ids whose short numbers in buttons are the same.", look,
    {f"content/places/{name}/place.yaml": _place(name) for name in _CLASH},
    {f"content/places/{name}/place.yaml": _place(name) for name in ("sample-1", "sample-2")}, 1,
)  # fmt: skip
