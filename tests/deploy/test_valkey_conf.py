"""The Valkey that ships, started for real: memory alone, no log with anything in it, one user with little that it may do."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.unit_filter import shut_in
from tests.deploy.valkey_server import ROOT, program, running, shipped_files

pytestmark = pytest.mark.heavy
ALL = "user tester on nopass ~* &* +@all"
WORD = b"canaryqzqz"


def _client(folder: Path, user: str) -> Any:
    client = pytest.importorskip("valkey.asyncio", reason="pip install '.[heavy]'")
    return client.Valkey.from_url(f"unix://{user}@{folder}/socket", protocol=2)


async def test_nothing_that_it_was_told_is_in_a_file_or_in_what_it_prints(tmp_path: Path) -> None:
    """Not after a slow command, a large one, a refused one, or its end; and what it held is gone."""
    conf = shipped_files(tmp_path, [ALL])
    command = [program(), str(conf)]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    async with running(tmp_path, command) as process:
        mode = stat.S_IMODE((tmp_path / "socket").stat().st_mode)
        assert mode == 0o770, oct(mode)
        server, bot = _client(tmp_path, "tester"), _client(tmp_path, "constellation")
        await server.set(WORD + b"-key", WORD * 200_000, ex=60)
        await server.eval("local x = 0; for i = 1, 3000000 do x = x + i end; return ARGV[1]", 0, WORD)
        with pytest.raises(Exception, match=r"(?i)no permissions|NOPERM"):
            await bot.execute_command("KEYS", WORD)
        logs = {
            name: await server.execute_command("COMMANDLOG", "LEN", name) for name in ("slow", "large-request", "large-reply")
        }
        assert logs == {"slow": 0, "large-request": 0, "large-reply": 0}
        assert await server.execute_command("ACL", "LOG") == []
        assert await server.config_get("save") == {"save": ""}
        assert await server.config_get("appendonly") == {"appendonly": "no"}
        assert (await server.info("persistence"))["rdb_changes_since_last_save"] > 0
        for forbidden in (("DEBUG", "SET-ACTIVE-EXPIRE", "1"), ("MODULE", "LOAD", "/none"), ("CONFIG", "SET", "dir", "/tmp")):
            with pytest.raises(Exception, match=r"(?i)not allowed|can't set protected|unknown"):
                await server.execute_command(*forbidden)
        await server.aclose()
        await bot.aclose()
        process.terminate()
        said, _ = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert WORD not in said
    after = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert after == before
    async with running(tmp_path, command):
        again = _client(tmp_path, "tester")
        assert await again.dbsize() == 0
        await again.aclose()


async def test_full_is_full_and_throws_nobody_out(tmp_path: Path) -> None:
    """What is kept stays until its time; the next is refused."""
    conf = shipped_files(tmp_path, [ALL])
    async with running(tmp_path, [program(), str(conf)]):
        server = _client(tmp_path, "tester")
        await server.set("first", b"1", ex=600)
        refused = pytest.importorskip("valkey.exceptions").OutOfMemoryError
        filled = 0
        try:
            while filled < 200:
                await server.set(f"more{filled}", b"x" * 1_000_000, ex=600)
                filled += 1
        except refused:
            pass
        assert 60 < filled < 200
        assert await server.get("first") == b"1"
        await server.aclose()


async def test_it_runs_under_its_units_filter(tmp_path: Path) -> None:
    """With no other socket than its own, and no system call beyond the unit's."""
    conf = shipped_files(tmp_path, [ALL])
    unit = (ROOT / "deploy/constellation-valkey.service").read_text("utf-8")
    async with running(tmp_path, shut_in(unit, [program(), str(conf)])):
        server = _client(tmp_path, "tester")
        assert await server.set("one", b"1", ex=600)
        assert await server.eval("return redis.call('TIME')", 0)
        await server.aclose()
