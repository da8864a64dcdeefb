"""Everything needed to draw one screen: the world, the state, and words in the person's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.book.models import Emergency, Place, Review, Topic
from bot.book.text import Text
from bot.engine.fill import fill, in_language, label_in
from bot.engine.flow import Condition
from bot.engine.index import Subject
from bot.engine.state import State
from bot.engine.types import Span, World


@dataclass(frozen=True)
class Draw:
    """One screen in the making. `own_word`: the person's word may show (not on urgent screens, referrals and copies)."""

    world: World
    state: State
    own_word: bool = True

    @property
    def language(self) -> str:
        """The language of the screen."""
        return self.state.language

    @cached_property
    def place(self) -> str:
        """The place's id, or "" while it is not said."""
        return self.world.index.place.get(self.state.place, "") if self.state.place else ""

    @cached_property
    def subject(self) -> Subject | None:
        """What the screen is about, or None where its number means nothing any more."""
        return self.world.index.subject.get(self.state.subject)

    @cached_property
    def how(self) -> frozenset[str]:
        """The settings the person chose."""
        return frozenset(name for name, code in self.options("how").items() if self.state.how >> (code - 1) & 1)

    def options(self, field: str) -> Mapping[str, int]:
        """Options of a field with their numbers."""
        return self.world.index.flows.options.get(field, {})

    def says(self, key: str) -> str:
        """One of the engine's own words."""
        return self.world.index.flows.says(key, self.language)

    def label(self, labels: Mapping[str, str]) -> str:
        """A label in the person's language."""
        return label_in(labels, self.language)

    def place_name(self, place: str) -> str:
        """A place's name in the person's language, or its id."""
        known = self.world.edition.places.get(place)
        return self.label(known.name) if known else place

    def address(self, source: str) -> str:
        """The address of a source, or "" where it has none."""
        known = self.world.edition.sources.get(source)
        return (known.address or "") if known else ""

    def _named(self, referral: str) -> str:
        known = self.world.edition.referrals.get(referral)
        return known.name if known else ""

    @cached_property
    def _here(self) -> tuple[Place, Emergency] | None:
        return self.world.edition.emergency(self.place) if self.place not in ("", "world") else None

    def slot(self, name: str) -> str | tuple[Span, ...]:
        """The value of a slot on this screen, "" for a name that means nothing here."""
        if name in ("emergency", "ambulance", "police"):
            return self._number(self._here, name)
        match name:
            case "word":
                return (self.state.word if self.own_word else "") or self.says("default_word")
            case "place":
                return self.place_name(self.place) if self.place else ""
            case "name":
                return self.label(self.world.edition.book.name)
            case "channel":
                return self.world.surface.title
            case "topic":
                return self.label(self.subject.title) if isinstance(self.subject, Topic) else ""
        return ""

    def _number(self, here: tuple[Place, Emergency] | None, kind: str) -> tuple[Span, ...]:
        if here is None:
            return (Span(self.says("number_unknown"), "bold"),)
        place, emergency = here
        special = getattr(emergency, kind, None)
        number = (special or emergency.general).number
        return (Span(number, "contact", f"tel:{number}"), Span(f" ({self.label(place.name)})"))

    def text(self, texts: Mapping[str, Text]) -> tuple[Span, ...]:
        """A text of the book in the person's language, slots filled."""
        text = in_language(texts, self.language)
        known = self.world.index.filled.get(id(text))
        if known is None:
            known = fill(text, self.slot, self.address, self._named)
            # A text without slots is the same for everybody; the edition keeps it alive, so its id stays its own.
            self.world.index.filled[id(text)] = () if text.slots else known
        return known or fill(text, self.slot, self.address, self._named)

    def numbers(self) -> tuple[Span, ...]:
        """Emergency numbers: the place's own with its note, or a short table while the place is not said."""
        here = self._here
        if here is not None:
            place, emergency = here
            spans = [Span(f"{self.says('number_here')} {self.label(place.name)}: "),
                     Span(emergency.general.number, "contact", f"tel:{emergency.general.number}")]  # fmt: skip
            if emergency.ambulance and emergency.ambulance.number != emergency.general.number:
                number = emergency.ambulance.number
                spans += [Span(" · 🚑 "), Span(number, "contact", f"tel:{number}")]
            if emergency.note:
                spans += [Span(". "), *self.text(emergency.note)]
            return tuple(spans)
        by_number: dict[str, list[str]] = {}
        for place, emergency in self.world.edition.emergency_table():
            by_number.setdefault(emergency.general.number, []).append(place.place.upper())
        rows = [f"{number} {' '.join(places)}" for number, places in by_number.items()]
        return (Span(" · ".join(rows)),)

    def checked(self, review: Review, sources: Iterable[str]) -> tuple[Span, ...]:
        """When this was last checked, whether that is too long ago, and links to where it was read."""
        stale = self.world.edition.date >= review.expires
        spans = [Span(f"\n\n{self.says('stale' if stale else 'checked')} {review.checked.isoformat()}")]
        number = 0
        for source in dict.fromkeys(sources):
            if address := self.address(source):
                number += 1
                spans += [Span(f" · {self.says('sources')} " if number == 1 else " "), Span(f"[{number}]", "link", address)]
        return tuple(spans)

    def holds(self, when: Condition | None) -> bool:
        """Whether a condition of a flow is true of the state."""
        if when is None:
            return True
        ((field, wanted),) = when.items()
        values = [wanted] if isinstance(wanted, str) else wanted
        if field in ("aims", "pace", "how", "barriers"):
            chosen = self.chosen(field)
            return any(value in chosen or (value == "none" and not chosen) for value in values)
        now = {
            "word": "given" if self.state.word else "none",
            "place": "known" if self.place else "unknown",
            "young": "yes" if self.state.young else "no",
            "subject": self._subject_name,
            "area": self.subject.area if isinstance(self.subject, Topic) else "none",
            "timers": "yes" if self.world.surface.timers else "no",
            "layouts": "yes" if self.world.surface.layouts else "no",
        }[field]
        return now in values

    @property
    def _subject_name(self) -> str:
        subject = self.subject
        if isinstance(subject, str):
            return subject
        for kind in ("topic", "card", "referral", "voice", "place"):
            if name := getattr(subject, kind, None):
                return str(name)
        return "none"

    def chosen(self, field: str) -> tuple[str, ...]:
        """The options of a field that are chosen, aims in the order chosen."""
        options = self.options(field)
        if field == "aims":
            names = {code: name for name, code in options.items()}
            return tuple(names[code] for code in self.state.aims if code in names)
        if field == "pace":
            return tuple(name for name, code in options.items() if code == self.state.pace)
        bits: int = getattr(self.state, field)
        return tuple(name for name, code in options.items() if bits >> (code - 1) & 1)
