"""What a pack's files hold that can be withdrawn: ids, numbers and addresses, and what somebody meant who wrote another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from bot.book import FILE, Path, near, scan, without_empty

WAYS = ("phone", "sms", "web", "email")
"""The fields of a contact that say how it is reached."""
_KINDS = {
    "referral": r"content/places/[^/]+/referrals/([^/]+)\.yaml",
    "topic": r"content/topics/[^/]+/([^/.]+)\.yaml",
    "here": r"content/places/[^/]+/topics/([^/.]+)\.yaml",
    "place": r"content/places/([^/]+)/place\.yaml",
    "card": r"content/cards/([^/.]+)\.yaml",
}
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ()./-]*")
_ALIKE = 7
"""Digits at the end of a number that have to be the same for it to be taken for another way to write it."""
_MOST = 3
EXACTLY = "copy the id from its file, or the number or address exactly as it stands there"


class Entry(NamedTuple):
    """One entry of the retractions as it is written, which may be wrong; `at`: its path in the file."""

    kind: str
    name: str
    on: str
    at: Path


def entries(data: bytes) -> tuple[list[Entry], Mapping[Path, tuple[int, int]]]:
    """The entries of a file of retractions, bad ones too as far as they are fields, and where everything stands."""
    reading = scan(FILE, without_empty(data))
    value = reading.value.get("retractions") if isinstance(reading.value, dict) else None
    found = [
        Entry(str(entry.get("withdraw", "")), str(entry.get("id", "")), str(entry.get("on", "")), ("retractions", number))
        for number, entry in enumerate(value if isinstance(value, list) else ())
        if isinstance(entry, dict)
    ]
    return found, reading.positions


class Retractable:
    """What can be withdrawn out of a snapshot's files. A file that cannot be read is searched as text: what is wrong elsewhere
    must not keep anybody from taking a wrong number away."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._read: dict[str, Any] = {}

    def holds(self, kind: str, name: str) -> bool:
        """Whether the files hold this referral, topic, tip (`topic/tip`) or contact, so that withdrawing it takes it away."""
        if kind == "contact":
            return bool(name) and any(name in contacts for contacts in self._contacts(name))
        topic, _, tip = name.partition("/")
        if kind == "tip":
            return bool(tip) and any(tip in tips for tips in self._tips(topic, tip))
        return kind in ("referral", "topic") and any(found == name for found in self._ids(kind, name))

    def kind_of(self, name: str) -> str:
        """The kind of what has this name; "" where nothing has."""
        return next((kind for kind in ("referral", "topic", "tip", "contact") if self.holds(kind, name)), "")

    def tips_limited_by(self, name: str) -> list[str]:
        """The tips, as `topic/tip`, that are shown only with this one, and those that need them in turn; by id."""
        topic, _, limit = name.partition("/")
        needed = [
            (str(tip.get("tip")), _list(tip.get("needs")))
            for kind in ("topic", "here")
            for stem, path in self._in(kind, topic)
            if isinstance(value := self._value(path), dict) and value.get("topic", stem) == topic
            for tip in _dicts(value.get("tips"))
        ]
        found = {limit}
        while more := {tip for tip, needs in needed if tip not in found and not found.isdisjoint(needs)}:
            found |= more
        return sorted(f"{topic}/{tip}" for tip in found - {limit})

    def cards_limited_by(self, name: str) -> list[str]:
        """The emergency cards whose steps are limited by this tip (`topic/tip`), or by any of this topic."""
        topic, _, tip = name.partition("/")
        found = []
        for stem, path in self._in("card"):
            value = self._value(path)
            if not isinstance(value, dict) or value.get("topic") != topic or not (limits := _list(value.get("limits"))):
                continue
            limiting = {f"{topic}/{limit}" for limit in limits}
            if not tip or name in limiting or not limiting.isdisjoint(self.tips_limited_by(name)):
                found.append(str(value.get("card", stem)))
        return sorted(found)

    @staticmethod
    def instead(card: str) -> str:
        """What to do in place of a withdrawal that would leave a card without its limit."""
        return (
            f"Write another tip with that limit first and name it in `limits:` of content/cards/{card}.yaml; or correct the tip."
        )

    def meant(self, kind: str, name: str) -> str:
        """What somebody may have meant, as a sentence: a name that is near, the same under another kind. "" without a guess.
        `kind`: "" where none was said."""
        other = self.kind_of(name)
        if kind and other and other != kind:
            return f"It is a {other}: write `withdraw: {other}`."
        if new := self._renamed.get(name):
            return f'It is called "{new}" now.'
        if emergency := self._emergency(name):
            more = f" and {len(emergency) - _MOST} more" if len(emergency) > _MOST else ""
            files = f"{', '.join(emergency[:_MOST])}{more}"
            return f"It is an emergency number, and those are never hidden: change it in {files}."
        if alike := self._alike(name):
            return _did_you_mean(alike)
        known = sorted({word for each in ([kind] if kind else self.names) for word in self.names.get(each, ())})
        topic, slash, tip = name.partition("/")
        there = [word.removeprefix(f"{topic}/") for word in known if slash and word.startswith(f"{topic}/")]
        if there:  # the topic is right: its tips alone, or every name that begins so would be near
            found = near(tip, there)
            return found.replace('"', f'"{topic}/', 1)
        return near(name, known)

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """Everything that can be withdrawn, by kind."""
        topics = [name for name, _ in self._in("topic")]
        return {
            "referral": frozenset(self._ids("referral")),
            "topic": frozenset(self._ids("topic")),
            "tip": frozenset(f"{topic}/{tip}" for topic in topics for tips in self._tips(topic) for tip in tips),
            "contact": frozenset(contact for contacts in self._contacts() for contact in contacts),
        }

    # --- the files ---------------------------------------------------------------------------------------------------

    def _in(self, kind: str, part: str = "") -> Iterator[tuple[str, str]]:
        """The files of a kind that may hold `part`: the name that each has, and its path."""
        for path, data in self._files.items():
            found = re.fullmatch(_KINDS[kind], path)
            if found and (part in found[1] or part.encode() in data):
                yield found[1], path

    def _value(self, path: str) -> Any:
        """What a file holds, None where it cannot be read."""
        if path not in self._read:
            self._read[path] = scan(path, self._files[path]).value
        return self._read[path]

    def _words(self, path: str) -> set[str]:
        """The words of a file that cannot be read."""
        return set(re.split(r"[\s\"',{}\[\]]+", self._files[path].decode("utf-8", "replace")))

    def _ids(self, kind: str, part: str = "") -> Iterator[str]:
        for stem, path in self._in(kind, part):
            value = self._value(path)
            yield str(value.get(kind, stem)) if isinstance(value, dict) else stem

    def _tips(self, topic: str, part: str = "") -> Iterator[set[str]]:
        for kind in ("topic", "here"):
            for stem, path in self._in(kind, part):
                value = self._value(path)
                if not isinstance(value, dict):
                    if part and stem == topic:
                        yield self._words(path)
                elif value.get("topic", stem) == topic:
                    yield {str(tip.get("tip")) for tip in _dicts(value.get("tips"))}

    def _contacts(self, part: str = "") -> Iterator[set[str]]:
        for _, path in self._in("referral", part):
            value = self._value(path)
            if isinstance(value, dict):
                yield {str(contact[way]) for contact in _dicts(value.get("contact")) for way in WAYS if contact.get(way)}
            elif part:
                yield self._words(path)

    # --- what was meant ----------------------------------------------------------------------------------------------

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """Earlier ids to those of today."""
        found: dict[str, str] = {}
        for kind in ("referral", "topic", "here"):
            for stem, path in self._in(kind, "was"):
                value = self._value(path)
                if not isinstance(value, dict):
                    continue
                now = str(value.get("topic" if kind == "here" else kind, stem))
                found |= {str(old): now for old in _list(value.get("was"))}
                for tip in _dicts(value.get("tips")):
                    found |= {f"{now}/{old}": f"{now}/{tip.get('tip')}" for old in _list(tip.get("was"))}
        return found

    def _emergency(self, name: str) -> list[str]:
        """The files of the places whose emergency number this is."""
        wanted, found = _digits(name), []
        for _, path in self._in("place") if wanted else ():
            value = self._value(path)
            numbers = value.get("emergency") if isinstance(value, dict) else None
            if wanted in set(map(_digits, _texts(numbers))):
                found.append(path)
        return found

    def _alike(self, name: str) -> list[str]:
        """The same number in other spacing, or without its country; the same address; the tips of this name."""
        contacts = self.names["contact"]
        if digits := _digits(name):
            known = {contact: _digits(contact) for contact in contacts}
            same = [contact for contact, own in known.items() if own == digits]
            return sorted(same or [contact for contact, own in known.items() if _one_ends_other(digits.lstrip("0"), own)])
        bare = _bare(name)
        return sorted(contact for contact in contacts if _bare(contact) == bare) or sorted(
            tip for tip in self.names["tip"] if tip.partition("/")[2] == name
        )


def _did_you_mean(names: list[str]) -> str:
    said = [f'"{name}"' for name in names[:_MOST]]
    return f"Did you mean {' or '.join(said)}?"


def _digits(name: str) -> str:
    """The digits of what looks like a number; "" for anything else."""
    return re.sub(r"[^0-9]", "", name) if _NUMBER.fullmatch(name) else ""


def _one_ends_other(digits: str, other: str) -> bool:
    """Whether two numbers are the same but for what stands in front: a country, or an area."""
    short, long = sorted((digits, other), key=len)
    return len(short) >= _ALIKE and long.endswith(short)


def _bare(address: str) -> str:
    """An address without what is left out when it is typed."""
    return re.sub(r"^https?://(www\.)?", "", address.lower()).rstrip("/")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
