"""The bot in Telegram: a loop of our own over `telegram.Bot`, which writes nothing down.

`SURFACE` says what the channel can do; `bot.channels.telegram.app.run` starts it.
"""

from __future__ import annotations

from typing import Final

from bot.engine import Surface

SURFACE: Final = Surface(name="telegram", title="Telegram", limit=4096, buttons=True, erases=True, timers=True, layouts=True)
