"""The access list that ships for Valkey: the commands and the kinds of keys that the bot uses, and no more."""

from __future__ import annotations

import re

from bot.runtime.state.valkey import keys
from tests.deploy.valkey_server import ROOT

LOOKS = {"ping", "info", "config|get", "acl|whoami"}
"""What `ops doctor` and the look at the start ask; nothing of people is in their answers."""
SENT = {"evalsha", "eval"}
"""What is sent: scripts. All else is called by them."""


def listed() -> tuple[set[str], set[bytes]]:
    """The commands and the key patterns of the bot's user."""
    default, user = (ROOT / "deploy/valkey/users.acl").read_text("utf-8").splitlines()
    assert default == "user default off resetpass resetkeys resetchannels -@all"
    words = user.split()
    assert words[:5] == ["user", "constellation", "on", "nopass", "resetchannels"]
    assert "-@all" in words
    assert not [word for word in words[5:] if word[0] not in "~+" and word != "-@all"]
    return {word[1:] for word in words if word[0] == "+"}, {word[1:].encode() for word in words if word[0] == "~"}


def called() -> set[str]:
    """The commands that the scripts of the program call."""
    texts = [path.read_text("utf-8") for path in (ROOT / "bot/runtime/state/valkey").glob("*.py")]
    return {name.lower() for text in texts for name in re.findall(r"redis\.call\('([A-Za-z]+)'", text)}


def test_the_list_has_the_commands_that_the_scripts_call_and_no_more() -> None:
    """Read from the program; the heavy test beside it sees what a server was asked."""
    commands, _ = listed()
    assert called() <= commands
    assert commands - called() - LOOKS - SENT == set()


def test_the_list_has_the_kinds_of_keys_and_no_more() -> None:
    """Each prefix of the program, and none that is not there."""
    _, patterns = listed()
    assert patterns == {value + b"*" for name, value in vars(keys).items() if name.isupper()}
