"""Where are you? Asked on the screen whose answer depends on it, answered there, never guessed, never in front of help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.book import Edition
from bot.engine.flow_compiler import ENTRY
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import LONGEST, pack, unpack
from bot.engine.transitions import LIST
from bot.engine.turn import step
from bot.engine.types import Alert, Choice, Press, Turn, Typed, World
from bot.engine.where import OWN, country_pages
from bot.find import build_finder
from bot.find.heard import Band, Heard

ASKING = [
    ("topic.help", "topic:pep"), ("topic.help", "topic:after-assault"), ("topic.help", "topic:community"),
    ("legal.help", "topic:housing-and-eviction"), ("change.help", "topic:a-place-to-stay"), ("legal.law", ""), ("talk.open", ""),
    ("young.lines", ""), ("referral.list", ""), ("urgent.card", "card:bleeding"), ("urgent.card", "card:suicidal-thoughts"),
    ("urgent.card", "card:attacked"), ("found.card", "card:bleeding"), ("found.card", "card:suicidal-thoughts"),
]  # fmt: skip
"""Steps that ask, each with something that it is about."""


@pytest.fixture(scope="module")
def talking(world: World, edition: Edition) -> World:
    """The world with the finder that really listens."""
    return replace(world, listen=build_finder(edition).listen)


def _state(world: World, step_id: str, subject: str, language: str = "en", place: str = "") -> State:
    index = world.index
    number = index.of[f"place:{place}"] if place else 0
    return State(
        language=language,
        step=index.flows.hash[step_id],
        subject=index.of.get(subject, 0),
        place=number,
        opened=True,
        word="escort",
    )


def _at(world: World, state: State) -> Turn:
    return step(world, "", Press(pack(state)))


def _now(turn: Turn) -> State:
    state = unpack(turn.token)
    assert state is not None
    return state


def _place(world: World, turn: Turn) -> str:
    return world.index.place.get(_now(turn).place, "")


def _own(turn: Turn) -> list[Choice]:
    return [choice for choice in turn.screen.choices if choice.kind == "choice"]


def _press(world: World, turn: Turn, label: str) -> Turn:
    choice = next(choice for choice in (*turn.screen.choices, *turn.screen.footer) if choice.label == label)
    return step(world, turn.token, Press(choice.token))


def _lists(world: World, turn: Turn) -> Iterator[Choice]:
    """The buttons that open the list of places."""
    now = _now(turn)
    for choice in _own(turn):
        state = unpack(choice.token)
        if state and state.page >= LIST and state.step == now.step:
            yield choice


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("step_id", "subject"), ASKING)
def test_the_screen_itself_asks_below_what_holds_everywhere(world: World, step_id: str, subject: str, language: str) -> None:
    """The question stands below the step's words, the table of numbers and the people of everywhere; not saying is an answer."""
    turn = _at(world, _state(world, step_id, subject, language))
    says = world.index.flows.ui
    text = turn.screen.text
    assert says["where"][language] in text
    flow_step = world.index.flows.steps[step_id]
    if flow_step.say:
        said = flow_step.say[language].raw.split("\n")[0].split("**")[1]
        assert text.index(said) < text.index(says["where"][language])
    labels = [choice.label for choice in turn.screen.choices]
    assert says["where_not"][language] in labels
    assert len(list(_lists(world, turn))) == 3
    assert len(_own(turn)) <= OWN
    if subject.startswith("card:"):
        table = [line for line in text.split("\n") if line[:3].strip().isdigit()]
        assert table or "suicid" in subject
        assert all(text.index(line) < text.index(says["where"][language]) for line in table)
    if flow_step.lists and flow_step.lists[-1].of == "referrals":
        everywhere = [choice.label for choice in turn.screen.choices].index(says["where_not"][language])
        assert any((state := unpack(choice.token)) and state.step == world.index.flows.hash["referral.show"]
                   for choice in turn.screen.choices[:everywhere])  # fmt: skip


def test_nobody_was_called_still_ends_the_card(world: World) -> None:
    """The question stands above the line that ends a card which typed words opened."""
    text = _at(world, _state(world, "found.card", "card:bleeding")).screen.text
    says = world.index.flows.ui
    assert text.index(says["where"]["en"]) < text.index(says["nobody_called"]["en"])
    assert text.endswith(says["nobody_called"]["en"])


