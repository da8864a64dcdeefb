"""The face of the finder: what other rooms import. Typed words in, topics, a card or "I don't know" out."""

from bot.find.evaluation import Question, evaluate, questions
from bot.find.finder import Finder, WordCache, build_finder
from bot.find.fitting import as_yaml, fit
from bot.find.heard import Heard
from bot.find.pack import FOLDER, read_pack, shape_of, survey_pack
from bot.find.reach import Unheard, unheard
from bot.find.words import fold

__all__ = [
    "FOLDER",
    "Finder",
    "Heard",
    "Question",
    "Unheard",
    "WordCache",
    "as_yaml",
    "build_finder",
    "evaluate",
    "fit",
    "fold",
    "questions",
    "read_pack",
    "shape_of",
    "survey_pack",
    "unheard",
]
