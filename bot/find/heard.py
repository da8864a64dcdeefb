"""What the finder made of typed words: the one value that passes from finding to talking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Band = Literal["sure", "choose", "unsure"]
"""How sure the finder is: show the answer, offer up to three, or say "I'm not sure I understood"."""

Special = Literal["", "about", "who", "silent", "talk", "plan", "change", "safer", "young", "refuse", "small_talk"]
"""Words that open a path of their own: a question about the bot; who can help; not saying where one is; wanting somebody to talk
to; a safety plan; wanting to stop or to change; going on, but safer; a typed age under 18 or a child in danger; tracing or
buying; chit-chat."""

Part = Literal["", "person", "police", "saved", "runs", "delete"]
"""Where About opens: is this a person; ties to police; what is saved; who runs it; deleting everything."""

Danger = Literal["now", "maybe", "watched", "no"]
"""Whether a life may be at stake: the card is the screen; the card is offered above the answer; somebody may be reading along;
or none of these."""

Naming = Literal["", "place", "near", "elsewhere", "unknown"]
"""Whether the words are the name of a place and nothing else: one of the pack's; almost the name of one; one that the pack does
not have; short words that nobody wrote down, which may be a name."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a typed sentence asks for. Holds ids only, never the words.

    `topics`: at most three topic ids, best first, whatever the band. `emergency`: the id of the card (`content/cards/`) that the
    words may mean, or ""; `danger` says whether it is the screen. `places`: the places that the words name (several where a name
    has several, as Portland has). `language`: the language of the words when it is clear, else the language handed in. `scores`:
    one number from 0 to 1 for each topic. `part`: where About opens, with the path "about" alone. `foreign`: the code of the
    language that the words are in where the pack does not have it, else "". `naming`: whether the words are a place's name alone.
    `episode`: the id of the hard day (`content/episodes/`) that the words name, or "". `leans`: whether the words mean nothing
    without the answer before them ("how long does it take").
    """

    band: Band
    topics: tuple[str, ...] = ()
    emergency: str = ""
    language: str = ""
    places: tuple[str, ...] = ()
    special: Special = ""
    scores: tuple[float, ...] = ()
    danger: Danger = "no"
    part: Part = ""
    foreign: str = ""
    naming: Naming = ""
    episode: str = ""
    leans: bool = False