def test_every_screen_that_shows_people_numbers_or_law_asks(world: World) -> None:
    """A step with a list of people, a card or the law says that its answer depends on the place."""
    for step_id, flow_step in world.index.flows.steps.items():
        lists = any(item.of == "referrals" and not item.place for item in flow_step.lists)
        if lists or any(show.show in ("card", "law", "numbers") for show in flow_step.show):
            assert flow_step.where == "ask", step_id


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("subject", ["card:bleeding", "topic:partner-violence", "topic:pep"])
def test_every_country_is_two_or_three_presses_away_and_leads_back(world: World, language: str, subject: str) -> None:
    """Through the ranges each country is found once, alphabetically, at most nine on a page; pressing it shows the same screen
    for it, with the word and what back leads to kept."""
    begin = _state(world, "urgent.card" if subject.startswith("card") else "topic.help", subject, language)
    begin = begin._replace(via=world.index.flows.hash["welcome.home"])
    turn = _at(world, begin)
    pages: dict[int, Turn] = {}
    for choice in _lists(world, turn):
        listed = step(world, turn.token, Press(choice.token))
        while _now(listed).page not in pages:
            pages[_now(listed).page] = listed
            assert len(_own(listed)) <= OWN
            listed = step(world, "", Press(next(c.token for c in listed.screen.choices if c.kind == "more")))
    found: list[str] = []
    for _, listed in sorted(pages.items()):
        back = next(choice for choice in listed.screen.footer if choice.kind == "back")
        assert _now(step(world, "", Press(back.token))) == _now(turn)
        for choice in _own(listed):
            there = step(world, listed.token, Press(choice.token))
            assert _now(there) == _now(turn)._replace(place=_now(there).place)
            found.append(_place(world, there))
    countries = [name for name, place in world.edition.places.items() if place.level == "country"]
    assert sorted(found) == sorted(countries)
    names = [world.edition.places[name].name[language] for name in found]
    pages_now = country_pages(RenderContext(world, begin))
    assert names == [place.name[language] for page in pages_now for place in page]


def test_the_order_of_countries_is_alphabetical_in_the_language_of_the_talk(world: World) -> None:
    """An accent does not put a name last, and no country comes first for the language."""
    pages = country_pages(RenderContext(world, _state(world, ENTRY, "", "es")))
    names = [place.name["es"] for page in pages for place in page]
    assert names.index("Bélgica") < names.index("Bolivia") < names.index("Brasil")
    assert names[0] == "Alemania"


@pytest.mark.parametrize(("step_id", "subject"), ASKING)
def test_once_not_said_it_is_not_asked_again(world: World, step_id: str, subject: str) -> None:
    """Not saying is kept in the talk: neither this screen nor another asks again, and one press changes one's mind."""
    turn = _press(world, _at(world, _state(world, step_id, subject)), "I'd rather not say")
    assert _place(world, turn) == "world"
    for other, about in ((step_id, subject), ("legal.law", ""), ("urgent.card", "card:bleeding"), ("talk.open", "")):
        after = _now(turn)._replace(step=world.index.flows.hash[other], subject=world.index.of.get(about, 0))
        again = _at(world, after)
        assert "Where are you?" not in again.screen.text
        assert not list(_lists(world, again))
    assert "Where are you?" in _press(world, turn, "Choose where I am").screen.text


@pytest.mark.parametrize(("step_id", "subject"), [*ASKING, ("topic.tips", "topic:housing-and-eviction")])
def test_a_typed_place_stays_on_the_screen(talking: World, step_id: str, subject: str) -> None:
    """With its answer, whether or not another place was chosen before; nothing else of the talk changes."""
    for before in ("", "us"):
        turn = _at(talking, _state(talking, step_id, subject, place=before))
        there = step(talking, turn.token, Typed("mumbai"))
        assert (there.screen.step, _place(talking, there)) == (turn.screen.step, "in")
        assert _now(there) == _now(turn)._replace(place=_now(there).place)


def test_a_card_shows_the_number_of_a_typed_place(talking: World) -> None:
    """The card that typed words opened stays, with its topics, and its number is that of the place."""
    card = step(talking, "", Typed("he stabbed me"))
    there = step(talking, card.token, Typed("brasil"))
    assert there.screen.step == "found.card"
    assert "192" in there.screen.text
    assert "(Brazil)" in there.screen.text
    assert _now(there)._replace(place=0) == _now(card)


@pytest.mark.parametrize(("step_id", "subject"), ASKING)
def test_a_name_of_several_places_is_asked_about_on_the_screen(talking: World, step_id: str, subject: str) -> None:
    """What holds everywhere stays above; each candidate is a button that leads to the same screen; none is taken before."""
    turn = _at(talking, _state(talking, step_id, subject))
    asked = step(talking, turn.token, Typed("london"))
    assert (asked.screen.step, _place(talking, asked)) == (turn.screen.step, "")
    assert talking.index.flows.ui["where_which"]["en"] in asked.screen.text
    assert len(_own(asked)) <= OWN
    for label, place in (("Ontario, Canada", "ca-on"), ("England and Wales, United Kingdom", "gb-eng")):
        there = _press(talking, asked, label)
        assert (there.screen.step, _place(talking, there)) == (turn.screen.step, place)
    assert _now(_press(talking, asked, "Somewhere else")) == _now(turn)


