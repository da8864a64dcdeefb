"""Questions that identify a person: nothing of the kind is ever asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_ASKS = re.compile(
    r"what(?:'s| is) your (?:real |full |last |legal )?(?:name|phone|number|address|e-?mail|birthday|date of birth|age|gender)"
    r"|how old are you|when were you born|where (?:do you live|are you from)|are you (?:a man|a woman|male|female)\b"
    r"|¿[^?¿]{0,40}(?:cómo te llamas|cuántos años tienes|qué edad|dónde (?:vives|naciste)|de dónde eres|cuándo naciste"
    r"|(?:cuál|qué) es tu (?:nombre|apellido|número|teléfono|dirección|correo|edad|género|sexo)"
    r"|eres (?:hombre o mujer|mujer o hombre))",
    re.I,
)
_TELLS = re.compile(
    r"(?:tell|send|type|write|enter|give) (?:me |us )?your (?:real |full |legal )?(?:name|phone|number|address|e-?mail|age)\b"
    r"|(?:dime|dinos|escribe|manda|danos|pon) tu (?:nombre|apellido|número|teléfono|dirección|correo|edad)\b",
    re.I,
)
"""In a tip this says what others may ask ("before you give your name"); in a flow the bot would ask it."""
_NOT = re.compile(r"\b(?:before you|don't|do not|never|without|not) \w+ your \w+|\b(?:no|nunca|antes de que) \w+ tu \w+", re.I)
_SAID_BY_OTHERS = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")


def look(pack: Pack) -> Iterator[Fault]:
    """Name, number, address, age, gender or origin asked for, but for words in quotes, which somebody else says."""
    for file, at, _, text in pack.prose:
        found = _ASKS.search(text) and _ASKS.search(_SAID_BY_OTHERS.sub("", text))
        if not found and file.startswith("flows/"):
            found = _TELLS.search(text) and _TELLS.search(_NOT.sub("", text))
        if found:
            yield pack.fault(file, at, "ASKS-IDENTITY", "This asks for something that identifies a person.",
                             "Leave the question out.", why="Whoever finds the chat could read the answer.",
                             word=found[0])  # fmt: skip


RULE = Rule("ASKS-IDENTITY", "flows", "A question that identifies a person.", look, tip_file("First: what is your name?"),
            tip_file("You never have to say your name."), 12)  # fmt: skip
