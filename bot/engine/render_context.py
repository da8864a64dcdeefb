"""Everything needed to draw one screen: the world, the state, and words in the person's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from bot.book import Card, Clock, Episode, GeneralNumber, Number, Place, Referral, Review, Service, Text, Topic, Voice
from bot.engine.fill import fill, in_language, label_in
from bot.engine.flow_schema import FIELDS, Condition
from bot.engine.state import State
from bot.engine.subject_index import Subject
from bot.engine.types import Span, World


@dataclass(eq=False)
class RenderContext:
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

    def _reaching(self, service: Service) -> tuple[Place, tuple[Number, ...]] | None:
        return self.world.edition.reaching(self.place, service) if self.place not in ("", "world") else None

    def slot(self, name: str) -> str | tuple[Span, ...]:
        """The value of a slot on this screen, "" for a name that means nothing here."""
        match name:
            case "police" | "ambulance" | "fire":
                return self._number(name)
            case "emergency":
                return self._any_number()
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

    def _number(self, service: Service) -> tuple[Span, ...]:
        """The best number for a service here, inside a sentence."""
        here = self._reaching(service)
        if here is None:
            return (Span(self.says("number_unknown"), "bold"),)
        place, numbers = here
        return (_dialled(numbers[0]), Span(f" ({self.label(place.name)})"))

    def _any_number(self) -> tuple[Span, ...]:
        """The number for any emergency here, inside a sentence; where there is none, the ambulance's and the police's."""
        ambulance, police = self._reaching("ambulance"), self._reaching("police")
        if not ambulance or not police or police[1][0] in ambulance[1]:
            return self._number("police" if police else "ambulance")
        first, second, where = self.says("number_ambulance"), self.says("number_police"), self.label(police[0].name)
        return (_dialled(ambulance[1][0]), Span(f" {first} · "), _dialled(police[1][0]), Span(f" {second} ({where})"))

    def text(self, texts: Mapping[str, Text]) -> tuple[Span, ...]:
        """A text of the book in the person's language, slots filled."""
        text = in_language(texts, self.language)
        known = self.world.index.filled.get(id(text))
        if known is None:
            known = fill(text, self.slot, self.address, self._named)
            # A text without slots is the same for everybody; the edition keeps it alive, so its id stays its own.
            self.world.index.filled[id(text)] = () if text.slots else known
        return known or fill(text, self.slot, self.address, self._named)

    def numbers(self, service: Service) -> tuple[Span, ...]:
        """Who answers for a service here, then the numbers; while the place is not said, the numbers of every country."""
        here = self._reaching(service)
        if here is None:
            return self._table(service)
        place, numbers = here
        where = Span(f" ({self.label(place.name)})")
        if len(numbers) == 1:
            return (*self.text(numbers[0].answers), Span("\n☎ "), _dialled(numbers[0]), where)
        called = [self.says("number_general" if isinstance(one, GeneralNumber) else f"number_{service}") for one in numbers]
        answers = [
            (Span(f"{name[:1].upper()}{name[1:]}: "), *self.text(one.answers), Span("\n"))
            for name, one in zip(called, numbers, strict=True)
        ]
        dialled = [(_dialled(one), Span(f" {name} · ")) for name, one in zip(called, numbers, strict=True)]
        last = Span(f" {called[-1]}")
        return (*chain(*answers), Span("☎ "), *list(chain(*dialled))[:-1], last, where)

    def _table(self, service: Service) -> tuple[Span, ...]:
        """A line for each number with the countries that it is of, by name: codes would be taken for states."""
        cache, key = self.world.index.cache, ("table", service, self.language)
        if key not in cache:
            cache[key] = self._lines(service)
        return (Span(self.says(f"table_{service}") + cache[key]),)

    def _lines(self, service: Service) -> str:
        by_number: dict[str, list[str]] = {}
        for place, number in self.world.edition.emergency_table(service):
            by_number.setdefault(number.number, []).append(self.label(place.name))
        rows = sorted(by_number.items(), key=lambda row: sorted(row[1]))
        lines = [f"\n{number} {', '.join(sorted(names))}" for number, names in rows]
        return "".join(lines)

    def within(self, clock: Clock) -> str:
        """A time limit in words: "⏱ Within 72 hours; best 24 hours"."""
        best = f"; {self.says('best')} {self._amount(clock.best)}" if clock.best else ""
        return f"⏱ {self.says('within')} {self._amount(clock.within)}{best}"

    def _amount(self, amount: str) -> str:
        return f"{amount[:-1]} {self.says('hours_unit' if amount[-1] == 'h' else 'days_unit')}"

    def _language_rank(self, source: str) -> int:
        """0 for a source in the language of the screen, 1 where nobody wrote down its language, 2 for another one."""
        known = self.world.edition.sources.get(source)
        written = known.language if known else None
        return 1 if written is None else 2 * (written != self.language)

    def checked(self, review: Review, sources: Iterable[str]) -> tuple[Span, ...]:
        """When this was last checked, whether that is too long ago, and links to where it was read, their language first."""
        stale = self.world.edition.date >= review.expires
        spans = [Span(f"\n\n{self.says('stale' if stale else 'checked')} {review.checked.isoformat()}")]
        number = 0
        for source in sorted(dict.fromkeys(sources), key=self._language_rank):
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
        if field in FIELDS:
            chosen = self.chosen(field)
            return any(value in chosen or (value == "none" and not chosen) for value in values)
        return self._now(field) in values

    def _now(self, field: str) -> str:
        """What holds of a condition's field that is no answer."""
        match field:
            case "word":
                return "given" if self.state.word else "none"
            case "place":
                return "known" if self.place else "unknown"
            case "young":
                return "yes" if self.state.young else "no"
            case "area":
                return self.subject.area if isinstance(self.subject, Topic) else "none"
            case "subject":
                return self._subject_name
        return "yes" if getattr(self.world.surface, field) else "no"

    @property
    def _subject_name(self) -> str:
        subject = self.subject
        match subject:
            case str():
                return subject
            case Topic():
                return subject.topic
            case Card():
                return subject.card
            case Episode():
                return subject.episode
            case Referral():
                return subject.referral
            case Voice():
                return subject.voice
            case Place():
                return subject.place
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


def _dialled(number: Number) -> Span:
    return Span(number.number, "contact", f"tel:{number.number}")