def test_a_name_that_another_country_has_too(talking: World) -> None:
    """ "georgia": the state, or a country that the pack does not have."""
    asked = step(talking, _at(talking, _state(talking, "legal.law", "")).token, Typed("georgia"))
    assert {choice.label for choice in _own(asked)} == {"United States", "Another country", "Somewhere else"}
    assert _place(talking, _press(talking, asked, "Another country")) == "world"


@pytest.mark.parametrize(("step_id", "subject"), ASKING)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_place_that_the_pack_does_not_have_gets_an_honest_word(
    talking: World, step_id: str, subject: str, language: str
) -> None:
    """On the same screen, in the person's language; a number of another country is no longer shown."""
    for before in ("", "gb"):
        turn = _at(talking, _state(talking, step_id, subject, language, before))
        there = step(talking, turn.token, Typed("moldova"))
        assert (there.screen.step, _place(talking, there)) == (turn.screen.step, "world")
        assert there.effects == (Alert(talking.index.flows.ui["place_not_found"][language]),)
        assert _now(there).language == language
    turn = _at(talking, _state(talking, step_id, subject, language))
    for unknown in ("atlantis", "wakanda"):  # the second sounds like small talk
        there = step(talking, turn.token, Typed(unknown))
        assert (there.token, [type(effect) for effect in there.effects]) == (turn.token, [Alert]), unknown


@pytest.mark.parametrize(("step_id", "subject"), ASKING)
@pytest.mark.parametrize(
    "words", ["I'd rather not say", "dont want to say", "not telling", "prefiero no decirlo", "no quiero decir"]
)
def test_not_saying_it_may_be_typed(talking: World, step_id: str, subject: str, words: str) -> None:
    """It is the press on the button: the same screen, and it is not asked again."""
    turn = _at(talking, _state(talking, step_id, subject, "es" if "no " in words else "en"))
    there = step(talking, turn.token, Typed(words))
    assert (there.screen.step, _place(talking, there)) == (turn.screen.step, "world")
    assert not there.effects
    assert "Where are you?" not in there.screen.text


def test_not_saying_something_elsewhere_is_no_question(talking: World) -> None:
    """Where no place is asked for, it gets the words that small talk gets; a place that was chosen stays."""
    assert step(talking, "", Typed("rather not say")).screen.step == "found.small_talk"
    chosen = _at(talking, _state(talking, "legal.law", "", "en", "gb"))
    assert _place(talking, step(talking, chosen.token, Typed("rather not say"))) == "gb"


@pytest.mark.parametrize("text", ["moldova", "atlantis"])
def test_a_place_that_is_asked_for_by_itself_may_be_unknown(talking: World, text: str) -> None:
    """Where only the place is asked for, world help follows, and the way back stays."""
    flows = talking.index.flows
    begin = _state(talking, "place.pick", "")._replace(via=flows.hash["legal.law"])
    there = step(talking, pack(begin), Typed(text))
    assert there.screen.step == "place.unknown"
    assert "Find A Helpline, lines by country" in [choice.label for choice in there.screen.choices]
    back = _press(talking, there, "Go on without a place")
    assert (back.screen.step, _place(talking, back)) == ("legal.law", "world")


@pytest.mark.parametrize(("text", "at"), [("moldova", "place.unknown"), ("mumbai", "found.place"), ("lagos", "found.place")])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_place_out_of_the_blue(talking: World, text: str, at: str, language: str) -> None:
    """From home a name is no question: it is asked before it is set, and leads to who can help there."""
    turn = step(talking, pack(_state(talking, ENTRY, "", language)), Typed(text))
    assert (turn.screen.step, _place(talking, turn), _now(turn).language) == (at, "", language)
    if at == "found.place":
        for choice in _own(turn)[: 2 if text == "lagos" else 1]:
            there = step(talking, turn.token, Press(choice.token))
            assert there.screen.step == "referral.list"
            assert _place(talking, there) in ("in", "ng", "pt")


