"""An address as a QR code: a picture for the browser, or its squares for a PDF."""

from __future__ import annotations

import io

import segno

QUIET = 4
"""White squares around a code: readers need them."""


def _made(address: str) -> segno.QRCode:
    return segno.make(address, error="h" if len(address) < 60 else "q", micro=False)


def svg(address: str) -> str:
    """The address as an SVG picture, with as much repair as fits: paper gets creased."""
    out = io.BytesIO()
    _made(address).save(out, kind="svg", xmldecl=False, svgns=True, border=QUIET, omitsize=True, svgclass="qr", lineclass=None)
    return out.getvalue().decode()


def squares(address: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """How many squares wide the code is with its white border, and its dark runs: (column, row, length)."""
    rows = [bytes(row) for row in _made(address).matrix_iter(border=QUIET)]
    runs: list[tuple[int, int, int]] = []
    for number, row in enumerate(rows):
        column = 0
        while column < len(row):
            length = 0
            while column + length < len(row) and row[column + length]:
                length += 1
            if length:
                runs.append((column, number, length))
            column += max(length, 1)
    return len(rows), tuple(runs)
