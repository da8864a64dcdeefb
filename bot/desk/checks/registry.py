"""Every rule, found in the modules of this folder; and a pack checked against all of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from pkgutil import iter_modules

from bot.book.faults import BookFault, Fault
from bot.book.load import build
from bot.desk import checks
from bot.desk.checks.base import Pack, Rule
from bot.engine.flows import compile_flows


@cache
def rules() -> tuple[Rule, ...]:
    """The rules, by code."""
    modules = [import_module(f"{checks.__name__}.{found.name}") for found in iter_modules(checks.__path__)]
    return tuple(sorted((rule for module in modules for rule in getattr(module, "RULES", ())), key=lambda rule: rule.code))


def check(files: Mapping[str, bytes], today: dt.date) -> list[Fault]:
    """Every fault of a pack, sorted by file and line. Where it cannot be read, those faults alone."""
    try:
        book = build(files, compile_flows)
    except BookFault as error:
        return _without_echoes(error.faults)
    pack = Pack(book, files, today)
    looks = dict.fromkeys(rule.look for rule in rules())
    found = {*book.warnings}
    try:
        for look in looks:
            found.update(look(pack))
    except BookFault as error:  # a file of the finder
        found.update(error.faults)
    return sorted(found)


def _without_echoes(faults: list[Fault]) -> list[Fault]:
    """Leaves out "there is no such id" where the id's own file is what is broken: mending that one mends both."""
    broken = {PurePosixPath(fault.file).stem for fault in faults if fault.code != "ID-UNKNOWN"}
    return [fault for fault in faults if fault.code != "ID-UNKNOWN" or not broken & set(re.findall(r'"([^"]+)"', fault.what))]
