"""Withdrawn tips that limit another one or an emergency card, which would lose their limit."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.authoring.review.retractable import Retractable, entries
from bot.book import FILE as RETRACTIONS
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Each withdrawal of a limit, as long as what it limits stands."""
    here = Retractable(pack.files)
    found, positions = entries(pack.files.get(RETRACTIONS, b""))
    gone = {entry.name for entry in found if entry.kind in ("tip", "topic")}
    for entry in found:
        line, column = positions.get((*entry.at, "id"), (1, 1))
        if entry.kind in ("tip", "topic") and (cards := here.cards_limited_by(entry.name)):
            yield Fault(RETRACTIONS, line, column, "LIMIT-WITHDRAWN", f'The card "{cards[0]}" is limited by "{entry.name}".',
                        "A card is never hidden: it would stay without its limit.", here.instead(cards[0]))  # fmt: skip
        for tip in here.tips_limited_by(entry.name) if entry.kind == "tip" else ():
            if tip not in gone and tip.partition("/")[0] not in gone:
                yield Fault(RETRACTIONS, line, column, "LIMIT-WITHDRAWN", f'The tip "{tip}" is limited by "{entry.name}".',
                            "Without its limit people do not see it either.",
                            f'Withdraw "{tip}" too, or name another limit in its `needs:`.')  # fmt: skip


_LIMIT = (
    '    needs: [limit]\n  - tip: limit\n    for: [all]\n    text: {en: "Not too much.", es: "No mucho."}\n    status: support\n'
)
_WITHDRAWN = "retractions:\n  - withdraw: tip\n    id: sample-topic/limit\n    why: it was wrong\n    on: 2026-11-01\n"
_TIPS = tip_file(more=_LIMIT)
RULE = Rule(
    "LIMIT-WITHDRAWN",
    "promises",
    "A withdrawn tip that limits another one, or an emergency card.",
    look,
    {RETRACTIONS: _WITHDRAWN, **_TIPS},
    {RETRACTIONS: _WITHDRAWN + _WITHDRAWN.partition("\n")[2].replace("limit", "only"), **_TIPS},
    3,
)
