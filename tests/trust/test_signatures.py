"""What ssh-keygen signs is verified here without it; one changed byte is refused; N of M count each key once."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.trust.content import CONTENT, WITHDRAWAL, manifest, signers_of, who_signed, who_withdrew
from bot.trust.fingerprint_words import WORDS
from bot.trust.genuine import check, listing, three_words
from bot.trust.signing import public_of, sign
from bot.trust.sshsig import Untrusted, key_of, verify

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen; apt-get install openssh-client")
FILES = {"content/book.yaml": b"book: x\n", "flows/a.yaml": b"flow: a\n", "content/retractions.yaml": b"retractions: []\n"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three new keys."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("river", "moon", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)], check=True)
    return [folder / name for name in ("river", "moon", "other")]


def test_a_signature_holds_for_these_bytes_and_this_use(keys: list[Path]) -> None:
    """Another byte, another namespace or a cut signature is refused, with words."""
    text = sign(b"words", keys[0], CONTENT)
    assert verify(b"words", text, CONTENT) == key_of(public_of(keys[0]))
    for message, namespace in ((b"wordz", CONTENT), (b"words", WITHDRAWAL)):
        with pytest.raises(Untrusted):
            verify(message, text, namespace)
    lines = text.splitlines()
    for at in range(1, len(lines) - 1):
        for broken in ("", lines[at][:-4], lines[at].swapcase()):
            with pytest.raises(Untrusted):
                verify(b"words", "\n".join([*lines[:at], broken, *lines[at + 1 :]]), CONTENT)


def test_n_of_m_count_each_key_once(keys: list[Path]) -> None:
    """A stranger's signature and a second name for one key add nothing; one changed file takes all away."""
    known = signers_of(f"river {public_of(keys[0])}\nmoon {public_of(keys[1])} x\nsun {public_of(keys[0])}\n# a remark\n")
    signed = dict(FILES)
    for name, key in zip(("a", "b", "c"), keys, strict=True):
        signed[f"content/signatures/{name}.sig"] = sign(manifest(FILES), key, CONTENT).encode()
    signed["content/signatures/again.sig"] = signed["content/signatures/a.sig"]
    assert who_signed(signed, known) == {"river", "moon"}
    assert who_signed({**signed, "flows/a.yaml": b"flow: b\n"}, known) == set()
    assert who_signed({**signed, "flows/more.yaml": b""}, known) == set()


def test_a_withdrawal_needs_one_and_nothing_else(keys: list[Path]) -> None:
    """It holds whatever the rest of the files say, and not for other bytes."""
    known = signers_of(f"moon {public_of(keys[1])}")
    signature = sign(FILES["content/retractions.yaml"], keys[1], WITHDRAWAL).encode()
    files = {**FILES, "content/signatures/retractions/moon.sig": signature}
    assert who_withdrew({**files, "flows/a.yaml": b"broken ["}, known) == {"moon"}
    assert who_withdrew({**files, "content/retractions.yaml": b"retractions: [x]\n"}, known) == set()
    assert who_signed(files, known) == set()


@pytest.mark.parametrize(
    "text", ["", "river", "river ssh-rsa AAAA", "river ssh-ed25519 AAAA", 'river namespaces="x" ssh-ed25519 AAAA']
)
def test_a_wrong_file_of_signers_is_refused(text: str) -> None:
    """With how to mend it."""
    with pytest.raises(Untrusted):
        signers_of(text)


def test_three_words_belong_to_a_key(keys: list[Path]) -> None:
    """The same each time; a list with other words, another key, another address or another last day is refused."""
    assert len(set(WORDS)) == 256
    public, entries = public_of(keys[0]), [("telegram", "https://t.me/night_sky_bot")]
    words, until = three_words(public), dt.date(2026, 12, 1)
    signature = sign(listing(entries, until, words), keys[0], "constellation-genuine")
    check(entries, until, words, public, signature, until)
    with pytest.raises(Untrusted):
        check([("telegram", "https://t.me/night_sky_b0t")], until, words, public, signature, until)
    with pytest.raises(Untrusted):
        check(entries, until, words, public_of(keys[1]), signature, until)
    with pytest.raises(Untrusted):
        check(entries, dt.date(2029, 12, 1), words, public, signature, until)
    with pytest.raises(Untrusted, match="ran out"):
        check(entries, until, words, public, signature, dt.date(2026, 12, 2))
    other = words[1:] + words[:1]
    with pytest.raises(Untrusted):
        check(entries, until, other, public, sign(listing(entries, until, other), keys[0], "constellation-genuine"), until)
