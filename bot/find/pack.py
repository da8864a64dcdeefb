"""The finder's part of the pack: lexicons, signs of danger, nets, words to turn away, further phrases, thresholds. Shapes and
reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.book import BookFault, Fault, from_validation
from bot.find.classifier.asked import AskedFile
from bot.find.classifier.classifier_file import ClassifierFile
from bot.find.patterns import PatternError, PatternReader
from bot.find.triage.examples import ExamplesFile
from bot.find.triage.heads_file import HeadsFile
from bot.find.words import PackWords

FOLDER = "content/find/"
PathWords = Literal["who", "more", "silent"]
Expression = Annotated[str, Field(min_length=1, max_length=120)]
Expressions = dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")], list[Expression]]
Patterns = dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")], list[Annotated[str, Field(min_length=1, max_length=300)]]]
Examples = dict[str, list[Expression]]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LexiconFile(_Model):
    """`lexicon.<language>.yaml`: ideas and the ways people say them, text-speak, and words that carry no meaning alone.

    In an expression `*` ends a word in any way (`ahorc*`), and `..` stands for up to three words between.
    """

    lexicon: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    stop: list[str] = []
    text_speak: dict[str, str] = {}
    ideas: Expressions


class DangerFile(_Model):
    """`danger.<language>.yaml`: signs that somebody is in danger, for the nets alone; the search does not look at them.

    `groups`: words that may stand in for one another, for `<name>` in a sign. `fillers`: words that may stand anywhere and
    change nothing ("just", "really"). `text_speak`: short forms, as in a lexicon, for the signs alone. The marks of a sign's
    patterns are those of `bot.find.patterns`. `compare`: words are alike by sound (Spanish), or letter by letter where other
    words sound alike ("look" and "lock").
    """

    danger: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    compare: Literal["sound", "letters"] = "sound"
    text_speak: dict[str, str] = {}
    fillers: list[str] = []
    groups: Expressions = {}
    signs: Patterns


class Net(_Model):
    """Words that mean an emergency, or open a path, whatever else matches.

    `when`: each line is a set of signs and ideas that must all be there; one line is enough. `unless`: any of these calls it
    off. `level`: `now` makes the card the screen; `maybe` shows the answer with a button to the card. `maybe_when`: any of
    these turns now into maybe: a joke, a question of how to, something of years ago. `topics`: what is offered beside a maybe
    where the search is unsure. `yields`: the path stays shut where the words are clearly about a topic: "how much is PEP" is
    no buyer's question. `instead_of`: cards in whose place this net's card stands wherever the net is caught, whatever else
    hears them: police who attack are not answered with the number of police. The examples are tests: the first must be caught
    at the net's level, the others must not.
    """

    net: str
    card: str | None = None
    special: Literal["young", "refuse", "change"] | None = None
    level: Literal["now", "maybe"] = "now"
    when: list[list[str]] = Field(min_length=1)
    unless: list[str] = []
    maybe_when: list[str] = []
    topics: list[str] = []
    yields: bool = False
    instead_of: list[str] = []
    must_match: Examples = {}
    must_not_match: Examples = {}


class NetsFile(_Model):
    """`nets.yaml`: the nets, most urgent first."""

    nets: list[Net]


class NoneFile(_Model):
    """`none.yaml`: what people type that is no question for the bot, by kind, with what to show for each kind."""

    kinds: dict[str, NoneKind]


class NoneKind(_Model):
    """One kind of words to turn away. `special`: the path it opens."""

    special: Literal["", "refuse", "small_talk"] = ""
    phrases: Examples


class PhrasesFile(_Model):
    """`phrases*.yaml`: further phrases for topics, by topic and language."""

    phrases: dict[str, Examples]


class WithClassifier(_Model):
    """How the search by words and the topic classifier are taken together, and the bands of the two.

    `lexical`, `classifier`: how much a score of the search and the logarithm of a class's chance count. `sure`, `choose`,
    `chance`, `inside`: as in `Thresholds`. `further`: the least chance of a second or third topic.
    """

    lexical: float = 5.0
    classifier: float = 0.6
    sure: float = 0.9
    choose: float = 0.5
    further: float = 0.02
    chance: dict[str, float] = {}
    inside: dict[str, float] = {}


class PathsFile(_Model):
    """`paths.yaml`: words that open a path of their own, word for word; the name of a place may stand beside them.

    `who`: who can help, near the person or anywhere. `more`: a question that leans on the answer before it. `silent`: not saying
    where one is, when that is asked.
    """

    paths: dict[PathWords, Examples]


class Thresholds(_Model):
    """`thresholds.yaml`, written by `constellation content search --fit`: how scores are mixed and where the bands begin.

    `words`, `phrase`, `letters`: weights of the three scores. `idea`: how much more an idea counts than a word. `sure`,
    `choose`: the least chance for each band. `chance`: the weights that turn a ranking into the chance that its first
    topic is right; `inside`: into the chance that the words are a question for the bot at all. `with_classifier`: the
    same where the sentence encoder and a classifier are there.
    """

    words: float = 0.5
    phrase: float = 0.5
    letters: float = 0.35
    idea: float = 1.5
    sure: float = 0.7
    choose: float = 0.3
    chance: dict[str, float] = {}
    inside: dict[str, float] = {}
    with_classifier: WithClassifier = WithClassifier()


@dataclass(frozen=True)
class FindPack:
    """All of `content/find/`, read."""

    lexicons: Mapping[str, LexiconFile]
    danger: Mapping[str, DangerFile]
    nets: tuple[Net, ...]
    none: Mapping[str, NoneKind]
    phrases: Mapping[str, Mapping[str, list[str]]]
    thresholds: Thresholds
    paths: Mapping[PathWords, Examples] = field(default_factory=dict)
    examples: tuple[ExamplesFile, ...] = ()
    heads: HeadsFile | None = None
    classifier: ClassifierFile | None = None
    asked: tuple[AskedFile, ...] = ()

    def lean(self) -> FindPack:
        """What a finder that is made still asks for: what nets are caught by, and what each kind of words opens."""
        nets = tuple(net.model_copy(update={"must_match": {}, "must_not_match": {}}) for net in self.nets)
        none = {name: kind.model_copy(update={"phrases": {}}) for name, kind in self.none.items()}
        return FindPack({}, {}, nets, none, {}, self.thresholds)


_FILES: dict[str, type[BaseModel]] = {
    "examples/": ExamplesFile,
    "asked/": AskedFile,
    "heads": HeadsFile,
    "classifier": ClassifierFile,
    "lexicon.": LexiconFile,
    "danger.": DangerFile,
    "nets": NetsFile,
    "none": NoneFile,
    "paths": PathsFile,
    "phrases": PhrasesFile,
    "thresholds": Thresholds,
}


def shape_of(path: str) -> type[BaseModel] | None:
    """What a file of `content/find/` holds, told by its name; None for a name that is not known."""
    name = path.removeprefix(FOLDER)
    return next((shape for start, shape in _FILES.items() if path.startswith(FOLDER) and name.startswith(start)), None)


def read_pack(docs: Mapping[str, tuple[Any, Any]], *, patterns: bool = True) -> FindPack:
    """The finder's files out of a book's `docs`. Raises BookFault with every fault in them. `patterns`: whether those of signs
    are read too; a finder that is made of the files does that itself."""
    found, faults = survey_pack(docs, patterns=patterns)
    if faults:
        raise BookFault(faults)
    return found


def survey_pack(docs: Mapping[str, tuple[Any, Any]], *, patterns: bool = True) -> tuple[FindPack, list[Fault]]:
    """The finder's files that are right, and every fault of the others. `patterns`: as in `read_pack`."""
    lexicons: dict[str, LexiconFile] = {}
    danger: dict[str, DangerFile] = {}
    nets: list[Net] = []
    none: dict[str, NoneKind] = {}
    phrases: dict[str, dict[str, list[str]]] = {}
    paths: dict[PathWords, Examples] = {}
    thresholds = Thresholds()
    examples: list[ExamplesFile] = []
    heads: HeadsFile | None = None
    classifier: ClassifierFile | None = None
    asked: list[AskedFile] = []
    faults: list[Fault] = []
    for path, (value, positions) in sorted(docs.items()):
        if not path.startswith(FOLDER):
            continue
        model = shape_of(path)
        if model is None:
            names = (*(f"{start}<language>.yaml" for start in _FILES if start.endswith(".")), "nets.yaml", "none.yaml")
            fix = (
                f"Known here: {', '.join(names)}, paths.yaml, phrases.yaml, thresholds.yaml, heads.yaml, classifier.yaml and the "
                "folders examples and asked."
            )
            faults.append(Fault(path, 1, 1, "FILE-PLACE", "Nothing is read from this file.", "", fix))
            continue
        try:
            made = model.model_validate(value)
        except ValidationError as error:
            faults += from_validation(path, error, positions, model)
            continue
        if isinstance(made, LexiconFile):
            lexicons[made.lexicon] = made
        elif isinstance(made, DangerFile):
            unreadable = _patterns(path, made, positions) if patterns else []
            faults += unreadable
            if not unreadable:
                danger[made.danger] = made
        elif isinstance(made, NetsFile):
            nets += made.nets
        elif isinstance(made, NoneFile):
            none.update(made.kinds)
        elif isinstance(made, PhrasesFile):
            for topic, languages in made.phrases.items():
                for language, found in languages.items():
                    phrases.setdefault(topic, {}).setdefault(language, []).extend(found)
        elif isinstance(made, PathsFile):
            paths |= made.paths
        elif isinstance(made, Thresholds):
            thresholds = made
        elif isinstance(made, ExamplesFile):
            examples.append(made)
        elif isinstance(made, HeadsFile):
            heads = made
        elif isinstance(made, ClassifierFile):
            classifier = made
        elif isinstance(made, AskedFile):
            asked.append(made)
    faults += _clashes(docs, lexicons)
    files = tuple(examples), heads, classifier, tuple(asked)
    return FindPack(lexicons, danger, tuple(nets), none, phrases, thresholds, paths, *files), faults


