"""What is said where a line of YAML cannot be read: the slips that people make, each in words that say how to mend it."""

from __future__ import annotations

import re

import yaml

from bot.book.faults import Fault

_NO_ENTRIES = re.compile(r"( *)([\w-]+): *\[ *\] *")
_ENTRY = re.compile(r"( *)- ")
_CONFLICT = re.compile(r"(<{7}|={7}|>{7})( |$)")
"""Lines that git leaves where two people changed the same words."""
_QUOTED = re.compile(r'\s*(?:- )?(?:[\w-]+: +)?(".*)')
"""A line whose value begins with a double quote, and that value."""
_PROCESSOR = frozenset("“”„«»‘’")
_NEAR = 3
"""Lines above the one that cannot be read in which a quote may have been left open."""
_COLON = "There is a colon inside a sentence. Put quotes around the whole sentence."
_CROOKED = "It does not line up with the lines around it, or the line above lacks its colon. Look at both."
_COMPARE = "Compare it with the lines around it."
_PLAIN = {
    "mapping values are not allowed": _COLON,
    "while scanning a simple key": "A line here is neither `name: value` nor `- item`. Check the colon and the indentation.",
    "could not find expected ':'": "A line here is neither `name: value` nor `- item`. Check the colon and the indentation.",
    "found character that cannot start any token": "A sign or a tab stands where a word should. Put quotes around the text.",
    "did not find expected key": "The indentation does not match, or a quote ends too early. Line it up.",
    "did not find expected '-' indicator": "A list item does not line up. Start each with `- ` in the same column.",
    "found unexpected end of stream": "A quote is opened here and never closed. Close it.",
    "block sequence entries are not allowed": "A list begins on the line of its name. Start it on the next line.",
    "did not find expected ',' or ']'": "A list in [ ] is not closed, or a comma is missing.",
    "did not find expected ',' or '}'": "Fields in { } are not closed, or a comma is missing.",
    "found unknown escape character": "A backslash stands in double quotes. Use single quotes.",
}


def explained(file: str, lines: list[str], error: yaml.MarkedYAMLError) -> Fault:
    """The fault for what the parser met, at the line where somebody has to look."""
    mark = error.problem_mark or error.context_mark
    if error.problem == "found unexpected end of stream" and error.context_mark:
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if empty := _called_empty(lines, line):
        return _not_empty(file, *empty)
    return (
        _conflict(file, lines)
        or _open_quote(file, lines, line)
        or _processor_quotes(file, lines, line)
        or Fault(file, line, column, "YAML", "This line cannot be read.", "", _words(error, lines, line))
    )


def _words(error: yaml.MarkedYAMLError, lines: list[str], line: int) -> str:
    own = next((own for theirs, own in _PLAIN.items() if theirs in f"{error.problem} {error.context}"), _COMPARE)
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return _CROOKED if own == _COLON and len(re.findall(r":(?= |$)", text)) < 2 else own


def _conflict(file: str, lines: list[str]) -> Fault | None:
    """The first line that git left, where there is one."""
    at = next((number for number, text in enumerate(lines, 1) if _CONFLICT.match(text)), None)
    if at is None:
        return None
    return Fault(file, at, 1, "YAML", "Two versions of these lines stand here: git could not tell which one counts.", "",
                 "Keep one of them, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>.")  # fmt: skip


def _open_quote(file: str, lines: list[str], line: int) -> Fault | None:
    """A double quote that is not closed on its line, at or a little above `line`; or one that stands inside the quotes."""
    for at in range(line, max(line - _NEAR, 1) - 1, -1):
        found = _QUOTED.fullmatch(lines[at - 1]) if at <= len(lines) else None
        if found is None:
            continue
        value = found[1].rstrip()
        marks = len(re.findall(r'(?<!\\)"', value))
        column = found.start(1) + 1
        if marks == 1:
            return Fault(file, at, column, "YAML", "A quote is opened here and not closed on this line.", "",
                         'Put " at the end of the sentence.')  # fmt: skip
        if marks > 2:
            return Fault(file, at, column, "YAML", "A quote stands inside the quotes, and ends the sentence too early.", "",
                         'Write \\" for a quote inside, or put \' around the whole sentence in place of ".')  # fmt: skip
    return None


def _processor_quotes(file: str, lines: list[str], line: int) -> Fault | None:
    """Quotes of a word processor around a sentence: for YAML they are letters like any other."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    value = re.sub(r"^\s*(?:- )?(?:[\w-]+: +)?", "", text)
    if value[:1] not in _PROCESSOR:
        return None
    return Fault(file, line, len(text) - len(value) + 1, "YAML", f"These quotes ({value[0]}) are a word processor's.", "",
                 'Write " at both ends of the sentence.')  # fmt: skip


def _called_empty(lines: list[str], line: int) -> tuple[int, int, str] | None:
    """Line, column and name of a list that says `[]` while its entries begin at `line`: somebody added below what was empty."""
    entry = _ENTRY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    above = line - 1
    while entry and above > 0:
        said = lines[above - 1].strip()
        if said and not said.startswith("#"):
            found = _NO_ENTRIES.fullmatch(lines[above - 1])
            fits = found and len(found[1]) <= len(entry[1])
            return (above, len(found[1]) + 1, found[2]) if found and fits else None
        above -= 1
    return None


def _not_empty(file: str, line: int, column: int, name: str) -> Fault:
    return Fault(file, line, column, "YAML", f'Something stands below "{name}: []", and [] says that there is nothing.', "",
                 f"Take the [] away, so that this line reads `{name}:`, and leave what stands below it.")  # fmt: skip
