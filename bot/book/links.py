"""Deep links, the short codes that cards carry and what each opens; and the signed list of the bot's addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


def links_of(docs: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Codes of `content/links.yaml` to their parts: language, place, topic; for agencies a policy or a flow.

    A retired code opens the welcome.
    """
    value = docs.get("content/links.yaml")
    links = value.get("links") if isinstance(value, dict) else None
    found: dict[str, tuple[str, ...]] = {}
    for entry in links if isinstance(links, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("code"), str):
            parts = (entry.get("language"), entry.get("place"), entry.get("topic"), entry.get("policy"), entry.get("flow"))
            retired = entry.get("retired") == "true"
            found[entry["code"]] = () if retired else tuple(part for part in parts if isinstance(part, str) and part)
    return found


class Genuine(NamedTuple):
    """`content/genuine.yaml`, made by `constellation genuine`: (channel, address) pairs, three words, the key, the signature."""

    addresses: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    key: str = ""
    signature: str = ""


def genuine_of(docs: Mapping[str, Any]) -> Genuine:
    """The list, empty where the pack has none or it is not of that shape."""
    value = docs.get("content/genuine.yaml")
    if not isinstance(value, dict):
        return Genuine()
    addresses, words = value.get("addresses"), value.get("words")
    entries = [entry for entry in (addresses if isinstance(addresses, list) else ()) if isinstance(entry, dict)]
    return Genuine(
        tuple((str(entry.get("channel")), str(entry.get("address"))) for entry in entries),
        tuple(str(word) for word in (words if isinstance(words, list) else ()))[:3],
        str(value.get("key", "")),
        str(value.get("signature", "")),
    )
