"""What a rule is: the code it gives, what it looks at, and an example that shows it and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.authoring.lint.context import LintContext
from bot.authoring.lint.subject import Pack
from bot.book import Fault

Group = Literal["reading", "flows", "promises", "words", "translations", "search", "editors"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. `fails` and `passes`: files that, added to a good pack, do and do not show it.

    `line`: where in the first file of `fails` the fault stands. `context`, `clean`: what lies around each, for rules about that.
    """

    code: str
    group: Group
    about: str
    look: Callable[[Pack], Iterable[Fault]]
    fails: Mapping[str, str]
    passes: Mapping[str, str]
    line: int
    context: LintContext = field(default_factory=LintContext)
    clean: LintContext = field(default_factory=LintContext)


TIP_FILE = "content/topics/wellbeing/sample-topic.yaml"


def tip_file(
    en: str = "A short tip.", es: str = "Un consejo corto.", more: str = "", phrases: str = "sample question"
) -> dict[str, str]:
    """A topic file to try a rule on: one tip with these words."""
    text = f"""topic: sample-topic
area: wellbeing
urgency: everyday
title: {{en: Sample, es: Muestra}}
phrases:
  en: ["{phrases}"]
  es: ["{phrases} en español"]
tips:
  - tip: only
    for: [all]
    text:
      en: "{en}"
      es: "{es}"
    status: support
{more}review: {{checked: 2026-11-01, by: seed-pack, every: 180d}}
"""
    return {TIP_FILE: text}


REFERRAL_FILE = "content/places/world/referrals/sample-help.yaml"


def referral_file(old: str = "", new: str = "") -> dict[str, str]:
    """A referral to try a rule on, with `old` replaced by `new`. Raises ValueError where the file has no `old`."""
    text = """referral: sample-help
name: Sample Help
kinds: [harm_reduction]
status: open
place: world
offers:
  en: People to talk to.
  es: Gente con quien hablar.
contact:
  - phone: "+18777762004"
    verified: {source: sample-source, on: 2026-11-01}
    leaves: [call-log]
police:
  contact: unknown
reports: {known: unknown}
immigration: {known: unknown}
child_welfare: {known: unknown}
law_enforcement_ties: {known: unknown}
id_needed: {known: unknown}
conditions: {known: unknown}
cost: {known: unknown}
confidentiality: {known: unknown}
sources: [sample-source]
confidence: partial
review: {checked: 2026-11-01, by: seed-pack, every: 90d}
"""
    if old not in text:
        raise ValueError(f"the sample referral has no {old!r}")
    source = """sources:
  - source: sample-source
    title: A page that was read
    address: https://example.org/page
    read: 2026-11-01
    how: page
"""
    return {REFERRAL_FILE: text.replace(old, new, 1) if old else text, "content/sources/sample.yaml": source}


FLOW_FILE = "flows/sample.yaml"


def flow_file(steps: str, *, home: str = "Again") -> dict[str, str]:
    """A flow to try a rule on: a first step with a link of its own, then `steps` from line 12 on."""
    text = f"""flow: sample
own_link: true
steps:
  home:
    say: {{en: Hello., es: Hola.}}
    choices:
      - choice: again
        label:
          en: {home}
          es: Otra vez
        go: welcome.home
{steps}"""
    return {FLOW_FILE: text}
