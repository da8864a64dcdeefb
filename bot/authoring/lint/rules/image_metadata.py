"""Pictures that carry more than the picture: place, time, device, the name of who made it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.context import LintContext
from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_PNG_PLAIN = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"hIST")
)
_PNG_NAMES = {
    b"tEXt": "text",
    b"zTXt": "text",
    b"iTXt": "text or XMP",
    b"eXIf": "EXIF",
    b"tIME": "the time",
    b"iCCP": "a colour profile",
}


def _png(data: bytes) -> str:
    """What a PNG carries besides the picture, by its chunks (PNG specification, third edition, 5.3)."""
    at = 8
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"IEND":
            return "something after its end" if len(data) > at + 12 else ""
        if kind not in _PNG_PLAIN:
            return _PNG_NAMES.get(kind, "more than the picture")
        at += 12 + length
    return ""


def _jpeg(data: bytes) -> str:
    """What a JPEG carries besides the picture, by its segments before the scan (ITU T.81, B.1.1.4)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == 0xDA:
            return ""
        if marker == 0xFE:
            return "a comment"
        if marker == 0xE1:
            return "EXIF" if body.startswith(b"Exif") else "XMP"
        if 0xE2 <= marker <= 0xEF and not (marker == 0xEE and body.startswith(b"Adobe")):
            return "IPTC" if marker == 0xED else "more than the picture"
        at += 2 + length
    return ""


def carries(data: bytes) -> str:
    """What a picture carries besides what one sees, or "". Kinds that cannot be looked into say so."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    return "what cannot be seen here"


def look(pack: Pack) -> Iterator[Fault]:
    """Pictures in the content folder with EXIF, XMP, text or the like."""
    for file, data in pack.context.pictures.items():
        found = carries(data)
        if found:
            yield pack.fault(file, (), "IMAGE-METADATA", f"This picture carries {found}.",
                             "Leave the picture out; or save a screenshot of it as PNG, without its data.", "warning",
                             "It can tell where, when and by whom it was taken.")  # fmt: skip


_PICTURE = "content/sample.png"
_BARE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xaeB`\x82"
_TEXT = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0btEXtAuthor\x00Some\x00\x00\x00\x00\x00\x00\x00\x00IEND\xaeB`\x82"
RULE = Rule("IMAGE-METADATA", "editors", "A picture that carries EXIF, XMP or text.", look, {_PICTURE: ""}, {}, 1,
            LintContext(pictures={_PICTURE: _TEXT}), LintContext(pictures={_PICTURE: _BARE}))  # fmt: skip
