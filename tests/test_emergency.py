"""The numbers on the emergency cards: the right service at every place, and what calling may bring before any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.authoring.lint.rules.card_number import RULE as CARD_NUMBER
from bot.authoring.lint.rules.emergency_number import RULE
from bot.authoring.lint.runner import surveyed
from bot.book import Edition, default_folders, snapshot
from bot.book.models import Place
from bot.engine.state import State, hash_of
from bot.engine.tokens import pack
from bot.engine.turn import step
from bot.engine.types import Press, Screen, World
from tests.conftest import TODAY

NUMBERS = {
    **dict.fromkeys(("us", "pr", "ca", "mx"), ("911", "911")),
    **dict.fromkeys(("ie", "nl", "es"), ("112", "112")),
    "ar": ("911", "107"),
    "au": ("000", "000"),
    "be": ("101", "112"),
    "cl": ("133", "131"),
    "co": ("123", "123"),
    "de": ("110", "112"),
    "fr": ("112", "15"),
    "gb": ("999", "999"),
    "nz": ("111", "111"),
    "pe": ("105", "106"),
}
"""What reaches police and what reaches an ambulance, by country: read apart from the pack, in the pages that it names."""
NUMBERS |= {
    **dict.fromkeys(("at", "it", "ng", "pt", "ro", "se"), ("112", "112")),
    **dict.fromkeys(("bz", "cr", "do", "ec", "hn", "ve"), ("911", "911")),
    "bb": ("211", "511"),
    "bo": ("110", "168"),
    "br": ("190", "192"),
    "bs": ("919", "919"),
    "ch": ("117", "144"),
    "cu": ("106", "104"),
    "gt": ("110", "122"),
    "gy": ("911", "912"),
    "ht": ("122", "116"),
    "in": ("112", "108"),
    "jm": ("119", "110"),
    "ke": ("999", "999"),
    "ni": ("118", "118"),
    "pa": ("104", "911"),
    "py": ("911", "021141"),
    "sv": ("911", "132"),
    "th": ("191", "1669"),
    "tt": ("999", "811"),
    "uy": ("911", "105"),
    "za": ("112", "10177"),
    "no": ("112", "113"),
}
"""Countries added on 28 and 29 November: pinned as they were read then, so that none changes unnoticed. Read by one only."""
BOTH = ("ar", "fr", "in", "za")
"""Where an ambulance has a number of its own beside one that reaches every service: both are shown, its own first."""
NEEDS = {"danger-now": "police", "attacked": "police", "police-attack": "nobody"}
"""Cards that need police, or no number at all; every other one needs an ambulance."""
POLICE = {"en": "police", "es": "policía"}


def _card(world: World, card: str, language: str, place: str = "") -> Screen:
    at = State(language, hash_of("urgent.card"), world.index.of[f"card:{card}"], opened=True)
    return step(world, "", Press(pack(at._replace(place=world.index.of.get(f"place:{place}", 0))))).screen


def _shown(screen: Screen) -> list[str]:
    return [span.text for span in screen.spans if span.style == "contact"]


def _country(edition: Edition, place: str) -> str:
    return next((name for name in edition.chain(place) if edition.places[name].level == "country"), "")


def _countries(edition: Edition) -> Iterator[Place]:
    return (place for place in edition.places.values() if place.level == "country")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_number_on_a_card_reaches_the_service_that_it_needs(world: World, language: str) -> None:
    """At every place: the danger card gives no ambulance for an attack, and no other card gives police alone."""
    for place in world.edition.places:
        if not (country := _country(world.edition, place)):
            continue
        police, ambulance = NUMBERS[country]
        for name, card in world.edition.cards.items():
            wanted = NEEDS.get(name, "ambulance")
            assert card.needs == wanted, name
            shown = _shown(_card(world, name, language, place))
            if wanted == "nobody":
                assert shown == [], (place, name)
                continue
            assert shown[0] == (police if wanted == "police" else ambulance), (place, name)
            others = shown[1:]
            assert others == ([] if wanted == "police" or ambulance == police or country not in BOTH else [police])


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_answers_and_that_police_may_come_stands_before_any_number(world: World, language: str) -> None:
    """On every card, with a place and without one."""
    edition = world.edition
    for place in ("", *edition.places):
        for name, card in edition.cards.items():
            if card.needs == "nobody":
                continue
            screen = _card(world, name, language, place)
            numbers = set(_shown(screen)) or {number for pair in NUMBERS.values() for number in pair if len(number) > 2}
            before = re.split("|".join(rf"\b{number}\b" for number in numbers), screen.text, maxsplit=1)[0]
            assert before != screen.text, (name, place)
            assert card.calling[language].raw in before, (name, place)
            assert POLICE[language] in before.lower(), (name, place)
            if found := edition.reaching(place, card.needs):
                for number in found[1]:
                    assert number.answers[language].raw in before, (name, place)


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_a_place_every_country_is_listed_by_name(world: World, language: str) -> None:
    """Whether anybody is listed there or not; by the number for what the card needs; codes would be read as states."""
    assert {place.place for place in _countries(world.edition)} == set(NUMBERS)
    for card, service in (("danger-now", 0), ("bleeding", 1)):
        text = _card(world, card, language).text
        rows = {row.split(" ", 1)[0]: row.split(" ", 1)[1].split(", ") for row in text.split("\n") if re.match(r"\d+ \D", row)}
        for place in _countries(world.edition):
            assert place.name[language] in rows[NUMBERS[place.place][service]], (card, place.place)


def test_no_steps_and_no_answer_hold_a_number(edition: Edition) -> None:
    """The card itself puts it behind what calling may bring."""
    for name, card in edition.cards.items():
        assert not [slot for text in (*card.steps.values(), *card.calling.values()) for slot in text.slots], name


def test_spanish_never_stumbles_over_a_number(edition: Edition, world: World) -> None:
    """Cards, and tips that name a number: no "a al", no "al el", with a place and without one."""
    stumbles = re.compile(r"\b(?:a al|al al|al el|a el|de el|del el)\b")
    tips = {name for name, topic in edition.topics.items() for tip in topic.tips if tip.text["es"].slots}
    assert tips
    for place in ("", "cl", "mx", "fr"):
        texts = [_card(world, name, "es", place).text for name in edition.cards]
        for topic in tips:
            at = State("es", hash_of("topic.tips"), world.index.of[f"topic:{topic}"], opened=True)
            for page in range(3):
                token = pack(at._replace(place=world.index.of.get(f"place:{place}", 0), page=page))
                texts.append(step(world, "", Press(token)).screen.text)
        assert not [found[0] for text in texts if (found := stumbles.search(text))]


def test_the_cards_say_what_they_left_out(edition: Edition) -> None:
    """What an audit found missing: in each language, in words that act."""
    wanted = {
        ("ghb", "en"): r"Not breathing.*chest.*breaths",
        ("ghb", "es"): r"No respira.*pecho.*soplos",
        ("overamping", "en"): r"soak.*Ice: neck, armpits, groin.*on the side.*Not breathing.*chest",
        ("overamping", "es"): r"moja.*Hielo: cuello, axilas, ingles.*de lado.*No respira.*pecho",
        ("bleeding", "en"): r"knife or glass: leave.*Groin, armpit: stuff.*Vagina, anus: press.*Chest hole: don't seal",
        ("bleeding", "es"): r"clavado: déjalo.*Ingle, axila: mete.*Vagina, ano: presiona.*pecho: no lo selles",
        ("overdose-response", "en"): r"chin up.*every 5 seconds.*Can't, .*push the chest",
        ("overdose-response", "es"): r"mentón arriba.*cada 5 segundos.*Si no puedes .*comprime el pecho",
        ("seizure", "en"): r"time.*Nothing in the mouth.*5 minutes.*won't wake after.*Not breathing.*chest",
        ("seizure", "es"): r"hora.*Nada en la boca.*5 minutos.*después no despierta.*No respira.*pecho",
        ("cannot-breathe", "en"): r"shoulder blades.*pregnant.*Allergy.*pen.*5 minutes: another.*don't stand.*Asthma.*up to 10",
        ("cannot-breathe", "es"): r"omóplatos.*embarazo.*Alergia.*5 minutos: otro.*no levantarse.*Asma.*hasta 10",
        ("withdrawal", "en"): r"Ambulance if.*seeing or hearing.*alcohol, benzos or G.*Opioids",
        ("withdrawal", "es"): r"Ambulancia si.*ver u oír.*alcohol, benzos o G.*Opioides",
        ("fever", "en"): r"38 °C.*tampon or sponge.*Could this be sepsis",
        ("fever", "es"): r"38 °C.*tampón o esponja.*Puede ser sepsis",
        ("will-not-wake", "en"): r"ambulance.*Breathing.*side.*Naloxone.*push the chest.*defibrillator",
        ("will-not-wake", "es"): r"ambulancia.*Respira.*De lado.*Naloxona.*comprime el pecho.*desfibrilador",
        ("head-injury", "en"): r"knocked out, even briefly.*blood thinners.*head and body as one.*24 hours",
        ("head-injury", "es"): r"desmayo, aunque sea corto.*anticoagulantes.*cabeza y cuerpo juntos.*24 horas",
        ("pregnancy-bleeding", "en"): r"blood runs.*2 hours.*After birth, 1 an hour.*rub hard below the navel.*no tampon",
        ("pregnancy-bleeding", "es"): r"chorrea.*2 horas.*Tras el parto, 1 por hora.*masajea fuerte.*no tampón",
        ("strangulation", "en"): r"No signs, no mark\? Get checked too.*Not alone for 3 days",
        ("strangulation", "es"): r"¿Sin señales ni marcas\? Ve igual.*acompañe 3 días",
        ("spiking", "en"): r"Leave with them.*On the side.*Naloxone",
        ("spiking", "es"): r"váyanse.*De lado.*Naloxona",
    }
    for (name, language), words in wanted.items():
        assert re.search(words, edition.cards[name].steps[language].raw, re.DOTALL), (name, language)


def test_calling_says_what_would_be_missed(edition: Edition) -> None:
    """Pills whose harm comes later; what staff see of other pills; Spanish "es médico" would be somebody who is a doctor."""
    calling = {name: {language: text.raw for language, text in card.calling.items()} for name, card in edition.cards.items()}
    assert "even if you feel fine" in calling["suicidal-thoughts"]["en"]
    assert "aunque te sientas bien" in calling["suicidal-thoughts"]["es"]
    assert "take out what is left" in calling["pregnancy-bleeding"]["en"]
    assert "saca los restos" in calling["pregnancy-bleeding"]["es"]
    assert not [name for name, said in calling.items() if re.search(r"\bes médico\b", said["es"])]


def test_one_clock_for_the_exam_wherever_it_is_told(edition: Edition) -> None:
    """The card, the topic and the plan name the same hours and days."""
    told = {
        "card": edition.cards["after-assault"].steps,
        "topic": next(tip.text for tip in edition.topics["forensic-exam"].tips if tip.tip == "time"),
        "plan": edition.plan["first-72-hours"].asks,
    }
    for where, texts in told.items():
        for language, words in {"en": r"72 hours[^.]*\b7 days", "es": r"72 horas[^.]*\b7 días"}.items():
            assert re.search(words, texts[language].raw), (where, language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_to_do_without_calling_comes_first_where_somebody_is_attacked(world: World, language: str) -> None:
    """Police for everyone in the place is said, and that the number brings more where they do it; then the number."""
    text = _card(world, "attacked", language, "us").text
    wanted = {
        "en": r"Yell.*keeps you alive.*code word.*everyone in the place.*police who do this.*911",
        "es": r"Grita.*mantenga con vida.*palabra clave.*toda la gente del lugar.*la policía quien lo hace.*911",
    }
    assert re.search(wanted[language], text, re.DOTALL)


@pytest.mark.parametrize(("language", "word", "already"), [("en", "ambulance", "Already"), ("es", "ambulancia", "¿Ya")])
def test_the_ambulance_stands_only_beside_what_already_happened(
    world: World, edition: Edition, language: str, word: str, already: str
) -> None:
    """On the suicide card lines come first, with what a line may do; its steps send for nobody."""
    card = edition.cards["suicidal-thoughts"]
    steps, calling = card.steps[language].raw, card.calling[language].raw
    assert word not in steps.lower()
    assert calling.startswith(already)
    assert word in calling.lower()
    assert re.match(r"\*\*(People to talk to|Gente que escucha):\*\*.*(okay|permiso)", steps)
    screen = _card(world, "suicidal-thoughts", language, "us")
    led = {choice.label: step(world, "", Press(choice.token)).screen.step for choice in screen.choices}
    assert led[{"en": "Someone to talk to", "es": "Con quién hablar"}[language]] == "topic.help"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I'm bleeding, I may be miscarrying.\" You don't have to mention pills. Care is the same."),
        ("es", 'Estoy sangrando, quizá es un aborto espontáneo". No tienes que mencionar pastillas. La atención es igual.'),
    ],
)
def test_what_to_say_about_bleeding_in_pregnancy_stands_before_the_number(world: World, language: str, said: str) -> None:
    """Care first; the card says nothing of the law."""
    text = _card(world, "pregnancy-bleeding", language, "us").text
    assert said in text.split("911")[0]
    assert not re.search(r"\b(law|legal|illegal|crime|ley|delito|ilegal)\b", text.lower())


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_menu_shows_nine_entries_and_leads_to_every_card(world: World, language: str) -> None:
    """What kills within minutes in one press, everything else in two; no card is out of reach."""
    menu = step(world, "", Press(pack(State(language, hash_of("urgent.menu"))))).screen
    assert len(menu.choices) <= 9
    near, shown = set(), set()
    for choice in menu.choices:
        screen = step(world, "", Press(choice.token)).screen
        if screen.step == "urgent.card":
            near.add(choice.label)
            shown.add(screen.text)
        else:
            shown |= {step(world, "", Press(inner.token)).screen.text for inner in screen.choices}
    titles = {name: card.title[language] for name, card in world.edition.cards.items()}
    for name in ("attacked", "will-not-wake", "cannot-breathe", "bleeding", "seizure", "suicidal-thoughts"):
        assert titles[name] in near, name
    for name, card in world.edition.cards.items():
        assert any(card.called[language] in text for text in shown), name


def test_a_country_without_a_number_that_a_card_needs_is_told() -> None:
    """Chile without its police number: the danger card would list other countries."""
    files = dict(snapshot(*default_folders()))
    path = "content/places/cl/place.yaml"
    text = files[path].decode()
    begin, end = text.index("  police:"), text.index("  ambulance:")
    files[path] = (text[:begin] + text[end:]).encode()
    found = [fault for fault in RULE.look(surveyed(files, TODAY)) if fault.file == path]
    assert [fault.what for fault in found] == ["No number here reaches: police."]


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_attack_by_police_shows_no_number_and_no_way_to_one_of_police(world: World, language: str) -> None:
    """At every place and without one: no number in the text, nor the button to the number of somewhere else."""
    every = {number for pair in NUMBERS.values() for number in pair if len(number) > 2}
    for place in ("", *world.edition.places):
        screen = _card(world, "police-attack", language, place)
        text = screen.text.split("\n\n")
        steps = " ".join(part for part in text if not re.search(r"\d{4}-\d{2}-\d{2}", part))  # the date of the last check
        assert not re.search("|".join(rf"\b{number}\b" for number in every), steps), place
        assert _shown(screen) == []


def test_the_card_of_an_attack_by_police_asks_for_no_place(world: World) -> None:
    """It has no number that a place would choose, and is the same everywhere; every other card asks."""
    asked, place = "Where are you?", next(iter(_countries(world.edition))).place
    for name, card in world.edition.cards.items():
        without, within = (_card(world, name, "en", at) for at in ("", place))
        assert (asked in without.text) == (card.needs != "nobody"), name
        if card.needs == "nobody":
            assert without.text == within.text
            assert [choice.label for choice in without.choices] == [choice.label for choice in within.choices]


@pytest.mark.parametrize("needs", ["police", "ambulance", "fire"])
def test_a_card_of_an_attack_by_police_with_a_number_is_refused(needs: str) -> None:
    """Whatever the number reaches: police come with it."""
    files = dict(snapshot(*default_folders()))
    path = "content/cards/police-attack.yaml"
    assert not [fault for fault in CARD_NUMBER.look(surveyed(files, TODAY)) if fault.file == path]
    files[path] = files[path].replace(b"needs: nobody", f"needs: {needs}".encode())
    (found,) = [fault for fault in CARD_NUMBER.look(surveyed(files, TODAY)) if fault.file == path]
    assert (found.code, found.severity, found.line) == ("CARD-NUMBER", "error", 11)
    assert found.what == "This card is for an attack by police, and shows an emergency number."
