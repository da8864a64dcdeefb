"""What is fitted to a pack and lies in it: heads of danger and topic classifier, made anew, and what is wrong with them."""

from __future__ import annotations

from bot.book import Edition
from bot.find.classifier.classifier_file import WEIGHTS_FILE, fingerprints
from bot.find.classifier.classifier_file import fault_of as classifier_fault_of
from bot.find.classifier.training import phrases_of
from bot.find.fitted_pair import Trained
from bot.find.pack import FindPack, read_pack
from bot.find.triage.examples import examples_of, fingerprint
from bot.find.triage.hearing import NUMBERS_FILE, fault_of
from bot.find.triage.identity import HEARD_BY, IDENTITY


def train_heads(edition: Edition) -> Trained:
    """The files of new heads for the pack of an edition. Raises BookFault as `build_finder` does, ValueError where none can be
    made."""
    from bot.find.triage.training import trained

    return trained(edition, read_pack(edition.docs))


def train_classifier(edition: Edition) -> Trained:
    """The files of a new topic classifier for the pack of an edition; raises as `train_heads` does."""
    from bot.find.classifier.training import trained

    return trained(edition, read_pack(edition.docs))


def heads_fault(edition: Edition, pack: FindPack) -> str:
    """What is wrong with the fitted heads of a pack, in words for peers; "" where they are right or there are no examples."""
    if not pack.examples:
        return ""
    return fault_of(pack.heads, edition.data.get(NUMBERS_FILE, b""), fingerprint(examples_of(pack.examples), HEARD_BY))


def classifier_fault(edition: Edition, pack: FindPack) -> str:
    """What is wrong with the topic classifier of a pack, in words for peers; "" where it is right, or where the pack has neither
    one nor examples: then nothing is heard by meaning."""
    if pack.classifier is None and not pack.examples:
        return ""
    now = fingerprints(phrases_of(edition, pack))
    return classifier_fault_of(pack.classifier, edition.data.get(WEIGHTS_FILE, b""), now, IDENTITY)
