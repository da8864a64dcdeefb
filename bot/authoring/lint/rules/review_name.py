"""Names in `review: {by: ...}` that may be a person's: a role or a listed pseudonym belongs there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_ROLES = frozenset(
    ("seed", "pack", "peer", "peers", "local", "native", "spanish", "clinical", "legal", "team", "group", "editor", "editors",
     "reviewer", "nurse", "doctor", "lawyer", "clinic", "outreach", "desk", "educator", "translator", "maintainer", "maintainers",
     "par", "pares", "equipo", "grupo", "enlace", "revision", "traduccion", "salud", "ley")
)  # fmt: skip
"""Words that `by` is made of where it names a role, as in `local-peer-2`."""


def look(pack: Pack) -> Iterator[Fault]:
    """`by` that is neither made of role words and numbers nor listed under `roles` in `book.yaml`, once a name and file."""
    listed = {member for role in pack.book.file.roles for member in role.members}
    for file, at, value in pack.fields("by"):
        if not isinstance(value, str) or "review" not in at or value in listed:
            continue
        if all(part in _ROLES or re.fullmatch(r"\d+", part) for part in value.split("-")):
            continue
        yield pack.fault(file, at, "REVIEW-NAME", "This may be a person's name.",
                         "Write a role and a number (`local-peer-2`), or list the pseudonym in book.yaml.", "warning",
                         "It stays for ever, and may lead to a person.")  # fmt: skip


_GOOD = tip_file()
RULE = Rule("REVIEW-NAME", "editors", "What may be a person's name in `review.by`.", look,
            {TIP_FILE: _GOOD[TIP_FILE].replace("by: seed-pack", "by: maria-lopez")},
            {TIP_FILE: _GOOD[TIP_FILE].replace("by: seed-pack", "by: local-peer-2")}, 15)  # fmt: skip
