"""The names of the fields in the page's forms."""

from __future__ import annotations

from typing import Final

PRESS: Final = "t"
"""The sealed state after a press. It stands in the button's name, `t.SEALED`: lynx shows a button's value beside its words."""
AT: Final = "at"
"""The sealed state that is shown."""
WORDS: Final = "w"
"""Typed words."""
LANGUAGE: Final = "l"
"""The language of the page, in clear: the page shows it anyway."""
