"""Topics that nobody can ask for in one of the languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def counts(pack: Pack) -> Counter[tuple[str, str]]:
    """How many phrases each topic has in each language, wherever they are written."""
    return pack.once(_counts)


def _counts(pack: Pack) -> Counter[tuple[str, str]]:
    return Counter((phrase.topic, phrase.language) for phrase in pack.phrases)


def look(pack: Pack) -> Iterator[Fault]:
    """An emergency without phrases in a language is an error, any other topic a warning."""
    if any(file.startswith("content/find/phrases") for file in pack.broken):
        return
    count = counts(pack)
    # Of a language without a lexicon and without a single phrase LANGUAGE-UNHEARD says it once, and not for each topic.
    written = {language for _, language in count} | pack.finder.pack.lexicons.keys()
    for name, topic in pack.book.topics.items():
        for language in pack.book.languages:
            if language in written and not count[name, language]:
                emergency = topic.urgency == "emergency"
                yield pack.fault(pack.file_of("topic", name), ("phrases",), "PHRASES-NONE",
                                 f"{'An emergency' if emergency else 'A topic'} that has no phrases in {language}.",
                                 f"Write what people type, below `{language}:`.", "error" if emergency else "warning",
                                 "Typed words will not find it.")  # fmt: skip


_GOOD = tip_file()
_SILENT = _GOOD[TIP_FILE].replace("urgency: everyday", "urgency: emergency\ncard: ghb")
RULE = Rule("PHRASES-NONE", "promises", "A topic without phrases in a language; for an emergency an error.", look,
            {TIP_FILE: _SILENT.replace('  es: ["sample question en español"]\n', "")}, {TIP_FILE: _SILENT}, 6)  # fmt: skip
