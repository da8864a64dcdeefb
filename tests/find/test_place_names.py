"""Places by the names that people type: cities, short and native names, slips, names of several places, and of none."""

from __future__ import annotations

import pytest

from bot.book import Edition
from bot.find.finder import Finder
from bot.find.place_names import PlaceNames, place_words, shared_names

ONE = {
    "mumbai": "in", "Bombay": "in", "मुंबई": "in", "brasil": "br", "são paulo": "br", "sao paulo": "br", "Deutschland": "de",
    "München": "de", "munich": "de", "Italia": "it", "UK": "gb", "u.k.": "gb", "NYC": "us-ny-nyc",
    "chicago": "us-il", "i am in chicago": "us-il", "the us": "us", "in the us": "us", "eeuu": "us", "CDMX": "mx", "กรุงเทพ": "th",
    "estoy en la ciudad de mexico": "mx", "vivo en madrid": "es", "🇧🇷": "br", "🇬🇧": "gb", "im in nairobi right now": "ke",
    "london ontario": "ca-on", "London, Ontario": "ca-on", "london uk": "gb-eng", "paris texas": "us-tx", "paris france": "fr",
    "birmingham alabama": "us", "birmingham uk": "gb-eng", "portland or": "us-or-portland", "portland me": "us-me-portland",
    "lagos nigeria": "ng", "lagos portugal": "pt", "santiago de chile": "cl", "ottawa canada": "ca-on",
}  # fmt: skip
"""What is typed, and the one place that it names."""
SEVERAL = {
    "lagos": {"ng", "pt"}, "santiago": {"cl", "es", "do"}, "Córdoba": {"ar", "es", "mx"}, "paris": {"fr", "us-tx"},
    "birmingham": {"gb-eng", "us"}, "london": {"gb-eng", "ca-on"}, "LA": {"us-ca", "us-la"}, "im in la": {"us-ca", "us-la"},
    "georgia": {"us", "world"}, "valencia": {"es", "ve"}, "cartagena": {"co", "es"},
    "new york": {"us-ny", "us-ny-nyc"}, "portland": {"us-or-portland", "us-me-portland"}, "columbia": {"ca-bc", "us-sc", "co"},
}  # fmt: skip
SLIPS = {"venezula": "ve", "agentina": "ar", "germny": "de", "guatamala": "gt", "nicaragau": "ni", "im in tailand": "th"}
ELSEWHERE = ["moldova", "im in moldova", "estoy en moldavia", "日本", "россия", "kyiv", "🇯🇵", "tbilisi", "moldovaa", "uae"]
UNKNOWN = ["atlantis", "bora bora"]
NO_PLACE = ["tell us more", "who is near me", "la condom broke", "hola", "nice", "condom", "change", "help me", "i need a lawyer"]


@pytest.mark.parametrize(("text", "place"), ONE.items())
def test_a_name_of_one_place(finder: Finder, text: str, place: str) -> None:
    """Cities are taken to what the pack has of them; a second name says which of several is meant; the language stays."""
    for language in ("en", "es"):
        heard = finder.listen(text, language)
        assert (heard.naming, heard.places) == ("place", (place,))
        assert (heard.language, heard.foreign, heard.danger, heard.special) == (language, "", "no", "")


@pytest.mark.parametrize(("text", "places"), SEVERAL.items())
def test_a_name_of_several_places_is_not_guessed(finder: Finder, edition: Edition, text: str, places: set[str]) -> None:
    """All that have the name are handed on, as one of the pack's shared names."""
    heard = finder.listen(text, "en")
    assert (heard.naming, set(heard.places)) == ("place", places)
    assert tuple(sorted(places)) in shared_names(edition.places)


@pytest.mark.parametrize(("text", "place"), SLIPS.items())
def test_one_letter_of_a_long_name_may_be_wrong(finder: Finder, text: str, place: str) -> None:
    """Almost a name is said to be just that."""
    heard = finder.listen(text, "en")
    assert (heard.naming, heard.places) == ("near", (place,))


