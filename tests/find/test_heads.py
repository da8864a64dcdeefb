"""Heads: they learn, an example speaks for its neighbourhood, and what is written can be read."""

import dataclasses
import hashlib
import tracemalloc

import numpy as np
import pytest
import yaml

from bot.find.triage.examples import Example, fingerprint
from bot.find.triage.fitted import MARGIN, Fitted, as_yaml, keys_of, known_vectors, packed, settled, unpacked
from bot.find.triage.heads import NARROW, RIDGE, STEP, STRANGER, Heads, fit, nearness, stored
from bot.find.triage.heads_file import CARD, DANGER, NOW, HeadsFile, Limits
from bot.find.triage.identity import HEARD_BY, IDENTITY, WIDTH
from bot.find.triage.learner import learn

LIMITS = Limits(now=0.1, maybe=-0.1, net=0.4, loose=0.2, mild=0.2, watched=0.0, seller=-0.2, paths={"about": -0.4})


def _vectors(count: int, seed: int = 1) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(count, WIDTH)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _near(vector: np.ndarray, seed: int) -> np.ndarray:
    moved = vector + 0.4 * _vectors(1, seed)[0]
    return (moved / np.linalg.norm(moved)).astype(np.float32)


def _fitted(centres: np.ndarray, says: list[float]) -> Heads:
    return Heads(("now",), centres, fit(nearness(centres), {"now": says}, [1.0] * len(centres)))


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    vectors = _vectors(60)
    texts = [f"sentence {number}" for number in range(60)]
    examples = [
        Example(text, "now" if number < 20 else "maybe" if number < 30 else "calm", "ghb" if number < 30 else "", "en", 1.0, 1.0)
        for number, text in enumerate(texts)
    ]
    heads, kept = learn(examples, stored(vectors))
    return Fitted("e-1", fingerprint(examples, "e-1"), heads, keys_of([texts[row] for row in kept]), LIMITS)


def test_heads_know_their_examples_and_what_is_near(fitted: Fitted) -> None:
    """Danger is heard near danger, maybe is no now, and a stranger is no danger."""
    vectors = _vectors(60)
    now, maybe, calm, odd = (
        fitted.heads.loudest(np.stack([vector]))
        for vector in (_near(vectors[3], 7), vectors[25], _near(vectors[40], 8), -vectors[3])
    )
    assert now[NOW] > 0.1
    assert now[f"{CARD}ghb"] > 0.1
    assert maybe[NOW] < 0 < maybe[DANGER]
    assert calm[DANGER] < -0.3
    assert odd[DANGER] < -0.2


def test_one_example_changes_its_neighbourhood_only() -> None:
    """A near-miss that a peer adds calms what is close to it and leaves other danger alone."""
    vectors = _vectors(40)
    says = [1.0] * 20 + [-1.0] * 20
    miss = _near(vectors[3], 5)
    before = _fitted(stored(vectors), says)
    after = _fitted(stored(np.vstack([vectors, miss])), [*says, -1.0])
    close, other = np.stack([miss]), np.stack([vectors[10]])
    assert after.scores(close)[0, 0] < before.scores(close)[0, 0] - 0.5
    assert abs(after.scores(other)[0, 0] - before.scores(other)[0, 0]) < 0.05


def test_the_order_of_examples_does_not_count() -> None:
    """Each example gets the same weight wherever it stands, to the last digit that is kept."""
    vectors, order = stored(_vectors(50)), np.random.default_rng(2).permutation(50)
    says = np.where(np.arange(50) % 3 == 0, 1.0, -1.0)
    one = _fitted(vectors, list(says))
    two = _fitted(vectors[order], list(says[order]))
    assert np.array_equal(one.weights[order], two.weights)


def test_what_neighbours_say_already_is_not_kept() -> None:
    """Forty calm sentences in nearly the same words cost no more than a few of them; danger stays, and all is heard."""
    alone, many = _vectors(20), np.vstack([_near(_vectors(1, 70)[0], 100 + number) for number in range(40)])
    vectors = np.vstack([alone, many])
    meant = ["now" if number < 10 else "calm" for number in range(60)]
    examples = [Example(f"s {at}", what, "ghb" if what == "now" else "", "en", 1.0, 1.0) for at, what in enumerate(meant)]
    heads, kept = learn(examples, stored(vectors))
    assert len(heads.centres) == len(kept) < 40
    assert set(range(10)) <= set(kept.tolist())
    now = heads.scores(vectors)[:, heads.names.index(NOW)]
    assert (now[:10] > 0).all()
    assert (now[10:] < 0).all()


@pytest.mark.parametrize("count", [1, 2, 8, 9, 20])
def test_one_vector_is_scored_as_among_others(fitted: Fitted, count: int) -> None:
    """Few vectors are multiplied one by one, many together: the same comes of it."""
    vectors = _vectors(20, 9)
    assert np.abs(fitted.heads.scores(vectors[:count]) - fitted.heads.scores(vectors)[:count]).max() < 1e-5


def test_scores_in_blocks_are_the_scores_in_one(monkeypatch: pytest.MonkeyPatch, fitted: Fitted) -> None:
    """Examples are looked at in blocks to save memory; a block's edge loses none."""
    whole = fitted.heads.scores(_vectors(5, 9))
    monkeypatch.setattr("bot.find.triage.heads._FEW", 7)
    assert np.abs(whole - fitted.heads.scores(_vectors(5, 9))).max() < 1e-5


def test_a_message_is_scored_in_little_memory() -> None:
    """A running bot's allocator fetches what is large anew each time and writes it over: four times the cost of the sums."""
    centres = stored(_vectors(4000))
    heads = Heads(("now", "danger"), centres, np.ones((4000, 2), np.int16))
    message = _vectors(1, 9)
    heads.scores(message)
    tracemalloc.start()
    try:
        heads.scores(message)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 700_000


