"""The roles of those who approve: local peers, clinical, legal, and one for each language that somebody grew up with."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_NATIVE = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
}
_SHAPE = "^(clinical|legal|local-peer|native-[a-z]{2,20})$"


def native_role(language: str) -> str:
    """The role of somebody who grew up with a language, by its code: `es` gives native-spanish, one without a name native-xx."""
    return f"native-{_NATIVE.get(language, language)}"


def _role(value: str) -> str:
    if not re.match(_SHAPE, value):
        raise ValueError("a role is local-peer, clinical, legal, or native- and a language, like native-spanish")
    return value


RoleName = Annotated[str, AfterValidator(_role), Field(json_schema_extra={"pattern": _SHAPE})]
"""The name of a role, as `content/book.yaml` and `awaits` write it."""
