"""`sign` and `verify`, as the README says them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli import main
from bot.trust.signing import public_of


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen; apt-get install openssh-client")
def test_sign_and_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two sign, two are found; one byte later nobody has."""
    for folder in ("content", "flows"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text("a: b\n", encoding="utf-8")
    common = ["--content", str(tmp_path / "content"), "--flows", str(tmp_path / "flows")]
    lines = []
    for name in ("river", "moon"):
        key = tmp_path / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
        lines.append(f"{name} {public_of(key)}\n")
        assert main(["trust", "sign", *common, "--key", str(key), "--as", name]) == 0
    assert main(["trust", "sign", *common, "--key", str(tmp_path / "moon"), "--as", "moon", "--retractions"]) == 0
    signers = tmp_path / "signers"
    signers.write_text("".join(lines), encoding="utf-8")
    verify = ["trust", "verify", *common, "--signers", str(signers), "--need", "2"]
    assert main(verify) == 0
    assert "moon, river" in capsys.readouterr().out
    (tmp_path / "flows" / "a.yaml").write_text("a: c\n", encoding="utf-8")
    assert main(verify) == 1
    out = capsys.readouterr().out
    assert "nobody" in out
    assert "retractions: moon" in out
    assert main(["trust", "sign", *common, "--key", str(tmp_path / "none"), "--as", "x"]) == 1
