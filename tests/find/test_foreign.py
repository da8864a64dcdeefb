"""Foreign languages: by script, by small words, by runs of letters; never for what English and Spanish people type."""

import pytest

from bot.book import Edition
from bot.find.building import build_finder
from bot.find.finder import Finder
from bot.find.foreign import ForeignId


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("je ne sais pas quoi faire, il me frappe", "fr"),
        ("preciso de ajuda, ele não me deixa sair", "pt"),
        ("ho bisogno di un medico subito", "it"),
        ("ich brauche einen Arzt, er hat mich geschlagen", "de"),
        ("am nevoie de ajutor, nu pot sa plec", "ro"),
        ("мне нужна помощь, я не могу уйти", "ru"),
        ("мені потрібна допомога, він б'є мене", "uk"),
        ("我需要帮助", "zh"),
        ("أحتاج مساعدة", "ar"),
        ("yardım lazım, beni bırakmıyor", "tr"),
        ("ช่วยด้วย", "th"),
    ],
)
def test_a_foreign_language_is_named_and_nothing_is_guessed(finder: Finder, text: str, language: str) -> None:
    """Its code, and no topic."""
    heard = finder.listen(text, "en")
    assert heard.foreign == language
    assert heard.topics == ()
    assert heard.language == "en"


@pytest.mark.parametrize(
    "text",
    [
        "pep",
        "hola",
        "ok",
        "q onda",
        "no me deja salir",
        "u up?",
        "narcan",
        "el man me pego",
        "where can i get tested",
        "lol",
        "",
        "🙂",
    ],
)
def test_short_and_slangy_words_are_ours(finder: Finder, text: str) -> None:
    """English, Spanish and what could be either."""
    assert finder.listen(text, "es").foreign == ""


def test_danger_is_heard_in_a_language_without_the_pack(finder: Finder) -> None:
    """The card opens in the language of the talk."""
    heard = finder.listen("она не дышит, помогите", "en")
    assert (heard.danger, heard.foreign, heard.language) == ("now", "ru", "en")
    assert heard.emergency


def test_a_clear_question_is_not_asked_for_its_language(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first who ask after a start do not wait for what tells languages apart; in doubt it is asked."""
    asked: list[str] = []
    finder = build_finder(edition)
    monkeypatch.setattr(finder._foreign, "get", lambda: asked.append("it") or ForeignId(("en", "es"), ()))
    assert finder.listen("where can i get prep", "en").band == "sure"
    assert asked == []
    finder.listen("blargh zork fnord", "en")
    assert asked == ["it"]


@pytest.mark.parametrize("text", ["ecatepec", "getxo", "zacatelco", "niko nairobi", "nataka msaada", "saya perlu"])
def test_one_unknown_word_is_not_told_for_a_language(finder: Finder, text: str) -> None:
    """A town's name, or two words of a language that nobody wrote down: better no line than one in Romanian."""
    assert finder.listen(text, "es").foreign == ""


@pytest.mark.parametrize(("text", "language"), [("bonjour", "fr"), ("aiuto", "it"), ("ajutor", "ro"), ("hilfe", "de")])
def test_one_word_that_is_written_down_is(finder: Finder, text: str, language: str) -> None:
    """A cry for help may be a single word."""
    assert finder.listen(text, "en").foreign == language
