"""A finder with all that it hears by: the words and nets of an edition, then the encoder, heads and classifier that are there."""

from __future__ import annotations

from bot.book import Edition
from bot.find.classifier.classifier_file import WEIGHTS_FILE
from bot.find.classifier.topic_meaning import meaning_of
from bot.find.classifier.training import classes_of
from bot.find.finder import Finder
from bot.find.pack import Thresholds, read_pack
from bot.find.triage.examples import FOLDER, examples_of, fingerprint
from bot.find.triage.hearing import NUMBERS_FILE, hearing_of, load_encoder
from bot.find.triage.identity import HEARD_BY


def build_finder(edition: Edition, thresholds: Thresholds | None = None) -> Finder:
    """The finder for an edition. Raises BookFault where a file under `content/find/` is not right."""
    pack = read_pack(edition.docs, patterns=False)
    finder = Finder(edition, pack, thresholds)
    if finder.unread:
        read_pack(edition.docs)
    # The encoder comes last, by threads of its own: beside all of the above each would wait for the other at every step.
    if pack.heads and load_encoder():
        finder.complete()
    # Examples that are left unread are as they were at the fit.
    as_fitted = any(path.startswith(FOLDER) for path in edition.unread)
    of = pack.heads.of if pack.heads and as_fitted else fingerprint(examples_of(pack.examples), HEARD_BY)
    hearing = hearing_of(pack.heads, edition.data.get(NUMBERS_FILE, b""), of)
    finder.hears(hearing, meaning_of(pack.classifier, edition.data.get(WEIGHTS_FILE, b""), classes_of(edition, pack)))
    return finder
