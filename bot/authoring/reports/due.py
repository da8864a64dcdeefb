"""Everything in a pack that somebody has to look at again, with where it lies and until when its last check holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from bot.book import Edition, Review, translation_of

SOON = dt.timedelta(days=14)
ReviewedKind = Literal["card", "topic", "referral", "law", "voice", "episode", "plan", "policy", "practice"]
State = Literal["current", "soon", "expired"]


class ReviewDue(NamedTuple):
    """One thing with a review. `shown`: whether people see it now."""

    kind: ReviewedKind
    name: str
    file: str
    review: Review
    shown: bool = True

    def state(self, today: dt.date) -> State:
        """Whether its check holds, runs out within two weeks, or ran out."""
        if today >= self.review.expires:
            return "expired"
        return "soon" if today >= self.review.expires - SOON else "current"


def referral_files(edition: Edition) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Every referral of the pack, hidden ones too: its file and its fields, with their translations."""
    return {
        value["referral"]: (path, value)
        for path, (value, _) in edition.docs.items()
        if path.startswith("content/places/") and "/referrals/" in path and not translation_of(path)
    }


def reviewed(edition: Edition) -> Iterator[ReviewDue]:
    """All of them."""
    for name, card in edition.cards.items():
        yield ReviewDue("card", name, f"content/cards/{name}.yaml", card.review)
    for name, topic in edition.topics.items():
        yield ReviewDue("topic", name, f"content/topics/{topic.area}/{name}.yaml", topic.review)
    for name, (path, value) in referral_files(edition).items():
        yield ReviewDue("referral", name, path, Review.model_validate(value["review"]), name in edition.referrals)
    for name, place in edition.places.items():
        if place.law:
            yield ReviewDue("law", name, f"content/places/{name}/place.yaml", place.law.review)
    for name, voice in edition.voices.items():
        yield ReviewDue("voice", name, f"content/voices/{name}.yaml", voice.review)
    for name, episode in edition.episodes.items():
        yield ReviewDue("episode", name, f"content/episodes/{name}.yaml", episode.review)
    for path, (value, _) in edition.docs.items():
        kind: ReviewedKind | None = next((known for known in _FOLDERS if path.startswith(_FOLDERS[known])), None)
        if kind and isinstance(value, dict) and "review" in value:
            yield ReviewDue(kind, path.split("/")[-1].removesuffix(".yaml"), path, Review.model_validate(value["review"]))


_FOLDERS: dict[ReviewedKind, str] = {"plan": "content/plan/", "policy": "content/policies/", "practice": "content/practice/"}
