"""A thousand hostile files against the strict reader, and the same against plain PyYAML.

    python -m benchmarks.hostile [--files 1000] [--seed 5]

Hostile is what the reader promises to refuse, by construction: each generator writes at least one thing that no file of the
pack may hold (an anchor, a tag, a hidden sign, bytes that are not UTF-8, a field twice, sizes beyond the limits, a quote that
never closes...). Counted: accepted, crashed (anything but a fault), and the slowest. Plain PyYAML runs in a process of its own
that may take two seconds and a gigabyte a file.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from bot.book.reader import Unreadable, read

WORDS = ("topic", "pep", "text", "tips", "start", "Llama", "ahora", "água", "🌙", "911")
HIDDEN = "\u202e\u2066\u200b\u200f\u0007\u0000\ufeff\u2028\u0085\u001b\ufff9"
TAGS = ("!!python/object/apply:os.system", "!!python/name:os.system", "!!binary", "!local", "!!set", "!!timestamp", "!<tag:x>")
MANY = ("- &x a\n", "- !x a\n", "- *x\n", "- a # b\n", "- [a b]\n", "a: b\n", "- {a: b c}\n", "a\u00a0: b\n")
"""Slips that the reader can tell and go on, to be repeated."""


def _line(dice: random.Random) -> str:
    return f"{dice.choice(WORDS[:5])}{dice.randrange(10**6)}: {dice.choice(WORDS)}\n"


def _good(dice: random.Random) -> str:
    return "".join(_line(dice) for _ in range(dice.randrange(1, 8)))


def _laughs(dice: random.Random) -> str:
    levels = dice.randrange(2, 12)
    return "a0: &a0 [x, x]\n" + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, levels))


def _merge(dice: random.Random) -> str:
    return "a: &a {x: y}\n" + "".join(f"b{at}: {{<<: *a}}\n" for at in range(dice.randrange(1, 9)))


def _twice(dice: random.Random) -> str:
    line = _line(dice)
    return _good(dice) + line + line


def _hidden(dice: random.Random) -> str:
    text = _good(dice) + "a: quiet words\n"
    at = dice.randrange(text.index("quiet"), len(text) - 1)
    return text[:at] + dice.choice(HIDDEN[:6] + HIDDEN[7:]) + text[at:]


def _escaped(dice: random.Random) -> str:
    sign = ord(dice.choice(HIDDEN))
    forms = [f"\\u{sign:04x}", f"\\U{sign:08X}", *([f"\\x{sign:02x}"] if sign < 256 else []), *(["\\e"] if sign == 27 else [])]
    line = f'"{dice.choice(WORDS)}{dice.choice(forms)}{dice.choice(WORDS)}"'
    return _good(dice) + dice.choice((f"a: {line}\n", f"{line}: a\n", f"a: [{line}]\n", f"a: {{{line}: b}}\n"))


def _deep(dice: random.Random) -> str:
    depth = dice.choice((25, 400, 30_000, 100_000))
    opened = dice.choice(("[", "{a: ", "- "))
    return "a: " + "[" * depth if opened == "[" else (opened * min(depth, 60_000)) + "x"


def _nested(dice: random.Random) -> str:
    return "".join(f"{'  ' * at}a:\n" for at in range(dice.randrange(22, 200)))


GENERATORS: dict[str, Callable[[random.Random], str | bytes]] = {
    "aliases that multiply": _laughs,
    "merge keys": _merge,
    "an anchor": lambda dice: _good(dice) + "a: &x words\n",
    "an alias of nothing": lambda dice: _good(dice) + f"a: *{dice.choice(WORDS[:5])}\n",
    "tags": lambda dice: _good(dice) + f"a: {dice.choice(TAGS)} [words]\n",
    "a field twice": _twice,
    "hidden signs": _hidden,
    "hidden signs as escapes": _escaped,
    "a line end of one's own": lambda dice: _good(dice) + f"a: {dice.choice(WORDS)}\r::error::{dice.choice(WORDS)}\n",
    "deep brackets": _deep,
    "deep fields": _nested,
    "not UTF-8": lambda dice: _good(dice).encode() + bytes([dice.randrange(0x80, 0xC0)]) + b"\n",
    "UTF-16": lambda dice: _good(dice).encode(dice.choice(("utf-16", "utf-16-le", "utf-16-be"))),
    "UTF-32": lambda dice: _good(dice).encode("utf-32"),
    "documents": lambda dice: _good(dice) + "---\n" + _good(dice),
    "a quote that never closes": lambda dice: _good(dice) + dice.choice(("a: \"words", "a: 'words")) + "\nb: c\n",
    "a bracket that never closes": lambda dice: _good(dice) + dice.choice(("a: [b, c", "a: {b: c")) + "\n",
    "too big": lambda dice: "a: " + "x" * dice.randrange(270_000, 3_000_000),
    "too many values": lambda dice: "a:\n" + "- x\n" * dice.randrange(21_000, 60_000),
    "too many fields": lambda dice: "".join(f"a{at}: b\n" for at in range(dice.randrange(11_000, 24_000))),
    "tabs": lambda dice: _good(dice) + "a:\n\tb: c\n",
    "cut words": lambda dice: _good(dice) + f"a: call {dice.choice(WORDS)} # five\n",
    "a sentence in brackets": lambda dice: _good(dice) + "a: [one thing, two words here]\n",
    "a list as a name": lambda dice: _good(dice) + "? [a, b]\n: c\n",
    "a colon in a sentence": lambda dice: _good(dice) + "a: say: no\n",
    "crooked lines": lambda dice: _good(dice) + "a:\n    b: c\n  d: e\n",
    "noise": lambda dice: b"\x01" + dice.randbytes(dice.randrange(1, 3000)),
    "faults at every value": lambda dice: dice.choice(MANY) * dice.randrange(3000, 16_000),
    "hidden signs all through": lambda dice: f"a: {dice.choice(HIDDEN[:4])}🌙\n" * dice.randrange(3000, 16_000),
    "a directive": lambda dice: "%YAML 9.9\n%TAG ! tag:x,2000:\n---\na: !x b\n" + _good(dice),
}  # fmt: skip


def files(count: int, seed: int = 5) -> Iterator[tuple[str, bytes]]:
    """`count` hostile files, all kinds in turn: (kind, bytes)."""
    dice = random.Random(seed)
    kinds = list(GENERATORS.items())
    for number in range(count):
        kind, make = kinds[number % len(kinds)]
        made = make(dice)
        yield kind, made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")


def ours(count: int, seed: int = 5) -> dict[str, Any]:
    """The strict reader on all of them."""
    accepted: list[str] = []
    crashed: list[str] = []
    times: list[tuple[float, str]] = []
    for kind, data in files(count, seed):
        took = []
        for _ in range(2):  # the lesser counts: what else the machine does is not the reader's
            begin = time.perf_counter()
            try:
                read("content/hostile.yaml", data)
                accepted.append(kind)
            except Unreadable:
                pass
            except Exception:
                crashed.append(kind)
            took.append(time.perf_counter() - begin)
        times.append((min(took), kind))
    slowest, kind = max(times)
    return {"files": count, "accepted": len(accepted), "crashed": len(crashed), "slowest_ms": round(slowest * 1000, 2),
            "slowest_kind": kind, "which": sorted({*accepted, *crashed})}  # fmt: skip


def _plain(data: bytes, answer: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = yaml.load(data, Loader=yaml.CSafeLoader)
        len(json.dumps(found, default=str))
        answer.put("accepted")
    except yaml.YAMLError:
        answer.put("refused")
    except Exception:
        answer.put("crashed")


def plain(count: int, seed: int = 5) -> dict[str, int]:
    """`yaml.CSafeLoader` on the same files, each in a process with limits; what it took is also walked once, as a bot would."""
    counts = {"accepted": 0, "refused": 0, "crashed": 0, "killed_or_over_time": 0}
    context = multiprocessing.get_context("fork")
    for _, data in files(count, seed):
        answer = context.SimpleQueue()
        process = context.Process(target=_plain, args=(data, answer))
        process.start()
        process.join(2)
        if process.is_alive():
            process.kill()
            process.join()
        counts["killed_or_over_time" if answer.empty() else answer.get()] += 1
    return counts


def main() -> None:
    """Prints both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    print(json.dumps({"ours": ours(args.files, args.seed), "plain_pyyaml": plain(args.files, args.seed)}, indent=1))


if __name__ == "__main__":
    main()
