"""Withdraws a referral, contact, tip or topic: a valid entry in `content/retractions.yaml`, whatever else is broken."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path

from bot.authoring.review.retractable import EXACTLY, Retractable
from bot.book import FILE, content_snapshot, load_retractions, read_in, said_of_hidden, without_empty, write_in

HEAD = """# yaml-language-server: $schema=schemas/retractions.json
# Contacts, referrals, tips and topics withdrawn at once. An entry: withdraw, id, why, on.
"""


def with_entry(text: str, kind: str, name: str, why: str, on: dt.date) -> tuple[str, str]:
    """The text of the retractions with one entry more, and the entry. Raises ValueError, with how to mend it, where no reason
    is given, the same is withdrawn already or the file would not be right."""
    if len(why.strip()) < 3:
        raise ValueError("say why in a few words: people after you need to know")
    for words in (why.strip(), name):
        _refuse_hidden(words)
    text = without_empty(text.encode()).decode()
    said = json.dumps(why.strip(), ensure_ascii=False)
    entry = f"  - withdraw: {kind}\n    id: {json.dumps(name)}\n    why: {said}\n    on: {on}\n"
    listed, _ = load_retractions({FILE: text.encode()})
    if since := next((one.on for one in listed if (one.withdraw, one.id) == (kind, name)), None):
        raise ValueError(
            f"this is in the list already, since {since}, so nothing was added; where people still see it, that change was not "
            "published yet"
        )
    if not listed and not re.search(r"(?m)^retractions:", text):
        text = text.rstrip("\n") + "\nretractions:"
    text = text.rstrip("\n") + "\n" + entry
    _, faults = load_retractions({FILE: text.encode()})
    if faults:
        raise ValueError(f"{FILE} would not be right: {faults[0]}")
    return text, entry


def _refuse_hidden(words: str) -> None:
    if hidden := said_of_hidden(words):
        raise ValueError(f"in what you gave {hidden}; type it again instead of pasting it")


def kind_to_withdraw(files: Mapping[str, bytes], name: str, kind: str = "") -> str:
    """The kind of what is to be withdrawn. `kind`: where it is known already. Raises ValueError, with what may have been meant,
    where the files hold no such thing: an entry that names nothing would look done and take nothing away. Raises it too where an
    emergency card would lose the tip that limits its steps."""
    _refuse_hidden(name)
    here = Retractable(files)
    found = kind if kind and here.holds(kind, name) else "" if kind else here.kind_of(name)
    if found:
        if found in ("tip", "topic") and (cards := here.cards_limited_by(name)):
            raise ValueError(
                f'the emergency card "{cards[0]}" is limited by "{name}" and is never hidden, so nothing was written: it would '
                f"stay without its limit. {here.instead(cards[0])}"
            )
        return found
    what = f"no {kind} here has this name" if kind else "nothing here has this name"
    what += ", so this would take nothing away, and nothing was written"
    meant = here.meant(kind, name)
    raise ValueError(f"{meant} {what[0].upper()}{what[1:]}" if meant else f"{what}; {EXACTLY}")


def with_withdrawal(files: Mapping[str, bytes], text: str, kind: str, name: str, why: str, on: dt.date) -> tuple[str, str]:
    """As `with_entry`, with an entry more for each tip that the withdrawn one limits: without their limit nobody sees them
    either, and the list says so."""
    text, entry = with_entry(text, kind, name, why, on)
    listed, _ = load_retractions({FILE: text.encode()})
    gone = {one.id for one in listed}
    for tip in Retractable(files).tips_limited_by(name) if kind == "tip" else ():
        if tip not in gone:
            text, more = with_entry(text, kind, tip, f"its limit {name} is withdrawn", on)
            entry += more
    return text, entry


def retract(content: Path, name: str, why: str, on: dt.date, kind: str = "") -> str:
    """Adds the entry, and one for each tip that loses its limit by it, and returns them. Raises ValueError, with how to mend it,
    where the id names nothing, a card needs the tip or the file is broken."""
    files = content_snapshot(content)
    kind = kind_to_withdraw(files, name, kind)
    try:
        before = read_in(content, "retractions.yaml").decode().replace("\r\n", "\n")
    except FileNotFoundError:
        before = HEAD + "retractions: []\n"
    text, entry = with_withdrawal(files, before, kind, name, why, on)
    write_in(content, "retractions.yaml", text.encode())
    return entry
