"""Fits the heads from the examples and writes `heads.yaml` and `heads.npz`: `python -m benchmarks.triage.fit FOLDER`.

Vectors of an earlier fit in FOLDER are used again, so that only new examples are encoded. Limits that FOLDER's file has are kept.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import yaml

from benchmarks.triage.encoder import IDENTITY, Encoder
from benchmarks.triage.examples import fingerprint
from benchmarks.triage.fitted import Fitted, HeadsFile, as_yaml, key_of, keys_of, known_vectors, packed, unpacked
from benchmarks.triage.heads import stored
from benchmarks.triage.learner import learn
from benchmarks.triage.pack import load_examples
from benchmarks.triage.triage import Limits

_PATHS = {"young": -0.3, "refuse": -0.4, "about": -0.45, "plan": -0.2, "safer": -0.3, "change": -0.4, "talk": -0.2}
LIMITS = Limits(now=0.12, maybe=-0.1, net_now=-0.5, watched=0.0, stranger=0.0, paths=_PATHS)
"""Read off the curves of `measure`."""


def main() -> None:
    """Fits and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    encoder = Encoder()
    examples = load_examples(encoder)
    before = None
    if (folder / "heads.yaml").is_file():
        file = HeadsFile.model_validate(yaml.safe_load((folder / "heads.yaml").read_text("utf-8")))
        before = unpacked(file, (folder / "heads.npz").read_bytes(), IDENTITY)
    known = known_vectors(before)
    new = [example.text for example in examples if key_of(example.text) not in known]
    fresh = dict(zip(map(key_of, new), stored(encoder.encode(new)), strict=True))
    centres = np.stack([known.get(key_of(example.text), fresh.get(key_of(example.text))) for example in examples])
    heads = learn(examples, centres)
    keys = keys_of([example.text for example in examples])
    made = Fitted(IDENTITY, fingerprint(examples, IDENTITY), heads, keys, before.limits if before else LIMITS)
    numbers = packed(made)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "heads.npz").write_bytes(numbers)
    (folder / "heads.yaml").write_text(as_yaml(made, numbers), "utf-8")
    print(f"{len(examples)} examples, {len(new)} of them new; {len(numbers) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
