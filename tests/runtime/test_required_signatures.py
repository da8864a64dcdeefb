"""With required signatures only signed content is taken, at the start and later; one signer withdraws whatever is broken."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.book.faults import BookFault
from bot.commands.shared.trust_options import trust_of
from bot.runtime.live_book import LiveBook
from bot.runtime.required_signatures import RequiredSignatures
from bot.trust.content import CONTENT, WITHDRAWAL, manifest, signers_of
from bot.trust.signing import public_of, sign
from tests.book.pack import changed, pack

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen; apt-get install openssh-client")
DAY = dt.date(2026, 11, 24)
ENTRY = b"retractions:\n  - {withdraw: referral, id: far, why: hijacked, on: 2026-11-23}\n"


def no_flows(docs: Any, book: Any) -> tuple[Any, list[Any]]:
    """The live book does not care what flows are."""
    return None, []


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two new keys."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("river", "moon"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)], check=True)
    return [folder / "river", folder / "moon"]


def _signed(files: dict[str, bytes], keys: list[Path]) -> dict[str, bytes]:
    message = manifest(files)
    return {**files, **{f"content/signatures/{key.name}.sig": sign(message, key, CONTENT).encode() for key in keys}}


def test_only_signed_content_is_taken_and_one_signer_withdraws(keys: list[Path], tmp_path: Path) -> None:
    """The drill: an unsigned edit waits, a withdrawal by one counts beside it and after a restart, an unsigned one does not."""
    known = signers_of("".join(f"{key.name} {public_of(key)}\n" for key in keys))
    two = RequiredSignatures(2, lambda: known)
    with pytest.raises(BookFault):
        LiveBook(lambda: _signed(pack(), keys[:1]), no_flows, None, (), two)
    files = {"now": _signed(pack(), keys)}
    live_book = LiveBook(lambda: files["now"], no_flows, tmp_path, (), two)
    assert live_book.healthy
    edit = changed("content/topics/health/pep.yaml", "Start soon.", "Start whenever.")
    signatures = {name: data for name, data in files["now"].items() if name.endswith(".sig")}
    files["now"] = {**edit, **signatures, "content/retractions.yaml": ENTRY}
    assert not live_book.tick(1.0)
    assert not live_book.tick(3.0)
    assert not live_book.healthy
    assert "far" in live_book.on(DAY).referrals
    withdrawal = {"content/signatures/retractions/moon.sig": sign(ENTRY, keys[1], WITHDRAWAL).encode()}
    files["now"] = {**files["now"], **withdrawal}
    live_book.tick(5.0)
    assert live_book.tick(7.0)
    assert "far" not in live_book.on(DAY).referrals
    assert live_book.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start soon."
    again = LiveBook(lambda: files["now"], no_flows, tmp_path, (), two)
    assert "far" not in again.on(DAY).referrals
    assert again.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start soon."
    files["now"] = {**_signed(edit, keys), "content/retractions.yaml": ENTRY, **withdrawal}
    again.tick(9.0)
    assert again.tick(11.0)
    assert again.healthy
    assert "far" not in again.on(DAY).referrals
    assert again.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start whenever."


def test_half_an_order_is_refused(keys: list[Path], tmp_path: Path) -> None:
    """A number without signers, signers without a number, or more than there are: never run unsigned by mistake."""
    signers = tmp_path / "signers"
    signers.write_text(f"river {public_of(keys[0])}\n", encoding="utf-8")
    assert trust_of(argparse.Namespace(require_signatures=0, signers=None)) is None
    assert trust_of(argparse.Namespace(require_signatures=1, signers=signers)) is not None
    for need, file in ((1, None), (0, signers), (2, signers), (1, tmp_path / "none")):
        with pytest.raises(BookFault):
            trust_of(argparse.Namespace(require_signatures=need, signers=file))


def test_a_signer_who_is_taken_out_counts_no_more_at_the_next_look(keys: list[Path], tmp_path: Path) -> None:
    """Nothing of theirs is taken, the words in use stay; put back, all is well. A file that cannot be read trusts nobody new."""
    signers = tmp_path / "signers"
    lines = {key.name: f"{key.name} {public_of(key)}\n" for key in keys}
    signers.write_text("".join(lines.values()), encoding="ascii")
    files = {"now": _signed(pack(), keys[:1])}
    trust = trust_of(argparse.Namespace(require_signatures=1, signers=signers))
    live_book = LiveBook(lambda: files["now"], no_flows, None, (), trust)
    clock = iter(range(10, 100, 2))

    def looks() -> None:
        for _ in range(2):
            live_book.tick(next(clock))

    for text, code in ((lines["moon"], "SIGNATURES"), ("", "SIGNERS"), ("".join(lines.values()), "")):
        signers.write_text(text, encoding="ascii")
        looks()
        assert [fault.code for fault in live_book.faults] == [code] * bool(code)
    signers.write_text(lines["moon"], encoding="ascii")
    edit = changed("content/topics/health/pep.yaml", "Start soon.", "Start whenever.")
    withdrawal = {"content/retractions.yaml": ENTRY}
    river, moon = ({f"content/signatures/retractions/{key.name}.sig": sign(ENTRY, key, WITHDRAWAL).encode()} for key in keys)
    files["now"] = {**_signed(edit, keys[:1]), **withdrawal, **river}
    looks()
    assert live_book.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start soon."
    assert "far" in live_book.on(DAY).referrals
    files["now"] = {**_signed(edit, keys[1:]), **withdrawal, **moon}
    looks()
    assert live_book.healthy
    assert live_book.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start whenever."
    assert "far" not in live_book.on(DAY).referrals
    signers.unlink()
    looks()
    assert [fault.code for fault in live_book.faults] == ["SIGNERS"]
    with pytest.raises(BookFault):
        LiveBook(lambda: _signed(pack(), keys[:1]), no_flows, None, (), RequiredSignatures(1, lambda: signers_of(lines["moon"])))
