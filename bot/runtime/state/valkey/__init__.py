"""The state that replicas share, on a Valkey server: each part of `bot.runtime.state` under keys that all run out.

What decides is a script on the server, whole or not at all, by the server's clock. Whatever outlives five seconds lies under a
name from scrypt or a random one; values are sealed, bare numbers or random marks. Needs the extra `valkey` where it is used.
"""

from __future__ import annotations

from bot.runtime.state.valkey.address import client_of, refusal
from bot.runtime.state.valkey.server import AwayError, ValkeyServer
from bot.runtime.state.valkey.setup import SETTINGS, fault_of
from bot.runtime.state.valkey.spread import ValkeySpread
from bot.runtime.state.valkey.state import ValkeyState

__all__ = ["SETTINGS", "AwayError", "ValkeyServer", "ValkeySpread", "ValkeyState", "client_of", "fault_of", "refusal"]
