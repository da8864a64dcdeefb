"""The face of the finder: what other rooms import. Typed words in, topics, a card or "I don't know" out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from bot.find.building import build_finder
from bot.find.classifier.classifier_file import CLASSIFIER_FILE, WEIGHTS_FILE
from bot.find.finder import Finder
from bot.find.heard import Heard
from bot.find.pack import FOLDER, FindPack, read_pack, shape_of, survey_pack
from bot.find.place_names import shared_names
from bot.find.reach import Unheard, unheard
from bot.find.triage.hearing import HEADS_FILE, NUMBERS_FILE, Deaf, may_hear, shared_encoder
from bot.find.unread import unread
from bot.find.word_cache import WordCache
from bot.find.words import fold

if TYPE_CHECKING:
    from bot.find.evaluation import Question, evaluate, questions
    from bot.find.fitted_files import classifier_fault, heads_fault, train_classifier, train_heads
    from bot.find.fitting import as_yaml, fit
    from bot.find.held_out import unseen

__all__ = [
    "CLASSIFIER_FILE",
    "FOLDER",
    "HEADS_FILE",
    "NUMBERS_FILE",
    "WEIGHTS_FILE",
    "Deaf",
    "FindPack",
    "Finder",
    "Heard",
    "Question",
    "Unheard",
    "WordCache",
    "as_yaml",
    "build_finder",
    "classifier_fault",
    "evaluate",
    "fit",
    "fold",
    "heads_fault",
    "may_hear",
    "questions",
    "read_pack",
    "shape_of",
    "shared_encoder",
    "shared_names",
    "survey_pack",
    "train_classifier",
    "train_heads",
    "unheard",
    "unread",
    "unseen",
]

_MEASURING: Final = {
    "evaluation": ("Question", "evaluate", "questions"),
    "fitted_files": ("classifier_fault", "heads_fault", "train_classifier", "train_heads"),
    "fitting": ("as_yaml", "fit"),
    "held_out": ("unseen",),
}
"""What measuring and fitting need, and a running bot does not: loaded when it is first asked for."""


def __getattr__(name: str) -> Any:
    for module, names in _MEASURING.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
