"""The examples to fit on: the files of examples, and the pack's own phrases as calm ones."""

from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks.triage.encoder import Encoder
from benchmarks.triage.examples import Example, ExamplesFile, examples_of, phrase_examples

HERE = Path(__file__).parent / "examples"
CONTENT = Path(__file__).resolve().parents[2] / "content"
CLOSE = 0.6
"""A phrase of the pack is worth a place among the examples where it is at least as near to one of danger as this; those
that are far from every danger change nothing and cost memory."""
DANGEROUS = frozenset(
    """coercion partner-violence police-violence stalking pregnancy wound-care drugs-and-alcohol-support cars tranq mixing
    never-use-alone naloxone safe-call debt-or-control stealthing outcall working-outdoors""".split()  # noqa: SIM905
)
"""Topics whose phrases may tell of danger: they calm nothing."""


CHANGING = frozenset(["going-back", "cutting-down", "other-income", "school-and-training", "cv-and-gaps", "burnout", "community"])
"""Topics whose phrases may tell of wanting a change or somebody to talk to: they are no example against these."""


def load_examples(encoder: Encoder) -> list[Example]:
    """Every example, those of files first."""
    files = [ExamplesFile.model_validate(yaml.safe_load(path.read_text("utf-8"))) for path in sorted(HERE.glob("*.yaml"))]
    found = examples_of(files)
    topics = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(CONTENT.glob("topics/*/*.yaml"))]
    loud = {topic["topic"] for topic in topics if topic.get("card") or topic.get("urgency") == "emergency"} | DANGEROUS | CHANGING
    phrases = [(topic["topic"], topic.get("phrases") or {}) for topic in topics]
    phrases += yaml.safe_load((CONTENT / "find/phrases.yaml").read_text("utf-8"))["phrases"].items()
    more: list[Example] = []
    for topic, texts in phrases:
        if topic not in loud:
            more += phrase_examples(texts, "calm", [*found, *more])
    for kind in yaml.safe_load((CONTENT / "find/none.yaml").read_text("utf-8"))["kinds"].values():
        more += phrase_examples(kind["phrases"], kind.get("special") or "stranger", [*found, *more])
    danger = encoder.encode([example.text for example in found if example.meaning in ("now", "maybe")])
    near = (encoder.encode([example.text for example in more]) @ danger.T).max(axis=1)
    return found + [example for example, close in zip(more, near, strict=True) if close > CLOSE or example.meaning != "calm"]
