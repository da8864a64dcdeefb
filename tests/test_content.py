"""The pack that ships: both languages, sources, disclosures, numbers with a source, closed services hidden, plain words."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.authoring.lint.readability import grade_en, inflesz_es
from bot.authoring.reports.coverage_format import report
from bot.book import Book, Edition
from bot.engine import Press, State, Surface, World, pack, step, unpack
from bot.find import Heard
from tests.conftest import LATER, TODAY

ROOT = Path(__file__).resolve().parents[1]
LEGAL = ("police", "reports", "immigration", "child_welfare", "law_enforcement_ties", "id_needed", "conditions")
PHONE = re.compile(r"(?:\d[ ().-]?){7,}")


def texts(book: Book) -> Iterator[tuple[str, str, str]]:
    """Where, language, words: every tip and card."""
    for name, topic in book.topics.items():
        for tip in topic.tips:
            for language, text in tip.text.items():
                yield f"{name}/{tip.tip}", language, text.raw
    for name, card in book.cards.items():
        for part in (card.steps, card.calling):
            for language, text in part.items():
                yield f"card {name}", language, text.raw


def test_all_topics_are_there(book: Book) -> None:
    """Ninety-six topics in six areas."""
    assert len(book.topics) == 96
    assert {topic.area for topic in book.topics.values()} == {"violence", "overdose", "health", "wellbeing", "legal", "exit"}


def test_every_topic_speaks_every_language_and_names_sources(book: Book) -> None:
    """Titles, tips and phrases in each language; a fact names its source."""
    for name, topic in book.topics.items():
        for language in book.languages:
            assert topic.title.get(language), name
            assert topic.phrases.get(language), name
            for tip in topic.tips:
                assert tip.text.get(language), (name, tip.tip)
        for tip in topic.tips:
            assert tip.sources or tip.status in ("support", "unverified"), (name, tip.tip)


def test_topics_have_five_to_twelve_tips(book: Book, edition: Edition) -> None:
    """Enough to be useful, few enough to read: in the file, and on the screen of any place."""
    for name, topic in book.topics.items():
        assert len([tip for tip in topic.tips if tip.status != "unverified"]) >= 5, name
        for place in book.places:
            assert len(edition.tips(name, place)) <= 12, (name, place)


def test_no_phone_number_or_address_in_a_tip(book: Book) -> None:
    """Tips name a referral; only a referral holds a contact, behind its disclosures."""
    for where, _, text in texts(book):
        assert not PHONE.search(text), where
        assert "http" not in text, where
        assert "www." not in text, where


def test_every_violence_topic_says_it_was_not_your_fault(book: Book) -> None:
    """In each language, in so many words or nearly."""
    blame = {"en": ("fault", "made this okay", "their doing"), "es": ("culpa",)}
    for name in ("after-assault", "partner-violence", "stalking", "strangulation", "police-violence", "stealthing", "spiking",
                 "outed-or-blackmailed", "image-abuse", "coercion", "report-without-police"):  # fmt: skip
        for language, words in blame.items():
            said = " ".join(tip.text[language].raw.lower() for tip in book.topics[name].tips)
            assert any(word in said for word in words), (name, language)


def test_a_referral_has_every_disclosure_and_a_shown_number_a_source(edition: Edition) -> None:
    """Known with words, or unknown; each contact says where it was read and what it leaves behind."""
    for name, referral in edition.referrals.items():
        for field in LEGAL:
            assert getattr(referral, field) is not None, (name, field)
        for contact in referral.contact:
            assert contact.verified.source in edition.sources, name
            assert contact.leaves, name
            if contact.phone or contact.sms:
                assert referral.confidence == "read", name
                dated = contact.verified.page_dated
                assert dated == "unknown" or int(dated[:4]) >= 2023, name


def test_no_legal_intermediary_brings_police(edition: Edition) -> None:
    """Lines that may call police are never listed as legal intermediaries."""
    for name, referral in edition.referrals.items():
        if "legal_intermediary" in referral.kinds:
            assert referral.police.contact != "may", name


def test_closed_services_are_kept_and_never_shown(book: Book, edition: Edition) -> None:
    """Records of closed and paused services stay in the pack as cases to test with."""
    closed = [name for name, referral in book.referrals.items() if referral.status != "open"]
    assert {"us-st-james-infirmary", "ca-pace", "ie-swai"} <= set(closed)
    assert not set(closed) & set(edition.referrals)


def test_contacts_disappear_by_themselves(book: Book) -> None:
    """Two years on, with nobody checking, no contact is shown."""
    assert Edition(book, TODAY).referrals
    assert not Edition(book, LATER).referrals


@pytest.mark.parametrize("kind", ["harm_reduction", "exit_support", "legal_intermediary", "crisis"])
def test_the_us_has_each_kind_of_help(edition: Edition, kind: str) -> None:
    """The country with the most facts lacks none."""
    assert edition.referrals_for("us-ny", (kind,), ())


@pytest.mark.parametrize("topic", ["coercion", "pep", "raids", "outed-or-blackmailed"])
def test_who_can_help_is_never_an_empty_list(edition: Edition, topic: str) -> None:
    """Wherever somebody is: who is listed for it, else who is nearest, else those of the world."""
    world = World(edition, lambda _, language: Heard("unsure", language=language), Surface())
    of, steps = world.index.of, world.index.flows
    for name in edition.places:
        state = State(step=steps.hash["topic.who"], subject=of[f"topic:{topic}"], place=of[f"place:{name}"], opened=True)
        turn = step(world, "", Press(pack(state)))
        led = [unpack(choice.token) for choice in turn.screen.choices]
        assert any(to and steps.by_hash[to.step] == "referral.show" for to in led), (name, turn.screen.step)


def test_emergency_cards_are_short_and_have_a_number(book: Book) -> None:
    """Under 60 words a card in each language; each country has a number for police and for the ambulance, with a source."""
    for name, card in book.cards.items():
        for text in card.steps.values():
            assert len(text.raw.split()) < 60, name
    for name, place in book.places.items():
        if place.level == "country":
            assert place.emergency, name
            for service in ("police", "ambulance"):
                assert place.emergency.reaching(service), (name, service)
            for number in place.emergency.numbers.values():
                assert book.sources[number.source].how != "not_read", name


def test_there_are_six_voices_or_more(book: Book) -> None:
    """Linked, summed up, with a source and consent."""
    assert len(book.voices) >= 6
    assert {voice.language for voice in book.voices.values()} >= {"en", "es"}


def _cited(value: object) -> Iterator[str]:
    """The ids under `source` and `sources`, and those that texts link to; a word that only looks like an id is none."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("source", "sources"):
                listed = [inner] if isinstance(inner, str) else inner if isinstance(inner, list) else []
                yield from (one for one in listed if isinstance(one, str))
            yield from _cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cited(inner)
    elif isinstance(value, str):
        yield from re.findall(r"\]\(([a-z0-9-]+)\)", value)


