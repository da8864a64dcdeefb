"""Firefox and a text browser with scripts off: Leave, Back and send again show nothing of the talk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import select
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from bot.channels.web import app
from bot.channels.web.requests import Form
from bot.engine import World, unpack

pytestmark = pytest.mark.heavy
SCREENS = ("Choked", "choked", "canary", "hurt or threatened", "Emergency room")


def _in_firefox(address: str, folder: Path) -> list[str]:
    """A talk, Leave, then each page of the history back and sent again (the browser's question answered with yes)."""
    from marionette_driver.by import By
    from marionette_driver.errors import MarionetteException
    from marionette_driver.marionette import Marionette

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    prefs = {
        "javascript.enabled": "false",
        "marionette.port": port,
        "intl.accept_languages": '"en-US"',
        "app.update.auto": "false",
    }
    (folder / "user.js").write_text("".join(f'user_pref("{name}", {value});\n' for name, value in prefs.items()))
    process = subprocess.Popen(
        ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    shown: list[str] = []
    try:
        driver = Marionette(host="127.0.0.1", port=port)
        driver.raise_for_port(timeout=60)
        driver.start_session({"unhandledPromptBehavior": "accept"})

        def source(of: str = "", seconds: float = 15) -> str:
            end = time.monotonic() + seconds
            while True:
                try:
                    page = str(driver.page_source)
                except MarionetteException:
                    page = ""
                if (page and of and of in page) or time.monotonic() > end:
                    return page
                time.sleep(0.2)

        def press(label: str, then: str) -> None:
            next(each for each in driver.find_elements(By.CSS_SELECTOR, "button") if each.text == label).click()
            assert then in source(then), label

        driver.navigate(address + "en/us-ny")
        press("Begin", "What would help right now?")
        press("Someone hurt or threatened me", "Send")
        driver.find_element(By.CSS_SELECTOR, "#w").send_keys("canary he choked me")
        press("Send", "Choked or strangled")
        press("Leave", "Nothing here.")
        for _ in range(4):
            for act in (driver.go_back, driver.refresh):
                with contextlib.suppress(MarionetteException):
                    act()
                shown.append(source("This page was closed", 2))
        with contextlib.suppress(MarionetteException):
            driver.delete_session()
    finally:
        process.terminate()
        process.wait(20)
    return shown


async def test_firefox_shows_nothing_of_a_talk_that_was_left(parts: app.RunningChannel, tmp_path: Path) -> None:
    """Back is Firefox's own notice; sent again, the page says that it was closed."""
    pytest.importorskip("marionette_driver", reason="pip install '.[heavy]'")
    if not shutil.which("firefox-esr"):
        pytest.skip("no Firefox: apt-get install firefox-esr")
    shown = await asyncio.to_thread(_in_firefox, parts.address, tmp_path)
    assert len(shown) == 8
    assert not [page for page in shown if any(words in page for words in SCREENS)]
    assert any("This page was closed" in page for page in shown)


class Terminal:
    """A text browser in a terminal of its own. `text`: all that it has drawn so far."""

    def __init__(self, *command: str) -> None:
        self.pid, self._end = pty.fork()
        if not self.pid:
            os.environ.update(TERM="vt100", LINES="50", COLUMNS="80", LANG="C.UTF-8")
            os.execvp(command[0], command)
        self.text = ""

    def keys(self, *keys: str, wait: float = 1.5) -> str:
        """Types keys; gives what was drawn since."""
        drawn = ""
        for key in keys:
            os.write(self._end, key.encode())
            end = time.monotonic() + wait
            while (left := end - time.monotonic()) > 0:
                if select.select([self._end], [], [], left)[0]:
                    try:
                        drawn += os.read(self._end, 65536).decode("utf-8", "replace")
                    except OSError:
                        return drawn
        self.text += drawn
        return drawn

    def close(self) -> None:
        """Ends it."""
        with contextlib.suppress(OSError, ProcessLookupError):
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self._end)


@pytest.mark.parametrize("name", ["lynx", "w3m"])
async def test_a_text_browser_presses_buttons(name: str, parts: app.RunningChannel, page_world: World) -> None:
    """A button of the first page sends its own state; what its Back shows is in docs/web.md."""
    if not shutil.which(name):
        pytest.skip(f"no {name}: apt-get install {name}")
    more = ["-accept_all_cookies=off", "-nopause"] if name == "lynx" else ["-o", "confirm_qq=false"]

    sent: list[str] = []
    answer = parts.driver.send

    async def told(form: Form, hints: tuple[str, ...] = ()) -> str:
        opened = parts.seals.open(form.press)
        state = unpack(opened.token) if opened else None
        sent.append(page_world.index.flows.by_hash[state.step] if state else "")
        return await answer(form, hints)

    parts.driver.send = told

    def talk() -> str:
        terminal = Terminal(name, *more, parts.address + "en/us-ny")
        try:
            first = terminal.keys("", wait=3)
            terminal.keys(*(["\r"] if name == "lynx" else ["\t", "\r", "\r"]), wait=2)
            return first
        finally:
            terminal.close()

    first = await asyncio.to_thread(talk)
    assert "Notebook" in first
    assert sent
    assert sent[0] in ("urgent.menu", "welcome.home")  # the first or the second button, as the browser moves
