"""Words that nobody should read over a shoulder: sex, drugs, police, violence, and what gives a bot like this away."""

from __future__ import annotations

import re

FIRST = 40
"""Characters of a message that a chat list and a lock screen show."""
_LOADED = re.compile(
    r"\b(?:sex\w*|escort\w*|hiv|vih|sti|std|condom\w*|condón|condones|prep|pep|drug\w*|droga\w*|overdos\w*|sobredosis|naloxon\w*"
    r"|needle\w*|syringe\w*|jeringa\w*|aguja\w*|heroin\w*|heroína|fentan\w*|meth|crack|cocain\w*|cocaína"
    r"|police|policía\w*|cops?|arrest\w*|jail|cárcel|lawyer\w*|abogad\w*|record|antecedentes|immigra\w*|inmigra\w*|migrator\w*"
    r"|violen\w*|rape\w*|violación|violaron|assault\w*|agresi\w*|abuse\w*|abuso\w*|stalk\w*|acoso|threat\w*|amenaz\w*"
    r"|hurt\w*|daño|traffick\w*|trata|pimp\w*|padrote\w*|suicid\w*|kill\w*|harm reduction|reducción de daños|client\w*|cliente\w*"
    r"|worker\w*|prostitu\w*|putas?|stripper\w*|webcam|camgirl\w*|abortion|aborto|pregnan\w*|embaraz\w*)\b",
    re.I,
)


def loaded(text: str) -> str:
    """The first loaded word of `text`, or ""."""
    found = _LOADED.search(text)
    return found.group() if found else ""