def _patterns(path: str, file: DangerFile, positions: Any) -> list[Fault]:
    """The patterns that cannot be read."""
    by_sound = file.compare == "sound"
    words = PackWords()
    reader = PatternReader(file.groups, lambda text: list(map(words.sound, words.fold(text))) if by_sound else words.fold(text))
    faults = []
    for sign, texts in file.signs.items():
        for number, text in enumerate(texts):
            try:
                reader.read(sign, text)
            except PatternError as error:
                line, column = positions.get(("signs", sign, number), (1, 1))
                what = f"This pattern of the sign {sign} cannot be read: {error}."
                fix = "The marks are explained at the top of the file; write it as the patterns around it are written."
                faults.append(Fault(path, line, column, "SIGN-PATTERN", what, "Somebody in danger may type it.", fix))
    return faults


def _clashes(docs: Mapping[str, tuple[Any, Any]], lexicons: Mapping[str, LexiconFile]) -> list[Fault]:
    """Signs that are called like an idea: a net could not tell them apart."""
    ideas = {idea for file in lexicons.values() for idea in file.ideas}
    faults = []
    for path, (value, positions) in sorted(docs.items()):
        signs = value.get("signs") if shape_of(path) is DangerFile and isinstance(value, dict) else None
        for sign in signs if isinstance(signs, dict) else ():
            if sign in ideas:
                line, column = positions.get(("signs", sign), (1, 1))
                what = f'The sign "{sign}" is called like an idea of a lexicon.'
                fix = "Give it another name, here and in the nets."
                faults.append(Fault(path, line, column, "SIGN-PATTERN", what, "A net could not tell them apart.", fix))
    return faults
