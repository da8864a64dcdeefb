"""Which files of a pack a running bot need not read: examples and questions, which what was fitted from them speaks for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.book import LINK, digests
from bot.find.classifier.asked import FOLDER as ASKED
from bot.find.triage.examples import FOLDER, LANGUAGES, of_files
from bot.find.triage.hearing import HEADS_FILE

_FILES = re.compile(rb'^files: "([0-9a-f]{64})"$', re.MULTILINE)
_READ = f"{FOLDER}{LANGUAGES}.yaml"


def unread(files: Mapping[str, bytes]) -> frozenset[str]:
    """The paths in a snapshot that need not be read: megabytes of sentences, a tenth of a start. Examples are read where a byte
    of them changed since the fit, which read them whole: then what is wrong in them is told, and health says that the bot hears
    less. Questions by topic never are: a classifier that is older than they are finds what it found."""
    asked = frozenset(path for path, data in files.items() if path.startswith(ASKED) and path.endswith(".yaml") and data != LINK)
    own = {path: data for path, data in files.items() if path.startswith(FOLDER) and path.endswith(".yaml")}
    fitted = _FILES.search(files.get(HEADS_FILE, b""))
    if fitted is None or LINK in own.values() or of_files(digests(own)) != fitted[1].decode():
        return asked
    return asked | frozenset(own) - {_READ}