def test_a_slightly_different_processor_decides_the_same(fitted: Fitted) -> None:
    """What another processor may add to a vector moves no score by more than the margin that limits keep."""
    vectors = _vectors(60)
    noise = np.random.default_rng(3).normal(scale=3e-7, size=vectors.shape).astype(np.float32)
    assert np.abs(fitted.heads.scores(vectors) - fitted.heads.scores(vectors + noise)).max() < 1e-4


@pytest.mark.parametrize(
    ("says", "counts", "why"), [([1.0], [1.0, 1.0], "needs"), ([1.0, -1.0], [1.0], "needs"), ([1.0, -1.0], [1.0, 0.0], "nothing")]
)
def test_examples_that_do_not_fit_are_refused(says: list[float], counts: list[float], why: str) -> None:
    """A clear error instead of a wrong head."""
    with pytest.raises(ValueError, match=why):
        fit(nearness(stored(_vectors(2))), {"now": says}, counts)


def test_what_is_written_can_be_read(fitted: Fitted) -> None:
    """Both files come back as they were, and the same heads give the same bytes."""
    numbers = packed(fitted)
    file = HeadsFile.model_validate(yaml.safe_load(as_yaml(fitted, numbers)))
    back = unpacked(file, numbers, "e-1")
    assert np.array_equal(back.heads.weights, fitted.heads.weights)
    assert np.array_equal(back.heads.centres, fitted.heads.centres)
    assert back.limits == LIMITS
    assert back.of == fitted.of
    assert packed(back) == numbers
    assert np.array_equal(known_vectors(back)[bytes(fitted.keys[4])], fitted.heads.centres[4])


def test_heads_of_another_encoder_are_not_used(fitted: Fitted) -> None:
    """Its numbers would mean something else."""
    numbers = packed(fitted)
    file = HeadsFile.model_validate(yaml.safe_load(as_yaml(fitted, numbers)))
    with pytest.raises(ValueError, match="another encoder"):
        unpacked(file, numbers, "e-2")


def test_numbers_that_do_not_belong_are_refused(fitted: Fitted) -> None:
    """A changed byte, a foreign archive and a missing column are found, each with what to do."""
    numbers = packed(fitted)
    file = HeadsFile.model_validate(yaml.safe_load(as_yaml(fitted, numbers)))
    with pytest.raises(ValueError, match="not the file"):
        unpacked(file, numbers[:-1] + b"x", "e-1")
    with pytest.raises(ValueError, match="not the file"):
        unpacked(file.model_copy(update={"numbers": hashlib.sha256(b"junk").hexdigest()}), b"junk", "e-1")
    with pytest.raises(ValueError, match="not the file"):
        unpacked(file.model_copy(update={"heads": file.heads[:-1]}), numbers, "e-1")
    with pytest.raises(ValueError, match="no head danger"):
        unpacked(file.model_copy(update={"heads": ["x" if name == "danger" else name for name in file.heads]}), numbers, "e-1")
    with pytest.raises(ValueError, match="maybe is missing"):
        unpacked(
            file.model_copy(update={"limits": {"now": 0.1, "net": 0.4, "loose": 0.2, "mild": 0.2, "watched": 0.0}}),
            numbers,
            "e-1",
        )


def test_heads_of_a_wrong_shape_cannot_be_made(fitted: Fitted) -> None:
    """Names, weights and centres have to agree."""
    with pytest.raises(ValueError, match="weights"):
        dataclasses.replace(fitted.heads, names=("now",))
    with pytest.raises(ValueError, match="vectors"):
        Heads(("now",), np.zeros((2, 3), dtype=np.int8), np.zeros((2, 1), dtype=np.int16))


def test_a_limit_lies_in_a_gap() -> None:
    """No score of an example is nearer to the limit than half the widest gap around."""
    scores = np.array([0.1, 0.101, 0.109, 0.11, 0.2], dtype=np.float32)
    limit = settled(0.1092, scores, within=0.01)
    assert abs(limit - 0.1092) <= 0.01
    assert np.abs(scores - limit).min() >= 0.0039


def test_a_limit_that_is_far_enough_stays() -> None:
    """A second fit of the same examples gives the same file."""
    scores = np.array([0.1, 0.2], dtype=np.float32)
    assert settled(0.15, scores) == 0.15
    moved = settled(0.1 + MARGIN / 2, scores)
    assert moved != 0.1 + MARGIN / 2
    assert settled(moved, scores) == moved


def test_the_fit_solves_its_equations() -> None:
    """Against an exact solver, with counts that differ a hundredfold."""
    near = nearness(stored(_vectors(80)))
    dice = np.random.default_rng(4)
    says, counts = np.where(dice.random(80) > 0.5, 1.0, -1.0), dice.choice([0.1, 1.0, 6.0], 80)
    exact = np.linalg.solve(near + np.diag(RIDGE / counts), says - STRANGER)
    assert np.abs(fit(near, {"now": list(says)}, list(counts))[:, 0] * STEP - exact).max() <= STEP / 2 + 1e-9


def test_weights_are_whole_steps() -> None:
    """What is kept is rounded in the second digit, far coarser than processors differ."""
    assert STEP >= 1 / 128


def test_the_fit_solves_its_equations_where_examples_share_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before, where only a few of the directions that examples share are taken out first."""
    monkeypatch.setattr("bot.find.triage.heads._DIRECTIONS", 7)
    test_the_fit_solves_its_equations()


def test_what_heads_are_bound_to_names_how_far_examples_speak() -> None:
    """Heads that were fitted for another reach would hear something else; their file is not used then."""
    assert f"{IDENTITY}:near-{NARROW:g}" == HEARD_BY
