"""Seeds faults of every class into the pack that ships, each in a file of its own; counts how many `check` finds at their line.

    python -m benchmarks.faults [--alone]

All but those of the flows are seeded at once, so that none may hide another; `--alone` tries each by itself. A seed is a slip as
people make it: a pattern of the file and what takes its place, with § where the fault stands.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.authoring.lint.runner import check  # noqa: E402
from bot.book import default_folders, snapshot  # noqa: E402

DAY = dt.date(2026, 11, 29)
QUOTED = r'"(?:[^"\\\n]|\\.)*"'
TIP = rf"(    text:\n      en: ){QUOTED}"
TIP_ES = rf"(    text:\n      en: {QUOTED}\n      es: ){QUOTED}"
T = "content/topics"
R = "content/places/us/referrals"


class Seed(NamedTuple):
    """One slip. `kind`: the class of faults. `code`: what it should be told as. `new`: with § where it stands."""

    kind: str
    file: str
    code: str
    old: str
    new: str


def _flow(name: str, step: str) -> str:
    return f"flow: {name}\nsteps:\n{step}"


_STEP = "  {name}:\n    say: {{en: Hello., es: Hola.}}\n    choices:\n{choices}"
_CHOICE = '      - choice: on\n        label: {{en: "Go on", es: "Sigue"}}\n        go: {go}\n'
SEEDS = (
    # reading
    Seed("reading", f"{T}/health/condoms.yaml", "YAML", TIP, r'\1§"Use one: "always".'),
    Seed("reading", f"{T}/health/doxypep.yaml", "YAML-TWICE", r"\narea: health\n", "\narea: health\n§area: health\n"),
    Seed("reading", f"{T}/health/prep.yaml", "FIELD-UNKNOWN", r"\n    status: read\n", "\n    §statsu: read\n    status: read\n"),
    Seed("reading", f"{T}/health/vaccines.yaml", "FIELD-MISSING", r"\n  - (tip: [a-z-]+)\n    for: \[[a-z, ]+\]\n", r"\n  - §\1\n"),
    Seed("reading", f"{T}/health/sti-testing.yaml", "TYPE-LIST", r"\n    for: \[all\]\n", "\n    for: §all\n"),
    Seed("reading", f"{T}/health/wound-care.yaml", "YAML-ANCHOR", r"\n    status: read\n", "\n    status: §&seen read\n"),
    Seed("reading", f"{T}/health/safer-smoking.yaml", "YAML-ALIAS", r"\n    status: read\n", "\n    status: §*seen\n"),
    Seed("reading", f"{T}/health/safer-injecting.yaml", "HIDDEN", TIP, r'\1§"Clean' + "\u200b" + ' the skin."'),
    Seed("reading", f"{T}/health/syringe-services.yaml", "YAML-TAB", r"\n    status: read\n", "\n§\t  status: read\n"),
    Seed("reading", f"{T}/health/hepatitis-c.yaml", "YAML-HASH", r"\n    status: secondhand\n", "\n    status: §secondhand # twice\n"),
    Seed("reading", f"{T}/health/living-with-hiv.yaml", "CHOICE-UNKNOWN", r"\n    status: read\n", "\n    status: §reed\n"),
    Seed("reading", f"{T}/health/pregnancy.yaml", "DATE-FUTURE", r"\nreview: \{checked: 2026-11-22", "\nreview: §{checked: 2027-11-22"),
    Seed("reading", f"{T}/health/emergency-contraception.yaml", "SHAPE", r"\n    clock: \{within: 5d", "\n    clock: §{within: 5 days"),
    Seed("reading", f"{T}/exit/childcare.yaml", "ID-UNKNOWN", r"\n    sources: \[[a-z0-9, -]+\]\n", "\n    sources: §[no-such-page]\n"),
    Seed("reading", f"{T}/exit/health-cover.yaml", "ID-FILE", r"\ntopic: health-cover\n", "\ntopic: §health-covers\n"),
    Seed("reading", f"{T}/exit/bank-account.yaml", "YAML-FLOW", r"\n    for: \[all\]\n", "\n    for: [§all of them, outdoors]\n"),
    Seed("reading", f"{T}/exit/cv-and-gaps.yaml", "TYPE-DATE", r"\nreview: \{checked: 2026-11-22", "\nreview: §{checked: last week"),
    Seed("reading", f"{T}/exit/school-and-training.yaml", "YAML-DOCUMENTS", r"\ntips:\n", "\n§---\ntips:\n"),
    Seed("reading", f"{T}/exit/a-place-to-stay.yaml", "ID-AREA", r"\narea: exit\n", "\narea: §health\n"),
    Seed("reading", f"{R}/us-nrs.yaml", "PHONE", r"(\n  - phone: )\"?\+[0-9]+\"?", r'\1§"+1212555"'),
    Seed("reading", f"{R}/us-cast.yaml", "ID-UNKNOWN", r"\ntopics: \[[a-z, -]+\]\n", "\ntopics: §[immigration-and-visa]\n"),
    Seed("reading", f"{R}/us-strongh.yaml", "SHAPE", r"(\n  - web: )https://", r"\1§http://"),
    Seed("reading", f"{R}/us-lsc.yaml", "ID-PLACE", r"\nplace: us\n", "\nplace: §us-ny\n"),
    Seed("reading", f"{R}/us-whd.yaml", "CONTACT-ONE", r"\n  - (phone: \S+)\n", r"\n  - §\1\n    web: https://example.org/\n"),
    Seed("reading", "content/places/nz/place.yaml", "SHAPE-OLD", r"\nemergency:\n(.*\n.*\n)    reaches: .*\n", r"\n§emergency:\n\1"),
    Seed("reading", "content/places/nl/place.yaml", "NUMBER-PARTIAL", r"reaches: \[police, ambulance, fire\]", "§reaches: [ambulance]"),
    Seed("reading", "content/places/ie/place.yaml", "PLACE-LOOP", r"\nparent: world\n", "\nparent: §ie\n"),
    Seed("reading", "content/sources/legal.yaml", "ID-TWICE", r"\n  - source: ([a-z0-9-]+)\n(    title: [^\n]+\n)",
         r"\n  - source: \1\n\2  - §source: \1\n\2"),
    Seed("reading", "content/links.yaml", "ID-UNKNOWN", r"\n    topic: naloxone\n", "\n    topic: §naloxon\n"),
    Seed("reading", f"{T}/overdose/spiking.yaml", "SLOT-UNKNOWN", r"\{ambulance\}", "§{ambulanc}"),
    # flows
    Seed("flows", "flows/seed_lonely.yaml", "STEP-UNREACHABLE", "", _flow("seed_lonely", "  §a:\n" + _STEP.format(
        name="x", choices=_CHOICE.format(go="seed_lonely.a"))[5:])),
    Seed("flows", "flows/voice.yaml", "STEP-UNKNOWN", r"\n(\s+)parent: ([a-z_.]+)\n", r"\n\1parent: §\2x\n"),
    Seed("flows", "flows/word.yaml", "LANGUAGE-MISSING", r"\n        label:\n(          en: [^\n]+\n)          es: [^\n]+\n",
         r"\n        §label:\n\1"),
    Seed("flows", "flows/language.yaml", "FIELD-UNKNOWN", r"\n    say:\n", "\n    §sya:\n"),
    Seed("flows", "flows/young.yaml", "ASKS-IDENTITY", r"(?s)\n    say:\n      en: \|-\n.*?\n      es: ",
         '\n    say:\n      en: §"Hello. What is your name?"\n      es: '),
    Seed("flows", "flows/change.yaml", "OPTION-UNKNOWN", r"\n        set: \{pace: ([a-z_]+)\}\n", r"\n        set: §{pace: \1x}\n"),
    # promises
    Seed("promises", f"{T}/violence/cars.yaml", "PHONE-IN-PROSE", TIP, r'\1§"Save this: 212 555 0147."'),
    Seed("promises", f"{T}/violence/dancing.yaml", "ADDRESS-IN-PROSE", TIP, r'\1§"Look at www.example.org first."'),
    Seed("promises", f"{T}/violence/outcall.yaml", "CLAIM", TIP, r'\1§"A hotel is 100% safe."'),
    Seed("promises", f"{T}/violence/screening.yaml", "CLAIM", TIP_ES, r'\1§"Así eres totalmente anónima."'),
    Seed("promises", f"{T}/violence/boundaries.yaml", "EXPIRED", r"\nreview: \{checked: 2026-11-22", "\n§review: {checked: 2024-11-22"),
    Seed("promises", f"{T}/violence/money-apps.yaml", "EXPIRES-SOON", r"every: [0-9]+d", "every: 10d"),
    Seed("promises", f"{T}/violence/stalking.yaml", "GUARD-MISSING", r"(?s)\n(title:.*?\n)guarded: true\n", r"\n§\1"),
    Seed("promises", "content/cards/spiking.yaml", "CARD-LONG", r"\n  en: \|-\n", "\n  §en: |-\n    " + "go on and on " * 16 + "\n"),
    Seed("promises", f"{R}/us-srp.yaml", "POLICE-LEGAL", r"\n  contact: [a-z_]+\n", "\n  contact: §may\n"),
    Seed("promises", f"{R}/us-ccri.yaml", "FIELD-MISSING", r"(?s)\n(referral: .*?\n)immigration:\n  known: unknown\n", r"\n§\1"),
    Seed("promises", f"{R}/us-glits.yaml", "DISCLOSURE-EMPTY", r"\nreports:\n  known: unknown\n", '\nreports:\n  known: §"yes"\n'),
    Seed("promises", f"{R}/us-thrive.yaml", "EXPIRED", r"\nreview: \{checked: 2026-11-22", "\n§review: {checked: 2025-11-22"),
    Seed("promises", f"{T}/overdose/seed-silent.yaml", "PHRASES-NONE", "",
         "topic: seed-silent\narea: overdose\nurgency: emergency\ncard: ghb\ntitle: {en: Sample, es: Muestra}\n§phrases:\n  en: [seeded]\n"
         "tips:\n  - tip: one\n    for: [all]\n    text: {en: \"Stay with them.\", es: \"Quédate ahí.\"}\n    status: support\n"
         "review: {checked: 2026-11-22, by: seed-pack, every: 180d}\n"),
    Seed("promises", "content/voices/we-got-this.yaml", "ADDRESS-HTTPS", r"\nweb: https://", "\nweb: §http://"),
    Seed("promises", "content/cards/ghb.yaml", "CARD-NUMBER", r"No reaction: get an ambulance", "No reaction: get an §{ambulance}"),
    Seed("promises", "content/cards/overamping.yaml", "CLAIM", r"(?s)(\n  es: \|-\n[^\n]+\n    )", r"\1§Nadie puede saber nada. "),
    # words
    Seed("words", f"{T}/wellbeing/sleep.yaml", "STIGMA", TIP, r'\1§"A prostitute can sleep by day."'),
    Seed("words", f"{T}/wellbeing/grounding.yaml", "STIGMA", TIP_ES, r'\1§"Las prostitutas pueden respirar hondo."'),
    Seed("words", f"{T}/wellbeing/burnout.yaml", "ORDER", TIP, r'\1§"You must take a week off."'),
    Seed("words", f"{T}/wellbeing/community.yaml", "READING", TIP,
         r'\1§"Institutional confidentiality obligations necessitate considerable organizational clarification."'),
    Seed("words", f"{T}/legal/police-stop.yaml", "ORDER", TIP_ES, r'\1§"Debes quedarte en silencio."'),
    # translations
    Seed("translations", f"{T}/legal/phone-search.yaml", "LANGUAGE-MISSING", r'    text:\n(      en: "[^"\n]*"\n)      es: "[^"\n]*"\n',
         r"    §text:\n\1"),
    Seed("translations", f"{T}/legal/work-rights.yaml", "SAME-TEXT", r'(    text:\n      en: )("[^"\n]*")(\n      es: )"[^"\n]*"', r"\1\2\3§\2"),
    Seed("translations", f"{T}/legal/clear-my-record.yaml", "LANGUAGE-OTHER", TIP, r'\1§"Pide ayuda a una persona que sepa de leyes antes de firmar."'),
    Seed("translations", f"{T}/legal/protection-orders.yaml", "SLOT-DIFFERS", TIP_ES, r'\1§"Llama al {emergency} si empeora."'),
    Seed("translations", f"{T}/legal/housing-and-eviction.yaml", "NUMBERS-DIFFER", TIP_ES, r'\1§"A menudo tienes 987 días."'),
    Seed("translations", f"{T}/legal/benefits-rights.fr.yaml", "TRANSLATION-OLD", "",
         "topic: benefits-rights\nlanguage: fr\ntips:\n  FIRST:\n    of: 00000000\n    text: Un petit conseil.\n"),
    # search
    Seed("search", f"{T}/violence/cars.yaml#", "PHRASE-TWICE", "", ""),
    Seed("search", f"{T}/violence/safe-call.yaml", "PHRASE-TWICE", r"\nphrases:\n  en:\n", '\nphrases:\n  en:\n    - §"pep 72 hours"\n'),
    Seed("search", f"{T}/violence/condom-talk.yaml", "PHRASE-ELSEWHERE", r"\nphrases:\n  en:\n",
         '\nphrases:\n  en:\n    - §"im 16 and a guy pays me"\n'),
    Seed("search", f"{T}/violence/bad-date-list.yaml", "PHRASES-FEW", r"(?s)\nphrases:\n  en:\n.*?\n  es:\n", "\n§phrases:\n  es:\n"),
    Seed("search", "content/find/nets-seed.yaml", "NET-EXAMPLE", "",
         "nets:\n  - net: seed\n    card: ghb\n    when: [[client]]\n    must_match: {en: [§\"nothing like it\"]}\n"),
    Seed("search", "content/find/nets-more.yaml", "NET-EXAMPLE", "",
         "nets:\n  - net: more\n    card: ghb\n    when: [[client]]\n    must_not_match: {en: [§\"my client is late\"]}\n"),
    # editors
    Seed("editors", f"{T}/violence/photo-metadata.yaml", "REVIEW-NAME", r"by: seed-pack", "by: maria-lopez"),
)  # fmt: skip
SEEDS = tuple(seed for seed in SEEDS if not seed.file.endswith("#"))


def seeded(seed: Seed, files: Mapping[str, bytes]) -> tuple[bytes, int]:
    """The file with its slip, and the line of it (0 where the whole file is meant)."""
    if seed.old:
        before = files[seed.file].decode()
        after, count = re.subn(seed.old, seed.new, before, count=1)
        if not count or after == before:
            raise ValueError(f"the seed for {seed.code} does not fit {seed.file}")
    else:
        after = seed.new
        if "FIRST" in after:
            tips = files[seed.file.replace(".fr", "")].decode().split("\ntips:\n")[1]
            after = after.replace("FIRST", re.findall(r"tip: ([a-z0-9-]+)", tips)[0])
    line = after[: after.index("§")].count("\n") + 1 if "§" in after else 0
    if not line and seed.old:
        # Where the slip stands: the first line that is not what it was.
        old, new = files[seed.file].decode().split("\n"), after.split("\n")
        line = next(at for at, (was, now) in enumerate(zip(old, new, strict=False), 1) if was != now)
    return after.replace("§", "").encode(), line


def run(*, alone: bool = False) -> dict[str, object]:
    """Seeds, checks, compares. A fault counts as found with the right code, the right file and the very line of the slip. Of what is
    missing that is the line of what should hold it; of two languages that differ it is that of the second."""
    files = dict(snapshot(*default_folders()))
    clean = sum(fault.severity == "error" for fault in check(files, DAY))
    slips = {seed: seeded(seed, files) for seed in SEEDS}
    # What a step leads to is told where the flows can be read: their slips are tried one by one.
    every = check({**files, **{seed.file: data for seed, (data, _) in slips.items() if seed.kind != "flows"}}, DAY)
    missed = []
    for seed, (data, line) in slips.items():
        found = check({**files, seed.file: data}, DAY) if alone or seed.kind == "flows" else every
        lines = [fault.line for fault in found if (fault.code, fault.file) == (seed.code, seed.file)]
        if not lines or (line and line not in lines):
            missed.append({"code": seed.code, "file": seed.file, "line": line, "told_at": lines[:5]})
    kinds = sorted({seed.kind for seed in SEEDS})
    return {"seeds": len(SEEDS), "files": len({seed.file for seed in SEEDS}), "classes": kinds, "found": len(SEEDS) - len(missed),
            "missed": missed, "errors_on_the_clean_pack": clean}  # fmt: skip


def main() -> None:
    """Prints the count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", action="store_true")
    args = parser.parse_args()
    print(json.dumps(run(alone=args.alone), indent=1))


if __name__ == "__main__":
    main()