def test_no_letter_of_a_short_name_may_be_wrong(finder: Finder) -> None:
    """ "peri" is not Peru."""
    assert finder.listen("peri", "en").naming not in ("near", "place")


@pytest.mark.parametrize("text", ELSEWHERE)
def test_names_of_places_that_the_pack_does_not_have(finder: Finder, text: str) -> None:
    """They are heard as such, in any script, and nothing is guessed from them."""
    heard = finder.listen(text, "es")
    assert (heard.naming, heard.places, heard.language, heard.foreign) == ("elsewhere", (), "es", "")


@pytest.mark.parametrize("text", UNKNOWN)
def test_short_words_that_nobody_wrote_down_may_be_a_name(finder: Finder, text: str) -> None:
    """Whether they are is for the screen to say."""
    assert finder.listen(text, "en").naming == "unknown"


@pytest.mark.parametrize("text", NO_PLACE)
def test_words_that_are_no_place(finder: Finder, text: str) -> None:
    """Small words and words of the pack name no place."""
    heard = finder.listen(text, "en")
    assert heard.naming not in ("place", "near", "elsewhere")
    assert heard.places == ()


def test_danger_outranks_the_name_of_a_place(finder: Finder) -> None:
    """A cry for help beside a name is a cry for help."""
    heard = finder.listen("he stabbed me, im in lagos", "en")
    assert (heard.danger, heard.emergency, heard.naming) == ("now", "bleeding", "")
    assert set(heard.places) == {"ng", "pt"}


def test_every_name_of_the_pack_is_heard_as_one(finder: Finder, edition: Edition) -> None:
    """Whatever a folder of a place lists under `calls:` leads there, and raises no alarm."""
    for name, place in edition.places.items():
        for calls in place.calls.values():
            for call in calls[:12]:
                heard = finder.listen(call, "en")
                assert heard.naming in ("place", "elsewhere"), (name, call, heard)
                assert name in heard.places or (name == "world" and heard.naming == "elsewhere"), (name, call, heard)
                assert heard.danger == "no", (name, call)


def test_a_country_with_a_folder_comes_before_the_list_of_those_without(edition: Edition) -> None:
    """Whoever adds a country does not have to take its name off the list of the world."""
    places = dict(edition.places)
    places["md"] = places["ro"].model_copy(update={"place": "md", "name": {"en": "Moldova", "es": "Moldavia"}, "calls": {}})
    names = PlaceNames(places, frozenset())
    assert names.mention(place_words("moldova")).places == ("md",)
    assert names.mention(place_words("estoy en moldavia")).places == ("md",)


def test_who_can_help_is_heard_word_for_word(finder: Finder) -> None:
    """With the name of a place beside it too; not in the middle of something else."""
    assert finder.listen("who can help me", "en").special == "who"
    assert finder.listen("¿Quién me puede ayudar?", "es").special == "who"
    heard = finder.listen("who can help me in texas", "en")
    assert (heard.special, heard.places) == ("who", ("us-tx",))
    assert finder.listen("who can help me get rid of my landlord", "en").special != "who"
    for text, language in (("nyc who can help", "en"), ("who can help nyc", "en"), ("nyc quién me ayuda", "es")):
        heard = finder.listen(text, language)
        assert (heard.special, heard.places) == ("who", ("us-ny-nyc",)), text
    assert finder.listen("la gente who can help", "en").special != "who"
    assert finder.listen("help me he has a knife", "en").danger == "now"


def test_words_written_down_for_a_path_open_it(finder: Finder) -> None:
    """Whatever else they sound like: "find help near me" is nobody looking for a person, "rather not say" no heavy heart."""
    for path, phrases in finder.pack.paths.items():
        for language, found in phrases.items():
            for text in found:
                heard = finder.listen(text, language)
                if path == "more":  # opens nothing by itself: what it leans on is the talk's
                    assert heard.leans, text
                    continue
                assert (heard.special, heard.danger, heard.emergency) == (path, "no", ""), text
