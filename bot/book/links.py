"""Deep links: the short codes that cards carry, and what each opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
