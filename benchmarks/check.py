"""How long `check` takes: on the pack that ships, and on packs made by this script; how it grows.

    python -m benchmarks.check [--files 500 1000 2000 5000]

A made pack is the one that ships with further topics (tips and phrases in two languages), places and referrals, each with words
of its own. Every size runs in a process of its own, from the command's start to its end.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.book import default_folders, snapshot  # noqa: E402

SYLLABLES = re.findall("..", "bacedifogulameniporusatevixozutrblcrflgrplst")
DAY = "2026-11-28"
_NAMES = ("reports", "immigration", "child_welfare", "law_enforcement_ties", "id_needed", "conditions", "cost", "confidentiality")


def _word(dice: random.Random) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randrange(2, 5)))


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(_word(dice) for _ in range(words))


def _topic(dice: random.Random, name: str) -> str:
    tips = "".join(
        f'  - tip: t{at}\n    for: [all]\n    text:\n      en: "You can {_sentence(dice, 8)} today."\n'
        f'      es: "Puedes {_sentence(dice, 8)} hoy."\n    sources: [guide-s01]\n    status: secondhand\n'
        for at in range(5)
    )
    phrases = "".join(
        f"  {language}:\n" + "".join(f'    - "{_sentence(dice, 3)}"\n' for _ in range(20)) for language in ("en", "es")
    )
    return (
        f"topic: {name}\narea: wellbeing\nurgency: everyday\ntitle: {{en: {_word(dice)}, es: {_word(dice)}}}\n"
        f"phrases:\n{phrases}tips:\n{tips}review: {{checked: {DAY}, by: seed-pack, every: 180d}}\n"
    )


def _referral(dice: random.Random, name: str, place: str) -> str:
    asked = "".join(f"{question}: {{known: unknown}}\n" for question in _NAMES)
    return (
        f"referral: {name}\nname: {_word(dice).title()}\nkinds: [harm_reduction]\nstatus: open\nplace: {place}\noffers:\n"
        f"  en: Help with {_sentence(dice, 4)}.\n  es: Ayuda con {_sentence(dice, 4)}.\n"
        f'contact:\n  - phone: "+1212555{dice.randrange(100, 1000)}0"\n'
        f"    verified: {{source: guide-s01, on: {DAY}}}\n    leaves: [call-log]\npolice: {{contact: unknown}}\n{asked}"
        f"sources: [guide-s01]\nconfidence: read\nreview: {{checked: {DAY}, by: seed-pack, every: 90d}}\n"
    )


def made(folder: Path, count: int, seed: int = 3) -> None:
    """Writes a pack of `count` files: of the further ones half are referrals, a twentieth places, the others topics."""
    dice = random.Random(seed)
    files = dict(snapshot(*default_folders()))
    number, place = 0, "us"
    while len(files) < count:
        number += 1
        if number % 20 == 1:
            place = f"us-p{number}"
            text = f"place: {place}\nlevel: city\nparent: us\nname: {{en: {_word(dice)}, es: {_word(dice)}}}\n"
            files[f"content/places/{place}/place.yaml"] = text.encode()
        elif number % 2:
            files[f"content/places/{place}/referrals/r-{number}.yaml"] = _referral(dice, f"r-{number}", place).encode()
        else:
            files[f"content/topics/wellbeing/made-{number}.yaml"] = _topic(dice, f"made-{number}").encode()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def timed(folder: Path) -> dict[str, float]:
    """One run of the command: seconds, megabytes at the most, errors."""
    words = ["content", "check", "--json", "--date", DAY, "--content", str(folder / "content"), "--flows", str(folder / "flows")]
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "bot", *words], capture_output=True, text=True, cwd=ROOT)
    seconds = time.perf_counter() - begin
    faults = json.loads(done.stdout)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    errors = sum(fault["severity"] == "error" for fault in faults)
    return {"seconds": round(seconds, 2), "megabytes_at_most_so_far": most, "errors": errors, "warnings": len(faults) - errors}


def main() -> None:
    """Prints a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="*", default=[500, 1000, 2000, 5000])
    args = parser.parse_args()
    real = len(snapshot(*default_folders()))
    for count in [real, *args.files]:
        with tempfile.TemporaryDirectory() as name:
            made(Path(name), count)
            print(json.dumps({"files": count, **timed(Path(name))}), flush=True)


if __name__ == "__main__":
    main()
