"""The real command with the real pack against the strict server: welcome, check-in, typed words, leave, a clean stop."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from benchmarks.support.telegram_server import TelegramServer


async def test_a_talk_from_start_to_leave(tmp_path: Path) -> None:
    """What a person does on the first evening, in a process of its own."""
    server = TelegramServer()
    await server.start()
    token = tmp_path / "token"
    token.write_text(server.token)
    token.chmod(0o600)
    environ = {
        **os.environ,
        "CONSTELLATION_TELEGRAM_TOKEN_FILE": str(token),
        "CONSTELLATION_TELEGRAM_API_URL": server.url,
        "CONSTELLATION_TELEGRAM_PACE": "off",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "telegram", "--date", "2026-11-23",
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        ann = server.person(11, "es", name="Canary Name", username="canaryuser")
        ann.types("/start")
        await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot, 20)
        assert "¿Qué te serviría ahora?" in ann.screen.text  # the first line is one of several, by chance
        ann.presses(
            "Consejos para cuidarme más" if "Consejos para cuidarme más" in ann.screen.buttons else next(iter(ann.screen.buttons))
        )
        await server.quiet()
        before = ann.screen.text
        ann.types("me ahorcaron anoche y me duele tragar")
        await server.until(lambda: ann.screen.text != before, 10)
        await server.quiet()
        assert any("cuello" in label for label in ann.screen.buttons)
        ann.presses("Salir")
        await server.until(lambda: not ann.sees, 10)
    finally:
        process.terminate()
        out, _ = await asyncio.wait_for(process.communicate(), 20)
        await server.stop()
    assert process.returncode == 0
    assert b"Canary" not in out
    assert b"canaryuser" not in out
    assert b"ahorcaron" not in out
    assert server.token.encode() not in out
