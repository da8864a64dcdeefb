"""The talk on Signal, through signal-cli's JSON-RPC daemon: one message a screen, numbers and short words for choices.

`SURFACE` says what the channel can do; `bot.channels.signal.app.run` starts it.
"""

from __future__ import annotations

from typing import Final

from bot.engine import Surface

SURFACE: Final = Surface(name="signal", title="Signal", buttons=False, timers=True)