def test_every_source_is_used_and_every_use_resolves(book: Book) -> None:
    """One registry: what nothing cites goes, and what is cited is in it."""
    used = {name for path, (value, _) in book.docs.items() if not path.startswith("content/sources/") for name in _cited(value)}
    assert not sorted(set(book.sources) - used)
    assert not sorted(used - set(book.sources))


def test_words_are_plain(book: Book) -> None:
    """Grade 6 at most for the median tip and 9 for any; Spanish "bastante fácil" or better for the median (INFLESZ 65)."""
    english = {where: grade_en(text) for where, language, text in texts(book) if language == "en"}
    spanish = [inflesz_es(text) for _, language, text in texts(book) if language == "es"]
    assert statistics.median(english.values()) <= 6
    assert statistics.median(spanish) >= 65
    assert not {where: round(grade, 1) for where, grade in english.items() if grade > 9}


def test_nothing_is_promised_or_ordered(book: Book) -> None:
    """No "you must" outside cards, no promise of safety, privacy or legality."""
    forbidden = re.compile(r"\byou must\b|\b100 ?%|guarantee|(?<!le )\bdebes\b|\btienes que\b|garantiz", re.I)
    allowed = re.compile(r"(?:no|qué) tienes que|cuánto debes", re.I)
    for where, _, text in texts(book):
        if not where.startswith("card"):
            assert not forbidden.search(allowed.sub("", text)), where


def test_the_coverage_page_is_current(edition: Edition) -> None:
    """`constellation content coverage --date 2026-11-29 --out docs/coverage.md` keeps it so."""
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == report(edition)


def test_the_guide_names_every_bullet() -> None:
    """Each row of docs/guide.md names a file that exists, or says "not yet"."""
    rows = [line for line in (ROOT / "docs" / "guide.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    for row in rows[1:]:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        for path in re.findall(r"`([a-z_./-]+/[a-z_./*-]*)`", cells[-1]):
            assert list(ROOT.glob(path.rstrip("/"))), path


def test_the_pack_is_plain_yaml() -> None:
    """Any YAML reader reads it."""
    for path in (ROOT / "content").rglob("*.yaml"):
        yaml.safe_load(path.read_text(encoding="utf-8"))
