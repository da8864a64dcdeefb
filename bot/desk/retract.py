"""Withdraws a referral, contact, tip or topic: a valid entry in `content/retractions.yaml`, whatever else is broken."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

from bot.book.folder import read_in, write_in
from bot.book.hidden_signs import said_of_hidden
from bot.book.retractions import load_retractions

HEAD = """# yaml-language-server: $schema=schemas/retractions.json
# Contacts, referrals, tips and topics withdrawn at once. An entry: withdraw, id, why, on.
"""


def kind_of(name: str, content: Path) -> str:
    """What an id names: a contact by its shape, a tip as topic/tip, else what has a file of that name. "" where nothing has."""
    if re.fullmatch(r"\+?[0-9]{3,15}|https?://\S+|[^@\s]+@[^@\s]+", name):
        return "contact"
    if "/" in name:
        return "tip"
    for kind, pattern in (("referral", f"places/*/referrals/{name}.yaml"), ("topic", f"topics/*/{name}.yaml")):
        if re.fullmatch(r"[a-z0-9-]+", name) and any(content.glob(pattern)):
            return kind
    return ""


def with_entry(text: str, kind: str, name: str, why: str, on: dt.date) -> tuple[str, str]:
    """The text of the retractions with one entry more, and the entry. Raises ValueError, with how to mend it, where no reason
    is given or the file would not be right."""
    if len(why.strip()) < 3:
        raise ValueError("say why in a few words: people after you need to know")
    if hidden := said_of_hidden(why.strip()) or said_of_hidden(name):
        raise ValueError(f"in what you gave {hidden}; type it again instead of pasting it")
    said = json.dumps(why.strip(), ensure_ascii=False)
    entry = f"  - withdraw: {kind}\n    id: {json.dumps(name)}\n    why: {said}\n    on: {on}\n"
    text = re.sub(r"(?m)^retractions: *\[\] *$", "retractions:", text).rstrip("\n") + "\n" + entry
    _, faults = load_retractions({"content/retractions.yaml": text.encode()})
    if faults:
        raise ValueError(f"content/retractions.yaml would not be right: {faults[0]}")
    return text, entry


def retract(content: Path, name: str, why: str, on: dt.date, kind: str = "") -> str:
    """Adds the entry and returns it. Raises ValueError, with how to mend it, where the id names nothing or the file is broken."""
    kind = kind or kind_of(name, content)
    if not kind:
        raise ValueError(f'nothing here is called "{name}"; give the id of its file, topic/tip, or the number as it is written')
    try:
        before = read_in(content, "retractions.yaml").decode().replace("\r\n", "\n")
    except FileNotFoundError:
        before = HEAD + "retractions: []\n"
    text, entry = with_entry(before, kind, name, why, on)
    write_in(content, "retractions.yaml", text.encode())
    return entry
