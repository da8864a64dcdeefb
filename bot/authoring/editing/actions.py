"""The desk's actions: the files of a pack and a peer's answers in, the new text of one file out. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.authoring.editing.retraction import HEAD, kind_to_withdraw, with_withdrawal
from bot.authoring.editing.yaml_edit import EditError, put
from bot.authoring.editing.yaml_edit import drop as dropped
from bot.book import FILE as RETRACTIONS
from bot.book import ID, Fault, Snapshot, Unreadable, load_retractions, read


class ActionRefused(ValueError):
    """What was asked for cannot be done as it was asked. The text says why and how to mend it, and holds nothing typed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One file before and after. `before` is None where the file is new; `after` is None where it goes again (undo)."""

    file: str
    before: bytes | None
    after: bytes | None

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return self.before == self.after

    @property
    def back(self) -> Edit:
        """The edit that undoes this one."""
        return Edit(self.file, self.after, self.before)


def mark_of(data: bytes | None) -> str:
    """A short hash of a file's bytes, "none" where there is no file: how a form remembers what it was opened on."""
    return "none" if data is None else sha256(data).hexdigest()[:16]


def value_of(files: Mapping[str, bytes], file: str) -> Any:
    """What a file holds. Raises ActionRefused where there is no such file or it cannot be read."""
    if file not in files:
        raise ActionRefused("this file is no longer there; go back to the list and choose again")
    try:
        return read(file, files[file])[0]
    except Unreadable as error:
        raise ActionRefused(f"this file has to be mended first, by hand: {error.fault}") from None


def _text(files: Mapping[str, bytes], file: str) -> str:
    try:
        return files[file].decode()
    except UnicodeDecodeError:
        raise ActionRefused("this file is not saved as UTF-8; save it again as UTF-8 in a text editor") from None


def _edit(files: Mapping[str, bytes], file: str, text: str) -> Edit:
    return Edit(file, files.get(file), text.encode())


def _put(file: str, text: str, path: tuple[str | int, ...], value: Any) -> str:
    try:
        return put(file, text, path, value)
    except EditError as error:
        raise ActionRefused(str(error)) from None


def clean(words: str) -> str:
    """Words from a form as they go into a file: line ends as files have them, nothing blank around, no blanks at line ends."""
    return "\n".join(line.rstrip() for line in words.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))


def tip_number(files: Mapping[str, bytes], file: str, tip: str) -> int:
    """Where a tip stands in the list of its file. Raises ActionRefused where it is gone."""
    value = value_of(files, file)
    tips = value.get("tips") if isinstance(value, dict) else None
    for number, entry in enumerate(tips if isinstance(tips, list) else ()):
        if isinstance(entry, dict) and entry.get("tip") == tip:
            return number
    raise ActionRefused("this tip is no longer in its file; go back to the list and choose again")


def change_tip(
    files: Mapping[str, bytes], file: str, tip: str, texts: Mapping[str, str], status: str, sources: Collection[str]
) -> Edit:
    """A tip with other words, status or sources. `texts`: language to words; languages not named stay as they are.

    Raises ActionRefused where a language is left empty, or the tip is not there.
    """
    number = tip_number(files, file, tip)
    now, text = value_of(files, file)["tips"][number], _text(files, file)
    for language, words in texts.items():
        said = clean(words)
        if not said:
            raise ActionRefused(f"the words in {language} are empty; write them, or withdraw the tip")
        if said != clean(str((now.get("text") or {}).get(language, ""))):
            text = _put(file, text, ("tips", number, "text", language), said)
    if status != now.get("status"):
        text = _put(file, text, ("tips", number, "status"), status)
    named = [source.strip() for source in sources if source.strip()]
    if named != (now.get("sources") or []):
        at = ("tips", number, "sources")
        text = _put(file, text, at, named) if named else dropped(file, text, at)
    return _edit(files, file, text)


def contact_way(contact: Mapping[str, Any]) -> str:
    """How a contact is reached: phone, sms, web or email; "" where its file says none."""
    return next((way for way in ("phone", "sms", "web", "email") if contact.get(way)), "")


def contact_of(contact: Mapping[str, Any]) -> str:
    """The number or address of a contact, as written; "" for none."""
    return str(contact.get(contact_way(contact), ""))


def withdrawn(files: Mapping[str, bytes]) -> frozenset[str]:
    """The numbers and addresses that are withdrawn."""
    entries, _ = load_retractions(files)
    return frozenset(entry.id for entry in entries if entry.withdraw == "contact")


def recheck(files: Mapping[str, bytes], file: str, by: str, on: dt.date, confirmed: Collection[int], today: dt.date) -> Edit:
    """A referral checked again: who looked and when, and the day on each contact. `confirmed`: the contacts that still hold.
    A withdrawn contact needs no check and gets none.

    Raises ActionRefused while a contact is not confirmed (a wrong one is withdrawn first), for a day to come or before the last
    check, and for a name that is no pseudonym.
    """
    value, text = value_of(files, file), _text(files, file)
    contacts = value.get("contact") or []
    gone = withdrawn(files)
    held = [number for number, contact in enumerate(contacts) if contact_of(contact) not in gone]
    if on > today:
        raise ActionRefused("this day has not come yet; write the day on which you checked")
    if str(on) < str((value.get("review") or {}).get("checked", "")):
        raise ActionRefused("somebody checked this later than that; write the day on which you checked")
    if not ID.match(by):
        raise ActionRefused("say who checked by a role or a pseudonym in small letters, like local-peer-2, never by a name")
    if not set(held) <= set(confirmed):
        raise ActionRefused("confirm every contact, or withdraw the one that is wrong first: a wrong number can hurt somebody")
    for number in held:
        if (contacts[number].get("verified") or {}).get("on") != str(on):
            text = _put(file, text, ("contact", number, "verified", "on"), str(on))
    for field, said in (("checked", str(on)), ("by", by)):
        if (value.get("review") or {}).get(field) != said:
            text = _put(file, text, ("review", field), said)
    return _edit(files, file, text)


def withdraw(files: Mapping[str, bytes], kind: str, name: str, why: str, on: dt.date) -> Edit:
    """One more entry in the retractions. `kind`: referral, contact, tip (as `topic/tip`) or topic. Raises ActionRefused, with
    what may have been meant, where the pack has no such thing."""
    before = files.get(RETRACTIONS)
    try:
        kind_to_withdraw(files, name, kind or "thing")
        text, _ = with_withdrawal(files, (before or (HEAD + "retractions: []\n").encode()).decode(), kind, name, why, on)
    except UnicodeDecodeError:
        raise ActionRefused("the retractions are not saved as UTF-8; save them again as UTF-8 in a text editor") from None
    except ValueError as error:
        raise ActionRefused(str(error)) from None
    return _edit(files, RETRACTIONS, text)


def applied(files: Snapshot, edit: Edit) -> Snapshot:
    """The pack with an edit made."""
    rest = {name: data for name, data in files.items() if name != edit.file}
    return rest if edit.after is None else {**rest, edit.file: edit.after}


def worse(before: Collection[Fault], after: Collection[Fault], file: str) -> list[Fault]:
    """The errors that an edit of `file` brings: nothing is saved while there are any.

    They are compared by what they say, since lines move. While the pack was broken before, much of it was never looked at;
    then only the edited file's own errors count, or a mended file would be blamed for what it lets one see.
    """
    known = {(fault.file, fault.code, fault.what) for fault in before if fault.severity == "error"}
    new = [f for f in after if f.severity == "error" and (f.file, f.code, f.what) not in known]
    return [fault for fault in new if fault.file == file] if known else new
