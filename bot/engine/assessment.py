"""The answers of an agency's self-assessment in a token, above the bits of the plan; and as a short code to print them.

From bit 112: two bits for who is asking, then two for each question by its permanent mark: 0 no answer, 1 in place, 2 begun,
3 not yet.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from binascii import Error as Base32Error
from typing import get_args

from bot.book import MARKS, CompetencyPart, Question, Role

BASE = 112
ROLES: tuple[Role, ...] = get_args(Role)
ANSWERS = ("in_place", "begun", "not_yet")
SIGNS = ("☐", "●", "◐", "○")
_BYTES = (2 + 2 * MARKS) // 8


def role_of(ticks: int) -> Role | None:
    """Who is asking, or None for the whole house."""
    number = ticks >> BASE & 3
    return ROLES[number - 1] if number else None


def with_role(ticks: int, role: Role | None) -> int:
    """`ticks` asked by `role`."""
    return ticks & ~(3 << BASE) | (ROLES.index(role) + 1 if role else 0) << BASE


def answer_of(ticks: int, question: Question) -> int:
    """The answer to a question: 0 none, 1 in place, 2 begun, 3 not yet."""
    return ticks >> BASE + 2 + 2 * question.mark & 3


def with_answer(ticks: int, question: Question, answer: int) -> int:
    """`ticks` with a question answered."""
    at = BASE + 2 + 2 * question.mark
    return ticks & ~(3 << at) | answer << at


def asked(part: CompetencyPart, ticks: int) -> list[Question]:
    """The questions of a part that are for the one who asks."""
    role = role_of(ticks)
    return [question for question in part.questions if role is None or role in question.who]


def code_of(ticks: int) -> str:
    """The answers as twelve letters and digits, for paper. They say nothing about a person."""
    return b32encode((ticks >> BASE).to_bytes(_BYTES, "big")).decode().rstrip("=")


def ticks_of(code: str) -> int:
    """The answers behind a code. Raises ValueError, with how to mend it."""
    text = code.strip().upper()
    try:
        raw = b32decode(text + "=" * (-len(text) % 8))
    except Base32Error:
        raw = b""
    if len(raw) != _BYTES:
        raise ValueError("the code of an action plan is twelve letters and digits, as the bot shows them")
    return int.from_bytes(raw, "big") << BASE
