"""Hidden signs: what deceives is refused however it is written, what a language or an emoji needs is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.book.escaping import annotation, in_json, lines, one_line
from bot.book.hidden_signs import hidden_in, without_hidden
from bot.book.reader import Unreadable, read, scan

NEEDED = [
    "می‌خواهم",  # Persian: a non-joiner keeps two letters apart
    "کار‌ها",
    "क्‍ष",  # Hindi: the half form of a letter
    "শ্‌র",  # Bengali: a visible sign without a vowel
    "র‍্যাব",  # Bengali: a joiner before the sign
    "അവന്‍",  # Malayalam: a letter at a word's end
    "ශ්‍රී",  # Sinhala
    "👩‍👧",
    "👩🏽‍❤️‍👨",
    "🏳️‍🌈",
    "🙂‍↔️",
    "1️⃣ ⚠️ ©️ ℹ️ ‼️",
    "ᠮᠣᠩᠭᠣᠯ᠋",
    "two\nlines\tand a tab",
    "señal, água, 日本語, עברית, العربية, ไทย",
]
DECEIVES = [
    *"\u0000\u0007\u001b\r\u007f\u0085\u009b\u00ad\u034f\u061c\u115f\u180e\u200b\u200e\u200f\u2028\u202a\u202e\u2060\u2066\u2069",
    *"\u206f\u2800\u3164\ufe00\ufeff\uffa0\ufff9\U000e0041\U000e0100\ue000\U0001d173\ufdd0\udcff",
]


@pytest.mark.parametrize("text", NEEDED)
def test_what_a_language_or_an_emoji_needs_is_taken(text: str) -> None:
    """Raw and as an escape, as a value and with all else the same."""
    assert hidden_in(text) == []
    escaped = "".join(c if c.isascii() and c.isprintable() else f"\\U{ord(c):08x}" for c in text)
    assert read("f", f'a: "{escaped}"\n'.encode())[0] == {"a": text}


@pytest.mark.parametrize("sign", DECEIVES, ids=ascii)
def test_what_deceives_is_found_between_any_two_letters(sign: str) -> None:
    """Letters with which joiners and selectors are used do not make another sign harmless."""
    for around in ("ab", "می", "क्ष", "👩👧", "1 "):
        assert hidden_in(around[0] + sign + around[1:]) == [1]


@pytest.mark.parametrize(
    "text",
    ["pay\u200cpal", "pay\u200dpal", "👩\u200da", "a\u200d👩", "ع\u200dع", "क\u200dम", "می\u200c\u200cروم", "\u200c",
     "9\u200c1\u200c1", "د\u200d", "क्\u200c", "a\ufe0f", "\ufe0fa", "ع\u200cक", "👩\ufe0f\ufe0f", "a\u180bb"],
    ids=ascii,
)  # fmt: skip
def test_a_joiner_where_no_writing_needs_it_is_hidden(text: str) -> None:
    """Between Latin letters or digits, doubled, alone, between two scripts, behind a letter that has no other look."""
    assert hidden_in(text)


FORMS = [
    ('a: "x\\x1b]0;title\\x07"\n', 1, 6, r"\x1b"),
    ('a: "call \\u202e119"\n', 1, 10, r"\u202e"),
    ('a: "\\U000E0041"\n', 1, 5, r"\U000E0041"),
    ('a: "one\n  two \\e[2J"\n', 2, 7, r"\e"),
    ('a: "\\N"\n', 1, 5, r"\N"),
    ('a: "b\\0"\n', 1, 6, r"\0"),
    ('a: "\\r::error::x"\n', 1, 5, r"\r"),
    ('"to\\u200bpic": x\n', 1, 4, r"\u200b"),
    ('a: ["b", {"c\\u2066": d}]\n', 1, 13, r"\u2066"),
    ('a: "می\\u200cرو \\u200c"\n', 1, 16, r"\u200c"),
    ('a: "\\\\u202e \\u202e"\n', 1, 13, r"\u202e"),
]


@pytest.mark.parametrize(("text", "line", "column", "written"), FORMS, ids=range(len(FORMS)))
def test_an_escape_for_a_hidden_sign_is_refused_at_its_place(text: str, line: int, column: int, written: str) -> None:
    """In values and in names: the file, the line, the column, what stands there, why it matters, how to mend it."""
    fault = scan("content/a.yaml", text.encode()).faults[0]
    assert (fault.file, fault.code, fault.line, fault.column) == ("content/a.yaml", "HIDDEN", line, column)
    assert fault.what.startswith(f"{written} stands for a hidden character (U+")
    assert fault.why
    assert fault.fix
    with pytest.raises(Unreadable):
        read("content/a.yaml", text.encode())


def test_what_only_looks_like_an_escape_is_words() -> None:
    """A backslash of its own, other quotes, escapes that stand for something one sees."""
    assert read("f", b'a: "\\\\x1b \\x41\\n"\n')[0] == {"a": "\\x1b A\n"}
    assert read("f", b"a: '\\x1b'\nb: \\x1b\n")[0] == {"a": "\\x1b", "b": "\\x1b"}


def test_the_same_word_is_the_same_however_its_accent_is_written() -> None:
    """An escaped accent is put onto its letter, as a typed one is: two names that look the same are one."""
    assert read("f", b'a: "cafe\\u0301"\n')[0] == {"a": "café"}
    assert scan("f", 'café: x\n"cafe\\u0301": y\n'.encode()).faults[0].code == "YAML-TWICE"


def test_a_file_full_of_escapes_tells_some_of_them() -> None:
    """Twenty, not sixteen thousand."""
    assert len(scan("f", b'- "\\u200b"\n' * 500).faults) == 20


def test_a_lone_carriage_return_is_no_line_end() -> None:
    """A terminal would write the second half over the first. Windows line ends are taken."""
    fault = scan("f", b"a: quiet\r::error::x\n").faults[0]
    assert (fault.code, fault.line, fault.column) == ("HIDDEN", 1, 9)
    assert "line ends" in fault.fix
    assert read("f", b"a: b\r\nc: d\r\n")[0] == {"a": "b", "c": "d"}


@pytest.mark.parametrize(
    "name", ["content/\x1b[2J.yaml", "content/a\nb.yaml", "content/a\tb.yaml", "content/\udcff.yaml", "content/\u202ea.yaml"]
)
def test_a_file_with_a_hidden_sign_in_its_name_is_refused(name: str) -> None:
    """And no line of a terminal or a log is given its name raw."""
    (fault,) = scan(name, b"a: b\n").faults
    assert fault.code == "HIDDEN"
    assert "name" in fault.what
    assert str(fault).isprintable()


def test_a_line_break_in_a_name_is_refused() -> None:
    """No field is called so."""
    assert [fault.code for fault in scan("f", b'"a\\nb": c\n').faults] == ["YAML-KEY"]


# --- words for a terminal and a code host ----------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(blacklist_categories=()), max_size=40))
def test_nothing_that_is_escaped_moves_a_terminal(text: str) -> None:
    """Whatever the words: no control, no direction mark, one line, and it can be encoded; escaped twice is escaped once."""
    shown = one_line(text)
    assert hidden_in(shown) == []
    assert "\n" not in shown
    shown.encode()
    assert one_line(shown) == shown
    assert without_hidden(lines(text)) == lines(text)


@pytest.mark.parametrize(
    "text", ["::error::x", "   ::error file=a::x", "\u00a0\t::stop-commands::x", "a\n  ::add-mask::x", "a ##[add-mask]b",
             "##vso[task.x]y",
             "##teamcity[x]", "###[group]x"],
)  # fmt: skip
def test_no_line_is_a_command_to_a_code_host(text: str) -> None:
    """GitHub's runner takes `::` after blanks and `##[` anywhere in a line; Azure and TeamCity have theirs."""
    for shown in (lines(text), one_line(text)):
        assert not any(line.lstrip().startswith("::") for line in shown.split("\n"))
        assert not any(start in shown for start in ("##[", "##vso[", "##teamcity["))


def test_ordinary_words_stay_as_they_are() -> None:
    """Colons in a sentence, headings, a field that is called `a::b`."""
    for text in ("Call 911: now", "# Heading\n## Second [link]\n", "a::b", "file:3:4  CODE  words", "señal 👩‍👧"):
        assert lines(text) == text


def test_an_annotation_is_one_line_whose_parts_cannot_end_it() -> None:
    """Line breaks and % as the runner reads them back; in a property : and , too."""
    assert annotation("50 %\nof\x1b") == "50 %25%0Aof\\x1b"
    assert annotation("a,b:c\n", name=True) == "a%2Cb%3Ac%0A"


def test_json_says_the_same_without_a_raw_sign() -> None:
    """Also beyond the first plane."""
    import json

    value = {"a\u202e": "\u2028 \U000e0041 \x7f é"}
    shown = in_json(json.dumps(value, ensure_ascii=False))
    assert hidden_in(shown) == []
    assert "é" in shown
    assert json.loads(shown) == value
