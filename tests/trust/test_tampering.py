"""Any change to what was signed is refused; ssh-keygen, by the documented lines, says the same as we do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.trust.content import CONTENT, RETRACTIONS, WITHDRAWAL, manifest, signers_of, who_signed, who_withdrew
from bot.trust.signing import public_of, sign
from tests.book.pack import pack

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen; apt-get install openssh-client")
ROOT = Path(__file__).resolve().parents[2]
ENTRY = b"retractions:\n  - {withdraw: referral, id: far, why: hijacked, on: 2026-11-23}\n"
NAMES = st.one_of(
    st.from_regex(r"(content|flows)/[a-z/]{1,12}\.(yaml|yml)", fullmatch=True),
    st.from_regex(r"content/signatures/[a-z/]{1,12}\.yaml", fullmatch=True),
    st.text(min_size=1, max_size=20).map(lambda text: f"content/{text}.yaml"),
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new key."""
    path = tmp_path_factory.mktemp("keys") / "river"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def signed(key: Path) -> dict[str, bytes]:
    """The small pack with a withdrawal, both signed."""
    files = {**pack(), RETRACTIONS: ENTRY, "flows/a.yaml": b"flow: a\n"}
    return {
        **files,
        "content/signatures/river.sig": sign(manifest(files), key, CONTENT).encode(),
        "content/signatures/retractions/river.sig": sign(ENTRY, key, WITHDRAWAL).encode(),
    }


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_change_is_refused(key: Path, signed: dict[str, bytes], data: st.DataObject) -> None:
    """A byte, a file more, less or under another name; two files whose words change places."""
    known = signers_of(f"river {public_of(key)}")
    assert who_signed(signed, known) == who_withdrew(signed, known) == {"river"}
    files = dict(signed)
    under = sorted(name for name in files if not name.endswith(".sig") and name != RETRACTIONS)
    name = data.draw(st.sampled_from(under))
    what = data.draw(st.sampled_from(["byte", "cut", "more", "less", "renamed", "swapped", "joined"]))
    before = files[name]
    if what == "byte":
        at, other = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(1, 255))
        files[name] = before[:at] + bytes([before[at] ^ other]) + before[at + 1 :]
    elif what == "cut":
        files[name] = before[: data.draw(st.integers(0, len(before) - 1))]
    elif what == "swapped":
        other_name = data.draw(st.sampled_from([one for one in under if files[one] != before]))
        files[name], files[other_name] = files[other_name], before
    elif what == "joined":
        # A name that would read as the two lines of two files.
        one, two = under[:2]
        lines = manifest(files).decode().splitlines()
        del files[two]
        files[f"{one}\n{lines[1]}"] = files.pop(one)
    else:
        new = data.draw(NAMES.filter(lambda new: new not in files))
        if what != "less":
            files[new] = before
        if what != "more":
            del files[name]
    assert who_signed(files, known) == set(), (what, name)
    assert who_withdrew(files, known) == {"river"}


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(ENTRY) - 1), other=st.integers(1, 255))
def test_any_byte_of_the_retractions_undoes_their_signature(key: Path, signed: dict[str, bytes], at: int, other: int) -> None:
    """And no more than that: the content stays signed."""
    known = signers_of(f"river {public_of(key)}")
    files = {**signed, RETRACTIONS: ENTRY[:at] + bytes([ENTRY[at] ^ other]) + ENTRY[at + 1 :]}
    assert who_withdrew(files, known) == set()
    assert who_signed(files, known) == {"river"}


def _documented() -> list[str]:
    """The lines for ssh-keygen in the page for who sets up a repository."""
    page = (ROOT / "deploy" / "content-repository" / "README.md").read_text(encoding="utf-8")
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", page, re.S) if "ssh-keygen -Y verify" in block]


@pytest.mark.parametrize("changed", ["", "content/book.yaml", "flows/a.yaml", RETRACTIONS])
def test_ssh_keygen_says_the_same(
    key: Path, signed: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: str
) -> None:
    """By the two documented lines, on the same files: what holds for it holds for `verify`, and what does not does not."""
    for name, data in signed.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + (b"# one more\n" if name == changed else b""))
    (tmp_path / "content" / ".hidden.yaml").write_text("x: y\n", encoding="ascii")
    (tmp_path / "signers").write_text(f"river {public_of(key)}\n", encoding="ascii")
    lines = _documented()
    assert len(lines) == 2
    theirs = [subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True).returncode == 0 for line in lines]
    folders = ["--content", str(tmp_path / "content"), "--flows", str(tmp_path / "flows")]
    ours = main(["trust", "verify", *folders, "--signers", str(tmp_path / "signers")]) == 0
    said = capsys.readouterr().out
    assert theirs == [ours, "retractions: river" in said]
    assert theirs == [changed in ("", RETRACTIONS), changed != RETRACTIONS]
