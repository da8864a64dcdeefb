"""Examples of the nets that do not hold: they are the nets' tests."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """`must_match` that the net does not catch, `must_not_match` that it does. Faults of shape in the finder's files too."""
    yield from pack.finder_faults
    finder = pack.finder
    if not finder.lexicons:
        return
    names = [net.net for net in finder.pack.nets]
    places = [
        (file, number)
        for file, (value, _) in sorted(pack.book.docs.items())
        if file.startswith("content/find/nets") and isinstance(value, dict) and isinstance(value.get("nets"), list)
        for number, net in enumerate(value["nets"])
        if isinstance(net, dict) and net.get("net") in names
    ]
    for net, (file, number) in zip(finder.pack.nets, places, strict=False):
        if net.card and net.card not in pack.book.cards:
            continue  # a card that is broken or not there: its own fault says so
        for wanted, field, examples in ((True, "must_match", net.must_match), (False, "must_not_match", net.must_not_match)):
            for language, texts in examples.items():
                for at, text in enumerate(texts):
                    heard = finder.by_nets(text, language)
                    got = (heard.emergency, heard.danger) == (net.card, net.level) if net.card else heard.special == net.special
                    if got != wanted:
                        yield pack.fault(file, ("nets", number, field, language, at), "NET-EXAMPLE",
                                         f"This example of the net {net.net} does not hold.",
                                         "Add what is said to a sign (danger.*.yaml) or an idea, or add an `unless`.",
                                         why="Somebody in danger may type it.")  # fmt: skip


_NETS = """nets:
  - net: sample
    card: ghb
    when: [[client]]
    must_match: {en: ["EXAMPLE"]}
"""
RULE = Rule("NET-EXAMPLE", "search", "An example of a net that does not hold.", look,
            {"content/find/nets-sample.yaml": _NETS.replace("EXAMPLE", "nothing like it")},
            {"content/find/nets-sample.yaml": _NETS.replace("EXAMPLE", "my client is late")}, 5)  # fmt: skip
