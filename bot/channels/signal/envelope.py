"""What the daemon hands over, reduced to who, when and what: an ACI, a timestamp, words. Names and numbers are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

_ACI = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
TEXT_LIMIT = 2000
Kind = Literal["text", "unreadable"]


@dataclass(frozen=True, slots=True, repr=False)
class Update:
    """One message of one person. `kind`: words, or something the bot does not open (a picture, a voice note, a contact)."""

    aci: str
    timestamp: int
    kind: Kind
    text: str = ""


def is_aci(text: str) -> bool:
    """Whether it has the form of an account's id."""
    return bool(_ACI.match(text))


def parse(received: dict[str, Any]) -> Update | None:
    """The update in what was received, or None for what is not answered.

    Not answered: groups, reactions, receipts, typing, stories, calls, what our own other devices sent, deletions, changes
    of the disappearing timer, and edits (the first writing was answered).
    """
    envelope = received.get("envelope")
    if not isinstance(envelope, dict):
        return None
    aci = envelope.get("sourceUuid")
    data = envelope.get("dataMessage")
    if not isinstance(aci, str) or not is_aci(aci) or not isinstance(data, dict):
        return None
    timestamp = data.get("timestamp")
    if not isinstance(timestamp, int) or data.get("groupInfo") or data.get("groupV2"):
        return None
    if any(
        data.get(name)
        for name in ("reaction", "remoteDelete", "isExpirationUpdate", "storyContext", "payment", "groupCallUpdate")
    ):
        return None
    message = data.get("message")
    if isinstance(message, str) and message.strip():
        return Update(aci, timestamp, "text", message[:TEXT_LIMIT])
    if any(data.get(name) for name in ("attachments", "sticker", "contacts", "previews", "viewOnce")):
        return Update(aci, timestamp, "unreadable")
    return None
