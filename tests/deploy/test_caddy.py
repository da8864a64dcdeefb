"""The Caddyfile in front of the page is one that Caddy takes, also an old one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "deploy/web/Caddyfile"


@pytest.mark.heavy
def test_caddy_takes_it(tmp_path: Path) -> None:
    """With a host's name in place of HOST, as its first lines say."""
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("no Caddy: apt-get install caddy")
    mine = tmp_path / "Caddyfile"
    mine.write_text(FILE.read_text("utf-8").replace("\nHOST {", "\npage.example {"), "utf-8")
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [caddy, "validate", "--config", str(mine), "--adapter", "caddyfile"], env=environ, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
