"""Typed words to what they ask for: topics, an emergency card, a place, a path. Keeps nothing and logs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.book import Edition
from bot.find.classifier.topic_meaning import TopicMeaning
from bot.find.classifier.training import pairs, texts_of
from bot.find.danger import READ, SignFinder
from bot.find.episode_words import EpisodeWords, phrases_of
from bot.find.foreign import ForeignId
from bot.find.heard import Heard, Naming, Part, Special
from bot.find.key_table import key_of
from bot.find.language_id import LanguageId
from bot.find.later import Later
from bot.find.lexicon import Lexicon
from bot.find.mixing import SearchResult, by_both, by_words
from bot.find.nets import caught, says_grown, says_young, triage
from bot.find.pack import FindPack, Net, Thresholds
from bot.find.parsed_message import ParsedMessage
from bot.find.place_names import PlaceNames, place_words
from bot.find.ranker import Ranker, Ranking
from bot.find.spelling import Speller
from bot.find.triage.decision import Triage, decide
from bot.find.triage.examples import LANGUAGES, examples_of
from bot.find.triage.hearing import Found, shared_encoder
from bot.find.word_cache import WordCache
from bot.find.words import LONGEST, PackWords, fold, only_emoji, sound, spoken

if TYPE_CHECKING:
    from bot.find.triage.encoder import Vectors

Scores = Mapping[str, float] | None
_MEANT = frozenset(("about", "plan", "talk", "safer"))
"""Paths that the meaning of words opens, whatever the search finds."""
_NAMED: frozenset[Naming] = frozenset(("place", "near", "elsewhere"))
"""Words that are the name of a place and nothing else: a name is in no language."""
_HEAVY = "suicidal-thoughts"  # the card of a wish to die
_BRIEF = 4  # words, of which the heads hear little: then nets are believed alone
_SHOWN, _RANKED = 3, 8


class Finder:
    """The finder over one edition. `listen` is what the engine calls; `rank` and `understand` serve the measuring."""

    def __init__(self, edition: Edition, pack: FindPack, thresholds: Thresholds | None = None) -> None:
        """By words and nets alone, until `hears` says what hears meaning."""
        self.pack = pack
        self.hears(Found(None, "heads"), None)
        self._cards = frozenset(edition.cards)
        self.thresholds = thresholds or pack.thresholds
        self.topics = tuple(edition.topics)
        self.kinds = tuple(pack.none)
        self._idle = tuple(len(self.topics) + number for number, kind in enumerate(pack.none.values()) if not kind.special)
        self._netted = frozenset(idea for net in pack.nets for line in net.when for idea in line)
        self._number = {name: number for number, name in enumerate(self.topics)}
        self._topic_of = {name: card.topic for name, card in edition.cards.items()}
        own = [(self._number[topic], card) for card, topic in self._topic_of.items() if topic in self._number]
        self._cards_on = {number: frozenset(card for on, card in own if on == number) for number, _ in own}
        known = PackWords()
        self._text_speak = {
            word: tuple(meant.split()) for file in pack.lexicons.values() for word, meant in file.text_speak.items()
        }
        self._stop = frozenset(sound(word) for file in pack.lexicons.values() for text in file.stop for word in fold(text))
        self.lexicons = {
            language: Lexicon(((idea, text) for idea, texts in file.ideas.items() for text in texts), self._text_speak, known)
            for language, file in pack.lexicons.items()
        }
        written: dict[str, list[str]] = {language: [] for language in edition.languages}
        for language, file in pack.lexicons.items():
            written.setdefault(language, []).extend(word for text in file.stop for word in fold(text))
        texts = [texts_of(edition, pack, name) for name in self.topics]
        self._exact: dict[int, int] = {}
        texts += [list(pairs(kind.phrases)) for kind in pack.none.values()]
        common, written_words = set[str](), set[str]()
        # Of the pack's own words: what people type is never kept.
        sounds, once = set[str](), dict[str, str]()
        classes: list[list[list[str]]] = []
        for found in texts:
            classes.append([])
            for language, text in found:
                typed = [once.setdefault(word, word) for word in fold(text)]
                written_words.update(typed)
                if len(classes) <= len(self.topics):
                    self._exact.setdefault(key_of(" ".join(typed)), len(classes) - 1)
                words = spoken(typed, self._text_speak)
                written.setdefault(language, []).extend(words)
                common.update(words)
                heard = list(map(known.sound, words))
                sounds.update(heard)
                ideas = [f"#{idea}" for idea in self._ideas(heard, language)]
                classes[-1].append([*(word for word in heard if word not in self._stop), *ideas])
        self._episodes = EpisodeWords(
            (name, typed, self._plain(typed)) for name, text in phrases_of(edition.episodes) for typed in (fold(text),)
        )
        self._known = Speller(
            sounds.union(self._stop, self._episodes.words, *(lexicon.words for lexicon in self.lexicons.values()))
        )
        self._written = frozenset(written_words)
        self._danger = SignFinder(pack.danger, self._text_speak, self._written, known)
        self.ranker = Ranker(classes, self.thresholds)
        self.tongue = LanguageId(written)
        told = [(one.language, one.text) for one in examples_of(file for file in pack.examples if file.examples == LANGUAGES)]
        # The first who ask are answered sooner: a clear question is not asked for its language.
        self._foreign = Later(partial(ForeignId, edition.languages, [*told, *(pair for found in texts for pair in found)]))
        self._paths: dict[tuple[str, ...], Special]
        texts_to = [(path, tuple(fold(text))) for path, found in pack.paths.items() for _, text in pairs(found)]
        self._paths = {typed: path for path, typed in texts_to if path != "more"}
        self._leaning = frozenset(typed for path, typed in texts_to if path == "more")
        self._named = PlaceNames(edition.places, frozenset(common))

    def hears(self, hearing: Found, meaning: TopicMeaning | None) -> None:
        """`hearing`: what hears danger by meaning beside the nets. `meaning`: what finds topics by meaning beside the words;
        words alone where it is None."""
        self._hearing, self.deaf = hearing
        self._meaning = meaning

    @property
    def unread(self) -> bool:
        """Whether a pattern of a sign could not be read."""
        return self._danger.unread

    def complete(self) -> None:
        """Makes what waits to be asked for."""
        self._foreign.get()

    def lean(self) -> None:
        """Lets go of the pack's files, which only checking and fitting look at, and completes it."""
        self.complete()
        self.pack = self.pack.lean()

    def _ideas(self, sounds: Sequence[str], language: str) -> set[str]:
        """The ideas of a language's lexicon, or of all where the language has none or is not clear."""
        lexicons = [self.lexicons[language]] if language in self.lexicons else self.lexicons.values()
        return set().union(*(lexicon.ideas(sounds) for lexicon in lexicons))

    def _exactly(self, typed: Sequence[str]) -> int | None:
        """The topic for which somebody wrote these very words down."""
        return self._exact.get(key_of(" ".join(typed)))

    def _plain(self, typed: Sequence[str]) -> list[str]:
        """The words of a phrase of the pack as `fold` gives it, by sound, without stop words."""
        return [word for each in spoken(typed, self._text_speak) if (word := sound(each)) not in self._stop]

    def understand(self, text: str) -> ParsedMessage:
        """Takes a sentence apart."""
        whole = fold(text, READ)
        apart = self._apart(tuple(fold(text)) if len(text) > LONGEST else tuple(whole), WordCache(), whole)
        return apart if text.isascii() else replace(apart, named=place_words(text))

    def take_apart(self, typed: tuple[str, ...], weighed: WordCache) -> ParsedMessage:
        """As `understand`, for words as `fold` gives them. `weighed` is filled on the way: for the pack's own words only."""
        return self._apart(typed, weighed, typed)

    def _apart(self, typed: tuple[str, ...], weighed: WordCache, whole: Sequence[str]) -> ParsedMessage:
        """`whole`: all the words that are looked at for signs of danger."""
        written = spoken(typed, self._text_speak)
        language = self.tongue.clearest(weighed.by_tongue(self.tongue, () if all(map(str.isdecimal, written)) else written))
        sounds = weighed.by_sound(written)
        meant = []
        for word in sounds:
            near = self._known.meant(word)
            meant.append(near[0][0] if near else word)
        by_language = {name: lexicon.ideas(sounds) for name, lexicon in self.lexicons.items()}
        everything = set().union(*by_language.values())
        ideas = by_language.get(language, everything)
        if sounds != meant:
            more = self._ideas(meant, language)
            ideas, everything = ideas | more, everything | more
        caught = self._danger.among(whole, language).union(everything)
        words = tuple(word for word, was in zip(meant, sounds, strict=True) if word not in self._stop and was not in self._stop)
        return ParsedMessage(typed, words, tuple(f"#{idea}" for idea in sorted(ideas)), caught, language, typed)

    @property
    def by_meaning(self) -> bool:
        """Whether topics are found by meaning beside the words."""
        return self._meaning is not None

    def pieces(self, text: str) -> Vectors | None:
        """The vectors of a message, by which danger and topics are heard; None without an encoder or anything fitted for it."""
        encoder = shared_encoder() if self._hearing or self._meaning else None
        return encoder.pieces(text) if encoder else None

    def rank(self, understood: ParsedMessage) -> Ranking:
        """Topics, then kinds to turn away, by the score of their words."""
        return self.ranker.rank(understood.words, understood.ideas)

    def search(self, understood: ParsedMessage, pieces: Vectors | None = None) -> SearchResult:
        """Topics, then kinds to turn away, by words, and by meaning where `pieces` are given and the pack has a classifier."""
        if self._meaning is None or pieces is None:
            return by_words(self.rank(understood), len(self.topics), self.thresholds)
        ranking = self.ranker.rank(understood.words, understood.ideas, self.ranker.size)
        return by_both(ranking, self._meaning.said(pieces), len(self.topics), self.thresholds, self._idle)

    def language(self, words: Iterable[str]) -> str:
        """The language of words (as `fold` gives them), or "" where it is not clear."""
        return self.tongue.clear(words)

    def listen(self, text: str, language: str) -> Heard:
        """What `text` asks for. `language`: the language of the talk so far."""
        pieces = self.pieces(text)
        scores = self._hearing.scores(pieces) if self._hearing and pieces is not None and not only_emoji(text) else None
        understood = self.understand(text)
        heard = self.judge(understood, language, scores, pieces)
        clear = heard.naming in _NAMED or (heard.band == "sure" and heard.danger == "no" and not heard.special)
        foreign = "" if clear or self._exactly(understood.typed) is not None else self._foreign.get().of(text)
        if not foreign:
            return heard
        # Nothing is guessed in a language that the pack does not have; danger and the paths that meaning opens are heard in any.
        special: Special = heard.special if heard.special in _MEANT else ""
        return replace(
            heard, band="unsure", topics=(), scores=(), episode="", language=language, special=special, foreign=foreign
        )

    def ranking(self, text: str) -> list[tuple[str, float]]:
        """The topics nearest to `text` by the search alone, best first, with their scores; eight at most."""
        order = self.search(self.understand(text), self.pieces(text)).order
        return [(self.topics[number], round(score, 3)) for number, score in order if number < len(self.topics)][:_RANKED]

    def by_nets(self, text: str, language: str) -> Heard:
        """As `listen`, by the nets and the search alone: what the nets' examples are tests of, and all there is without an
        encoder."""
        return self.judge(self.understand(text), language)

    def _triaged(self, nets: Sequence[Net], signs: Collection[str], scores: Scores, words: int, search: SearchResult) -> Triage:
        """The nets and the heads together, or the nets alone. `words`: how many the message has. `search`: what it found."""
        own = [net for net in nets if net.card in self._cards]
        instead = {card: net.card for net in own for card in net.instead_of if net.card}
        if scores is None or self._hearing is None:
            danger, net = triage(own, signs)
            card = (net.card if net else None) or ""
            return Triage(danger, instead.get(card, card))
        strict = [net.card for net in own if net.card and triage([net], signs)[0] == "now"]
        loose = [net for net in own if net.card not in strict]
        return decide(
            scores,
            self._hearing.limits,
            self._cards.difference(instead),
            [instead.get(card, card) for card in strict],
            [instead.get(net.card, net.card) for net in loose if net.card],
            tempered=any(net.level == "now" for net in loose),
            mild=any(sign in signs for net in self.pack.nets for sign in net.maybe_when),
            brief=words <= _BRIEF,
            found=search.band,
            answered=self._cards_on.get(search.order[0][0] if search.order else -1, frozenset()),
            nothing=search.nothing,
        )

    def elsewhere(self, typed: tuple[str, ...], language: str, topic: str, weighed: WordCache) -> str:
        """What words almost like a phrase of the pack are taken for instead of `topic`: another topic, a path ("refuse",
        "change", "small_talk", "young") or "nothing"; "" where the topic comes first or is among what is offered. As `listen`,
        quicker, and as if nobody had written these very words down. `typed`: the phrase's words, as `fold` gives them. `weighed`:
        one for the whole run."""
        understood = self.take_apart(typed, weighed)
        plain = understood.words or understood.ideas
        path = not self._netted.isdisjoint(understood.caught) or says_young(understood.typed)
        if plain and not path and self.ranker.leads(self._number.get(topic, -1), understood.words, understood.ideas):
            return ""
        heard = self.judge(understood, language, written=False)
        if heard.special and not heard.emergency:
            return heard.special
        first = heard.topics[:1] == (topic,) or self._topic_of.get(heard.emergency) == topic
        offered = topic in heard.topics and (heard.band == "choose" or bool(heard.emergency))
        if first or offered:
            return ""
        return heard.topics[0] if heard.topics and heard.band != "unsure" else "nothing"

    def _called_off(self, caught: Collection[str]) -> bool:
        """Whether words were caught that call the refusal of buyers off: what its nets list under `unless`."""
        return any(idea in caught for net in self.pack.nets if net.special == "refuse" and net.yields for idea in net.unless)

    def judge(
        self,
        understood: ParsedMessage,
        language: str,
        scores: Scores = None,
        pieces: Vectors | None = None,
        *,
        written: bool = True,
    ) -> Heard:
        """The answer to a sentence taken apart. `scores`: what the heads say of it. `pieces`: its vectors. `written`: whether the
        very words of a phrase lead to its topic; they are never small talk, and nobody to turn away who may be asking for it."""
        nets = caught(self.pack.nets, understood.caught)
        search = self.search(understood, pieces)
        triaged = self._triaged(nets, understood.caught, scores, len(understood.typed), search)
        danger, card = triaged.danger, triaged.card
        net = next((net for net in nets if net.card == card), None) if card else None
        inside = [(number, score) for number, score in search.order if number < len(self.topics)]
        likely, found, close = search.likely, search.band, search.close
        on_card = next((item for item in inside[:_SHOWN] if self.topics[item[0]] == self._topic_of.get(card)), None)
        if on_card and on_card[1] >= max(close.card * inside[0][1], close.card_least):
            # Two ways of looking agree: the card's own topic leads.
            inside = [on_card, *(item for item in inside if item is not on_card)]
            found = "sure"
        special: Special = ""
        part: Part = ""
        lost = found == "unsure" and not (inside and inside[0][1] >= close.leads)
        # Likeness of words alone turns nobody away where their meaning can be asked.
        meant = scores is None or triaged.special == "refuse"
        if triaged.buyer and danger != "now" and found == "sure":
            found = "choose"  # who sounds like a buyer is not refused for that alone, and gets no sure answer either
        refusing = [net for net in nets if net.special == "refuse"]
        young = triaged.special == "young" and not says_grown(understood.typed)
        if says_young(understood.typed) or any(net.special == "young" for net in nets) or young:
            special = "young"
        elif triaged.special in _MEANT and not refusing:
            special, part = triaged.special, triaged.part
        elif any(not net.yields or (lost and meant) for net in refusing) and not triaged.seller:
            special, found = "refuse", "unsure"
        elif triaged.special == "change":
            special = "change"
        elif any(net.special == "change" for net in nets):
            special, found = "change", "choose" if found == "sure" else found
        elif understood.typed and not (understood.words or understood.ideas or card):
            special, found = "small_talk", "unsure"  # only words that carry no meaning alone: "hola", "ok thanks"
        elif search.order and search.order[0][0] >= len(self.topics) and search.order[0][1] > 0:
            kind = self.pack.none[self.kinds[search.order[0][0] - len(self.topics)]]
            # A person in need is not refused for sounding a little like a buyer: that takes a net, or a clear lead.
            clear = not inside or search.order[0][1] >= close.clearly * inside[0][1]
            turned = kind.special != "refuse" or (meant and not triaged.seller)
            special, found = kind.special if clear and turned and not self._called_off(understood.caught) else "", "unsure"
        if special == "refuse" and danger != "no":
            special = ""  # nor somebody in danger, whatever else they say
        exact = self._exactly(understood.typed) if written or special in ("small_talk", "refuse") else None
        if (
            exact is not None
            and danger != "now"
            and special != "young"
            and (special != "refuse" or all(net.yields for net in nets))
        ):
            # Somebody wrote these very words down for a topic: they open no path, and are no small talk and nobody to turn away.
            special, part = "", ""
            if not card:  # and it leads
                found = "choose" if found == "unsure" else found
                inside = [(exact, max(inside[0][1] if inside else 0.0, 1e-6)), *(item for item in inside if item[0] != exact)]
        if (
            exact is None
            and danger == "maybe"
            and card == _HEAVY
            and found != "sure"
            and not special
            and not (net and net.topics)
        ):
            special, found = "talk", "unsure"  # a heavy heart gets somebody to talk to, no list of neighbours
        if net and danger == "maybe" and found != "sure" and net.topics:
            # What somebody wrote down beside the card, then the search's guess where it has one.
            listed = [self._number[name] for name in net.topics if name in self._number]
            listed += [number for number, _ in inside[:1] if found == "choose" and number not in listed]
            best = max(inside[0][1] if inside else 0.0, 1e-6)
            found, inside = "choose", [(number, best) for number in listed]
        mention = self._named.mention(understood.named, self._written)
        path = self._paths.get(mention.rest, "")  # these very words are written down, whatever else they sound like
        if not path and not mention.places:  # a short name at an end of them: "nyc who can help"
            beside = (found for found in self._named.beside(understood.named) if found.rest in self._paths)
            mention = next(beside, mention)
            path = self._paths.get(mention.rest, "")
        naming: Naming = mention.naming
        named = naming in ("place", "elsewhere")
        if (
            exact is not None
            or special in ("young", "refuse")
            or nets
            or (not named and (danger != "no" or (special == "small_talk" and naming != "unknown")))
        ):
            naming = ""
        elif named:  # there is nothing else in the words, whatever they resemble
            special, part, found, inside, card, danger = "", "", "unsure", [], "", "no"
        if path and special != "young" and (danger == "no" or (danger == "maybe" and not nets)):
            special, part, found, inside, card, danger = path, "", "unsure", [], "", "no"
        first = max((score for _, score in inside), default=0.0)
        kept = [
            (number, score)
            for at, (number, score) in enumerate(inside)
            if score > 0 and (at == 0 or score >= max(first * close.further, close.further_least))
        ][:_SHOWN]
        return Heard(
            band=found,
            topics=tuple(self.topics[number] for number, _ in kept),
            emergency=card,
            language=language if naming in _NAMED else self.tongue.follows(understood.typed, understood.language, language),
            places=mention.places,
            special=special,
            scores=tuple(round(likely * score / first, 3) if first else 0.0 for _, score in kept),
            danger=danger,
            part=part,
            naming=naming,
            leans=tuple(understood.typed) in self._leaning,
            episode="" if naming in _NAMED else self._episodes.named(understood.typed, understood.words),
        )
