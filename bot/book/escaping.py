"""Words as a terminal and a code host may see them: what could move a cursor, hide or command there is written out.

A terminal obeys control characters (ESC sets titles, colours, the clipboard). A code host that reads the output of a command
obeys lines: GitHub's runner takes `::error ...` after any blanks, and `##[...]` anywhere in a line; Azure's `##vso[...]`,
TeamCity's `##teamcity[...]`. So every word of a file, a name or an answer passes one of these before it is printed.
"""

from __future__ import annotations

import re

from bot.book.hidden_signs import hidden_in, replaced

_COMMAND = re.compile(r"(?m)^(\s*):(?=:)")
_LEGACY = re.compile(r"#(?=#[A-Za-z]*\[)")


def one_line(words: object) -> str:
    """Words on one line: each line break, tab and hidden sign as its escape (`\\n`, `\\x1b`, `\\u202e`)."""
    return lines(str(words).replace("\n", r"\n").replace("\t", r"\t"))


def lines(words: object) -> str:
    """Text whose line breaks are meant: each hidden sign as its escape, and no line that a code host takes for a command."""
    text = str(words)
    if hidden := hidden_in(text):
        text = replaced(text, hidden, _written)
    return _LEGACY.sub(r"\\x23", _COMMAND.sub(r"\1\\x3a", text))


def _written(sign: str) -> str:
    number = ord(sign)
    return {"\r": r"\r"}.get(sign) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000
                                       else f"\\U{number:08x}")  # fmt: skip


def in_json(document: str) -> str:
    """A JSON document that shows its hidden signs, and what a code host would take for a command, as JSON's own escapes: it says
    the same to whoever reads it."""
    return _LEGACY.sub(r"\\u0023", replaced(document, hidden_in(document), _in_json))


def _in_json(sign: str) -> str:
    pair = sign.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pair[start : start + 4]}" for start in range(0, len(pair), 4))


def annotation(words: object, *, name: bool = False) -> str:
    """Words inside an annotation (`::error file=NAME::WORDS`). `name`: in one of its properties, where : and , mean something."""
    text = lines(words)
    for sign in "%\r\n:," if name else "%\r\n":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
