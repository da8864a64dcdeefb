"""The places of this process that still hold words: objects, plain containers in them, and the frames of threads."""

from __future__ import annotations

import gc
import sys
from types import FrameType

_PLAIN = (dict, list, tuple, set, frozenset)


def left_words() -> str:
    """Words for somebody to type, which stand nowhere else: not in a variable of a test, nor in lines of source."""
    return "CANARY" + "-LEFT"


def holders() -> list[str]:
    """The type of each object, and the name in each thread's frame, that holds a string or bytes with `left_words`."""
    gc.collect()
    found = []
    for each in gc.get_objects():
        if _holds(each):
            found.append(f"{type(each).__module__}.{type(each).__qualname__}")
    own = sys._getframe()
    for frame in sys._current_frames().values():
        # Asking a frame for its variables has it keep them: not this one, which holds whatever was looked at last.
        at: FrameType | None = own.f_back if frame is own else frame
        while at is not None:
            found += [f"{at.f_code.co_name}: {name}" for name, value in at.f_locals.items() if _has(value)]
            at = at.f_back
    return found


def _holds(holder: object) -> bool:
    # The collector passes over the keys of a dict whose keys are all strings.
    keys = list(dict.keys(holder)) if isinstance(holder, dict) else []
    return any(_has(each) or _in_plain(each) for each in [*keys, *gc.get_referents(holder)])


def _in_plain(found: object) -> bool:
    """Python's collector does not list containers of nothing but strings and numbers: they are looked into from outside."""
    return isinstance(found, _PLAIN) and not gc.is_tracked(found) and _holds(found)


def _has(found: object) -> bool:
    if isinstance(found, str):
        return left_words() in found
    return isinstance(found, bytes | bytearray) and left_words().encode() in found
