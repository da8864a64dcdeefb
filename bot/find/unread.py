"""Which files of a pack a running bot need not read: examples say nothing that the heads fitted from them do not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.book import LINK, digests
from bot.find.triage.examples import FOLDER, LANGUAGES, of_files
from bot.find.triage.hearing import HEADS_FILE

_FILES = re.compile(rb'^files: "([0-9a-f]{64})"$', re.MULTILINE)
_READ = f"{FOLDER}{LANGUAGES}.yaml"


def unread(files: Mapping[str, bytes]) -> frozenset[str]:
    """The paths in a snapshot that need not be read: a megabyte of sentences, a tenth of a start. None where a byte of them
    changed since the fit, which read them whole: then they are read, and what is wrong in them is told."""
    own = {path: data for path, data in files.items() if path.startswith(FOLDER) and path.endswith(".yaml")}
    fitted = _FILES.search(files.get(HEADS_FILE, b""))
    if fitted is None or LINK in own.values() or of_files(digests(own)) != fitted[1].decode():
        return frozenset()
    return frozenset(own) - {_READ}
