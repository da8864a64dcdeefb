"""Signs of danger: how patterns read, what spelling hides, what makes a sign less; on a small file, and on the pack."""

from __future__ import annotations

import pytest

from bot.find.danger import READ, SignFinder
from bot.find.finder import Finder
from bot.find.joins import joined, parted
from bot.find.pack import DangerFile, survey_pack
from bot.find.patterns import PatternError, PatternReader
from bot.find.words import fold


def _signs(*patterns: str, **more: object) -> SignFinder:
    """A finder of one sign, "sign", in one language."""
    shape = {"danger": "en", "compare": "letters", "groups": {"weapon": ["gun", "box cutter"]}, "fillers": ["just", "a", "the"]}
    return SignFinder({"en": DangerFile.model_validate({**shape, **more, "signs": {"sign": list(patterns)}})}, {}, ["kitchen"])


def _found(finder: SignFinder, text: str) -> bool:
    return "sign" in finder.among(fold(text), "en")


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("he/she bleeds", ["she bleeds", "now he bleeds a lot"], ["it bleeds", "he she"]),
        ("he is? hurt", ["he is hurt", "he hurt"], ["he was hurt"]),
        ("(all over/so much) blood", ["blood so much blood", "all over blood"], ["blood all over", "so blood"]),
        ("has <weapon>", ["has a gun", "has just a box cutter"], ["has a box", "gun has"]),
        ("bleed* .. stop", ["bleeding wont stop", "bleeds and will never stop"], ["bleeding and i think it may never ever stop"]),
        ("^ help $", ["help", "just help"], ["help me find a dentist", "i need help"]),
        ("kick* (in/down)", ["kicking in the door", "kicked down"], ["kick the ball"]),
        ("(kill <weapon>/die) now", ["die now", "kill gun now"], ["kill now"]),
    ],
)
def test_the_marks_of_a_pattern(pattern: str, hits: list[str], misses: list[str]) -> None:
    """Either word, words that may be missing, sayings, groups, any ending, gaps of three words, beginning and end; fillers."""
    found = _signs(pattern)
    assert [text for text in hits if not _found(found, text)] == []
    assert [text for text in misses if _found(found, text)] == []


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("the?", "must be there"),
        (".. blood", "take the .. away"),
        ("(blood", "bracket"),
        ("has <wepon>", 'no group "wepon"'),
        ("on*", "too short"),
        ("has !", "no letter"),
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(pattern: str, says: str) -> None:
    """In the words of somebody who is no programmer, and never by an exception of another kind."""
    with pytest.raises(PatternError, match=says.replace("..", r"\.\.")):
        PatternReader({"weapon": ["gun"]}, fold).read("sign", pattern)


def test_a_group_in_itself_is_refused() -> None:
    """It would never end."""
    with pytest.raises(PatternError, match="stands in itself"):
        PatternReader({"a": ["<b>"], "b": ["<a>"]}, fold).read("sign", "has <a>")


def test_a_bad_pattern_is_a_fault_with_its_line_and_the_rest_is_read() -> None:
    """Reading tells where it stands; the lexicons and nets beside it are taken."""
    value = {"danger": "en", "signs": {"blood": ["so much blood", "(blood"], "joke": ["lol"]}}
    docs = {
        "content/find/danger.en.yaml": (value, {("signs", "blood", 1): (7, 5), ("signs", "joke"): (9, 3)}),
        "content/find/lexicon.en.yaml": ({"lexicon": "en", "ideas": {"joke": ["lol"]}}, {}),
    }
    found, faults = survey_pack(docs)
    assert [(fault.code, fault.line) for fault in faults] == [("SIGN-PATTERN", 7), ("SIGN-PATTERN", 9)]
    assert "joke" in faults[1].what
    assert list(found.lexicons) == ["en"]


@pytest.mark.parametrize(
    "text", ["kill my self", "killmyself", "kil myself", "kill myselff", "killl myseeeelf", "kill just myself"]
)
def test_split_joined_drawn_out_and_misspelt_words_are_one(text: str) -> None:
    """A life may hang on a space."""
    assert _found(_signs("kill myself"), text)


@pytest.mark.parametrize("text", ["isnt breathing", "isn't breathing", "isn t breathing", "is not breathing", "isnt breathin"])
def test_contractions_are_one(text: str) -> None:
    """With an apostrophe, without, and with a space where the keyboard put one."""
    assert _found(_signs("not breathing", text_speak={"isnt": "is not"}), text)


@pytest.mark.parametrize("text", ["he has a bear", "the kitchen", "sailing", "eating"])
def test_another_word_is_no_slip(text: str) -> None:
    """Four letters are too few for a slip, two slips too many for seven, and a first letter is seldom wrong."""
    assert not _found(_signs("beat", "seizing", "beating", "chicken"), text)