@pytest.mark.parametrize("band", ["sure", "choose"])
def test_each_place_of_a_name_is_offered_beside_what_was_found(world: World, band: Band) -> None:
    """Not one of two Portlands alone."""
    heard = Heard(band, ("naloxone", "tranq"), "", "en", ("us-or-portland", "us-me-portland"))
    turn = step(World(world.edition, lambda _text, _language: heard), "", Typed("words"))
    assert {"I'm in Portland, Oregon", "I'm in Portland, Maine"} <= {choice.label for choice in turn.screen.choices}


def test_who_can_help_me_opens_the_list_with_the_place(talking: World) -> None:
    """The list of people asks where the person is; a place typed beside the words is taken at once."""
    turn = step(talking, "", Typed("who can help me"))
    assert turn.screen.step == "referral.list"
    assert "Where are you?" in turn.screen.text
    there = step(talking, turn.token, Typed("who can help me in texas"))
    assert (there.screen.step, _place(talking, there)) == ("referral.list", "us-tx")


def test_danger_outranks_the_question(talking: World) -> None:
    """A cry for help typed while the place is asked opens its card."""
    turn = _at(talking, _state(talking, "legal.law", ""))
    assert step(talking, turn.token, Typed("he stabbed me, im in lagos")).screen.step == "found.card"


def test_a_question_is_still_answered_where_a_place_is_asked(talking: World) -> None:
    """Words that are no name are answered as everywhere."""
    turn = _at(talking, _state(talking, "topic.help", "topic:pep"))
    there = step(talking, turn.token, Typed("se me rompió el condón anoche"))
    assert there.screen.step == "found.answer"


def test_the_language_says_nothing_about_the_place(world: World) -> None:
    """The same countries in every language, and no place before it is said."""
    for language in world.edition.languages:
        pages = country_pages(RenderContext(world, _state(world, ENTRY, "", language)))
        found = {place.place for page in pages for place in page}
        assert found == {name for name, place in world.edition.places.items() if place.level == "country"}
        assert all(1 <= len(page) <= OWN for page in pages)


def test_closer_lists_what_lies_in_a_country_and_back_leads_to_the_answer(world: World) -> None:
    """The country alone is a full answer; a state is one press and one page away."""
    turn = _at(world, _state(world, "legal.law", "", place="us"))
    listed = _press(world, turn, "Closer: state or city")
    labels = [choice.label for choice in _own(listed)]
    assert "California" in labels
    assert len(labels) <= OWN
    assert _place(world, _press(world, listed, "California")) == "us-ca"
    assert _now(_press(world, listed, "← Back")) == _now(turn)
    card = _at(world, _state(world, "urgent.card", "card:bleeding", place="us"))
    assert "Closer: state or city" not in [choice.label for choice in card.screen.choices]


def test_a_screen_of_a_guarded_topic_stays_open_while_a_place_is_chosen(world: World) -> None:
    """Choosing a place does not lead away from it, and no other screen's button holds it."""
    turn = _at(world, _state(world, "topic.help", "topic:partner-violence"))
    listed = step(world, turn.token, Press(next(_lists(world, turn)).token))
    there = step(world, listed.token, Press(_own(listed)[0].token))
    assert (there.screen.step, _now(there).subject) == (turn.screen.step, _now(turn).subject)
    assert _now(there).via == 0


@pytest.mark.parametrize(("step_id", "subject"), ASKING)
def test_buttons_of_the_question_fit_a_token(world: World, step_id: str, subject: str) -> None:
    """With the longest word and full answers too."""
    full = _state(world, step_id, subject)._replace(word="x" * 24, how=31, barriers=2047, aims=(1, 2, 3, 4), pace=3)
    for place in (0, *world.index.groups):
        turn = _at(world, full._replace(place=place))
        assert all(len(choice.token.encode()) <= LONGEST for choice in turn.screen.choices)


def test_a_pack_without_the_screens_still_answers(world: World) -> None:
    """An older pack has no `place.unknown` and no list of everybody."""
    flows = world.index.flows
    other = replace(world, listen=lambda _text, language: Heard("unsure", language=language, naming="elsewhere"))
    kept = {name: number for name, number in flows.hash.items() if name not in ("place.unknown", "referral.list")}
    object.__setattr__(other.index, "flows", replace(flows, hash=kept))
    turn = step(other, pack(_state(world, ENTRY, "")), Typed("moldova"))
    assert turn.screen.step == "found.unsure"


def test_a_flow_asks_for_the_card_and_not_for_its_topic(world: World) -> None:
    """`when: {subject: [...]}` on a card means the card."""
    card = next(card for card in world.edition.cards.values() if card.topic and card.topic != card.card)
    draw = RenderContext(world, _state(world, "urgent.card", f"card:{card.card}"))
    assert draw.holds({"subject": [card.card]})
    assert not draw.holds({"subject": [str(card.topic)]})
