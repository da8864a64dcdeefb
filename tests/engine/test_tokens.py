"""Tokens: every state survives the round trip in 64 bytes; nothing else is accepted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.state import State
from bot.engine.tokens import LONGEST, SPARE, encode, head_of, pack, unpack

hashes = st.integers(0, 2**21 - 1)
words = st.text(st.characters(exclude_categories=("C", "Z", "N"), exclude_characters="~"), max_size=24).filter(
    lambda word: len(word.encode()) <= 24
)
states = st.builds(
    State,
    language=st.sampled_from(["en", "es", "fil", "pt"]),
    step=hashes,
    subject=hashes,
    via=hashes,
    via_subject=hashes,
    place=hashes,
    aims=st.lists(st.integers(1, 15), max_size=4, unique=True).map(tuple),
    pace=st.integers(0, 7),
    how=st.integers(0, 63),
    barriers=st.integers(0, 2**14 - 1),
    page=st.integers(0, 31),
    opened=st.booleans(),
    young=st.booleans(),
    fresh=st.booleans(),
    ticks=st.integers(0, 2**24 - 1),
    word=words,
    dismissed=st.lists(st.integers(1, 31), max_size=3).map(tuple),
    wants=st.integers(0, 2**9 - 1),
    stays=st.integers(0, 31),
)


@given(states)
def test_every_state_survives_the_round_trip_in_64_bytes(state: State) -> None:
    """Any state, with a word of 24 bytes and an emergency card beside it, fits and comes back whole."""
    token = pack(state)
    assert len(token.encode()) <= LONGEST
    assert unpack(token) == state


@given(states, st.integers(0, 2**168 - 1))
def test_the_word_gives_way_to_ticks_and_nothing_else_does(state: State, ticks: int) -> None:
    """With a long list ticked, the token still fits; only the word may be missing afterwards."""
    wanted = state._replace(ticks=ticks)
    token = pack(wanted)
    assert len(token.encode()) <= LONGEST
    assert unpack(token) in (wanted, wanted._replace(word=""))


@given(st.text(max_size=80))
def test_any_text_is_a_state_or_nothing(text: str) -> None:
    """Whatever is pressed, unpacking gives a state that packs to the same token, or None; it never raises."""
    state = unpack(text)
    assert state is None or pack(state) == text


@given(states, st.integers(0, 34), st.sampled_from("ABCxyz019-_"))
def test_a_changed_letter_is_nearly_always_noticed(state: State, at: int, letter: str) -> None:
    """One changed letter of the head gives nothing, or (one time in 256) a state of its own: never an error."""
    token = pack(state)
    changed = token[:at] + letter + token[at + 1 :]
    found = unpack(changed)
    assert found is None or changed == token or found != state


def test_a_token_has_one_spelling_only() -> None:
    """Dismissed cards, and aims, with a gap between them and a check that fits are refused."""
    head = head_of(State(dismissed=(3, 7)))
    assert unpack(encode(head, "")) == State(dismissed=(3, 7))
    assert unpack(encode(head & ~7, "")) is None
    assert unpack(encode(head_of(State(aims=(1, 2))) & ~(3 << 40), "")) is None


def test_a_token_of_before_has_nothing_dismissed() -> None:
    """The bits were unused: this button is of 2026-11-27."""
    state = unpack("AICuAAAAAAABBQ6gAAABAAAHAACgAB4EAA8~LRY")
    assert state is not None
    assert state.dismissed == ()


def test_a_token_of_the_first_version_is_read() -> None:
    """Its ids keep their lower bits, as ids are made now; pressed on, it is one of this version."""
    state = unpack("AICuAAAAAAABBQ6gAAABAAAHAACgAB4EAA8~LRY")
    assert state is not None
    assert unpack(pack(state)) == state
    assert pack(state)[:2] != "AI"


@given(states)
def test_the_spare_bit_is_zero_or_it_is_no_token(state: State) -> None:
    """One is left since the check-in has its fourteen; no field reaches into it."""
    shift, mask = SPARE
    head = head_of(state)
    assert head >> shift & mask == 0
    assert unpack(encode(head | mask << shift, "")) is None


@given(states)
def test_a_button_from_before_the_check_in_says_nothing_of_it(state: State) -> None:
    """Its fourteen bits were zero then: all else is read as it was, whatever the rest holds."""
    before = state._replace(wants=0, stays=0)
    head = head_of(before)
    assert head >> 56 & 0x7FFF == 0
    assert unpack(pack(before)) == before
