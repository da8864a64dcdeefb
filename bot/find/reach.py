"""What the finder can hear in each language of a pack: which emergency nets words typed in it can fall into."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from bot.find.pack import FindPack, Net


class Unheard(NamedTuple):
    """What is missing in a language. `lexicon`: whether there is none, so that no word typed in it is understood. `nets`: the
    emergency nets that nothing typed in it falls into, `untried` those without an example in it: nobody knows whether they hold.
    """

    lexicon: bool
    nets: tuple[str, ...]
    untried: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.lexicon or bool(self.nets or self.untried)


def unheard(pack: FindPack, languages: Iterable[str]) -> Mapping[str, Unheard]:
    """The languages in which a typed emergency may not be heard, with what is missing. Empty where none lacks anything."""
    cards = [net for net in pack.nets if net.card]
    found = {}
    for language in languages:
        lexicon = pack.lexicons.get(language)
        ideas = lexicon.ideas if lexicon else {}
        signs = pack.danger[language].signs if language in pack.danger else {}
        reached = [net for net in cards if _reached(net, {*ideas, *signs})]
        missing = Unheard(
            not ideas,
            tuple(net.net for net in cards if net not in reached),
            tuple(net.net for net in reached if not net.must_match.get(language)),
        )
        if missing:
            found[language] = missing
    return found


def _reached(net: Net, known: Collection[str]) -> bool:
    """Whether a language has all the ideas and signs of one of a net's lines."""
    return any(all(name in known for name in line) for line in net.when)