def test_what_is_right_in_one_language_is_no_slip_of_another() -> None:
    """Words that the language of the message knows are not bent until they fit."""
    found = _signs("bleeding")
    assert "sign" in found.among(["bleading"], "en")
    assert "sign" in found.among(["bleading"], "")
    files = {
        "en": DangerFile(danger="en", compare="letters", signs={"one": ["table"]}),
        "es": DangerFile(danger="es", signs={"two": ["bleding"]}),
    }
    both = SignFinder(files, {}, [])
    assert both.among(["blading"], "en") == frozenset()
    assert both.among(["blading"], "es") == {"two"}


def test_parts_of_words() -> None:
    """Few parts, known words, nothing torn from a word that is known or too short."""
    known = {"want", "to", "die", "meth", "ods", "wake", "dont", "myself"}
    assert parted("iwanttodie", known) == ("i", "want", "to", "die")
    assert parted("methods", known) == ("methods",)
    assert parted("dontwakeup", known) == ("dont", "wake", "up")
    assert parted("myself", known) == ("myself",)
    assert joined(["my", "self", "is", "a", "n"], {"myself", "an"}) == ["myself", "is", "a", "n"]


def test_the_danger_may_come_last(finder: Finder) -> None:
    """A long story with its point at the end is read to the end, as far as it costs no time."""
    story = "so we talked a while and it was ok and then we went on and on " * 12
    assert len(story) < READ - 40
    assert finder.listen(f"{story} and now she is not breathing", "en").danger == "now"


@pytest.mark.parametrize(
    ("text", "card", "danger"),
    [
        ("i think she overdosed", "overdose-response", "now"),
        ("can you overdose on this", "overdose-response", "maybe"),
        ("he pulled a knife on me last year", "danger-now", "maybe"),
        ("i wanna die lol", "suicidal-thoughts", "maybe"),
        ("lol got all the pills in my hand", "suicidal-thoughts", "now"),
        ("i was raped when i was a kid", "after-assault", "maybe"),
        ("having a panic attack cant breathe", "cannot-breathe", "maybe"),
        ("my boyfriend hits me", "attacked", "maybe"),
        ("my boyfriend is hitting me", "attacked", "now"),
        ("mi novio me pega", "attacked", "maybe"),
        ("me esta pegando", "attacked", "now"),
        ("hace tres años me saco una navaja", "danger-now", "maybe"),
        ("no quiero morir", "", "no"),
        ("i dont want to die", "", "no"),
        ("my phone wont wake up", "", "no"),
    ],
)
def test_now_maybe_and_no(finder: Finder, text: str, card: str, danger: str) -> None:
    """The same words mean less in a joke, years later, as a question, or as a habit; and nothing where they are denied."""
    heard = finder.by_nets(text, "es" if "me " in text or "quiero" in text else "en")
    assert (heard.emergency, heard.danger) == (card, danger)


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("SHE IS NOT BREATHING!!!", "overdose-response"),
        ("shes noooot breathing", "overdose-response"),
        ("my freind isnt breething", "overdose-response"),
        ("bro he wont wakeup", "will-not-wake"),
        ("nodespierta ayuda", "will-not-wake"),
        ("q hago no repira", "overdose-response"),
        ("mi amiga no despiertaaaa", "will-not-wake"),
        ("i wantto die", "suicidal-thoughts"),
        ("kiero morirme", "suicidal-thoughts"),
        ("wanna kms tonight", "suicidal-thoughts"),
        ("he got a gunn", "danger-now"),
        ("trae 1 pistola", "danger-now"),
        ("mi ex is outside con un cuchillo", "danger-now"),
        ("help el cliente wont let me out", "attacked"),
    ],
)
def test_however_it_is_typed(finder: Finder, text: str, card: str) -> None:
    """Capitals, slips, text-speak, run-together words, two languages in one sentence."""
    heard = finder.by_nets(text, "en")
    assert (heard.emergency, heard.danger) == (card, "now")
    assert finder.listen(text, "en").danger in ("now", "maybe")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("cops are beating me", "en"),
        ("the police are kicking my friend right now", "en"),
        ("officer has me in his car and wont let me out", "en"),
        ("la policia me esta pegando", "es"),
        ("me estan golpeando los policias", "es"),
        ("el policia no me deja bajar de la patrulla", "es"),
    ],
)
def test_an_attack_by_police_never_opens_a_card_with_the_number_of_police(finder: Finder, text: str, language: str) -> None:
    """With the encoder and without it: the card of its own, which shows no number."""
    assert finder.listen(text, language).emergency == "police-attack"
    assert finder.by_nets(text, language).emergency == "police-attack"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how do test strips for fentanyl work", "en"),
        ("what do i pack before i leave my husband one day", "en"),
        ("he forced me back in march, is it too late for an exam", "en"),
        ("which bandage goes on a slow wound", "en"),
        ("como evito que me droguen en un bar", "es"),
        ("que hago si un dia alguien se sobredosifica en mi casa", "es"),
        ("me violaron el año pasado, hay grupos de apoyo", "es"),
        ("como pido una orden contra mi ex que me acosa", "es"),
    ],
)
def test_a_question_on_a_hard_topic_is_no_danger_now(finder: Finder, text: str, language: str) -> None:
    """Knowledge, prevention and what was long ago get their answer, and no card before it."""
    assert finder.listen(text, language).danger != "now"
