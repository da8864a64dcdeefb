"""Sentences of played conversations that once led to the wrong screen: each goes where it should, nets and heads together."""

from __future__ import annotations

import pytest

from bot.find.finder import Finder


@pytest.mark.parametrize(
    ("text", "language"),
    [("ta aqui no puedo ablar", "es"), ("bf is reading my msgs", "en"), ("borra rapido viene", "es")],
)
def test_who_has_somebody_reading_along_gets_the_quiet_line(finder: Finder, text: str, language: str) -> None:
    """However short and misspelt: nothing that a watcher must not see."""
    heard = finder.listen(text, language)
    assert (heard.danger, heard.emergency) == ("watched", "")


@pytest.mark.parametrize(
    ("text", "language", "card"),
    [
        ("he just hit me and is still here", "en", "attacked"),
        ("client hit me and wont go", "en", "attacked"),
        ("he cut me", "en", "attacked"),
        ("me pegó y sigue aquí", "es", "attacked"),
        ("me pego y sigue aqui", "es", "attacked"),
        ("me golpeó el cliente y no se quiere ir", "es", "attacked"),
        ("me pegó, está en el baño, qué hago", "es", "attacked"),
        ("me dio una piña y no se va", "es", "attacked"),
        ("un cobani me está pegando", "es", "police-attack"),
        ("🆘", "en", "danger-now"),
        ("my friend took too much and is blue", "en", "overdose-response"),
    ],
)
def test_danger_of_this_minute_is_the_screen(finder: Finder, text: str, language: str, card: str) -> None:
    """An attacker who is still there, a lone sign for help, somebody who turned blue."""
    heard = finder.listen(text, language)
    assert (heard.danger, heard.emergency) == ("now", card)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a client hit me last month and i reported him", "en"),
        ("he hit me years ago and wont pay child support", "en"),
        ("he cut me a good deal", "en"),
        ("me pegó el sueño y sigue el turno", "es"),
        ("está en el baño, cuento la plata", "es"),
        ("me cortó el pelo y no se va el olor", "es"),
    ],
)
def test_words_of_an_attack_that_is_none_are_no_screen(finder: Finder, text: str, language: str) -> None:
    """What is over, and what only sounds like a blow."""
    assert finder.listen(text, language).danger != "now"


@pytest.mark.parametrize(("text", "language"), [("can you write my ad", "en"), ("???", "en"), ("donde estoy", "es")])
def test_what_is_no_question_on_the_bot_does_not_open_about(finder: Finder, text: str, language: str) -> None:
    """A request, marks alone, and where one is."""
    assert finder.listen(text, language).special != "about"


def test_what_to_do_when_stopped_is_a_question_and_no_plan(finder: Finder) -> None:
    """It leads to the topic."""
    heard = finder.listen("ayudame q hago si me paran", "es")
    assert heard.special == ""
    assert heard.topics[0] == "police-stop"


def test_a_child_who_is_forced_gets_the_line_of_danger_too(finder: Finder) -> None:
    """Beside the path for the young."""
    heard = finder.listen("tengo 15 y me obligan", "es")
    assert heard.special == "young"
    assert heard.danger in ("maybe", "now")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("se comparte el sorbete para jalar", "safer-smoking"),
        ("pajilla compartida", "safer-smoking"),
        ("me duele la guata", "pregnancy"),
        ("no me llegó la regla", "pregnancy"),
        ("birra y pastillas para dormir", "mixing"),
        ("quiero dejar la falopa", "drugs-and-alcohol-support"),
        ("quiero dejar el porro", "drugs-and-alcohol-support"),
        ("fumo faso todos los dias, quiero dejar el faso", "drugs-and-alcohol-support"),
        ("me paró el cobani", "police-stop"),
        ("la jara me paró", "police-stop"),
        ("me pararon los picoletos", "police-stop"),
        ("caí en el tambo", "arrested-or-charged"),
        ("me cogotearon", "beaten"),
        ("me atracaron", "beaten"),
        ("quiere culear sin forro", "condom-talk"),
        ("singar sin nada", "condom-talk"),
        ("mi cafishio me saca la guita", "coercion"),
        ("el macarra se queda con todo", "coercion"),
        ("me funaron", "outed-or-blackmailed"),
        ("le quitaron los pibes", "children-and-family"),
        ("busco pega", "other-income"),
        ("ando yirando, cómo me cuido", "working-outdoors"),
        ("estoy chata de los clientes", "burnout"),
        ("estoy mamada de este trabajo", "burnout"),
    ],
)
def test_words_of_one_region_lead_to_their_topic(finder: Finder, text: str, topic: str) -> None:
    """By the words alone, as where the encoder is missing; and none is taken for a slip of a word of danger."""
    heard = finder.by_nets(text, "es")
    assert (heard.topics[:1], heard.danger) == ((topic,), "no")


def test_a_clear_question_is_not_taken_for_staying_safer(finder: Finder) -> None:
    """Words that also sound like staying safer keep their own answer where the search is sure; else the path opens."""
    asked = finder.listen("where can i get prep", "en")
    assert (asked.special, asked.topics[:1]) == ("", ("prep",))
    assert finder.listen("i want to keep going, just safer", "en").special == "safer"
