"""What an agency prints: the self-assessment, its action plan, the scenes, the cards, a policy, the questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from bot.book import Edition, Policy, Question, Review, Role, Sourced, Text
from bot.engine import SIGNS, answer_of, asked, role_of
from bot.outreach.paper import Blank, CutOut, Group, Line, Part, Sheet, Style, line, lines
from bot.outreach.sheets import said, slots_on_paper, words_of

T = TypeVar("T")


class _Paper:
    """A document in the making, in one language."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language
        self.words = words_of(edition).agency
        self.slots = slots_on_paper(edition, language)
        self.parts: list[Part] = []

    def text(self, style: Style, texts: Mapping[str, Text], lead: str = "") -> list[Line]:
        return list(lines(style, said(texts, self.language), self.slots, lead))

    def label(self, texts: Mapping[str, str]) -> str:
        return said(texts, self.language)

    def title(self, texts: Mapping[str, str]) -> None:
        self.parts.append(line("title", self.label(texts), bold=True))

    def roles(self, who: Iterable[Role]) -> str:
        says = self.edition.flows.says
        return " · ".join(says(f"role_{role.replace('-', '_')}", self.language) for role in who)

    def origin(self, told: Sourced, review: Review | None = None) -> None:
        titles = [self.edition.sources[name].title for name in told.sources if name in self.edition.sources]
        words = f"{self.label(self.words.read_in)} {'; '.join(titles)}." if titles else self.label(self.words.ours)
        dated = f" {self.label(self.words.checked)} {review.checked}." if review else ""
        self.parts.append(line("small", words + dated))

    def sheet(self) -> Sheet:
        return Sheet(self.language, tuple(self.parts))


def _there(found: T | None, name: str) -> T:
    if found is None:
        raise ValueError(f"this pack has no content/practice/{name}.yaml")
    return found


def _boxes(paper: _Paper) -> Line:
    says = paper.edition.flows.says
    answers = (says(f"answer_{name}", paper.language) for name in ("in_place", "begun", "not_yet"))
    return line("text", "     ".join(f"☐ {answer}" for answer in answers))


def assessment(edition: Edition, language: str, role: Role | None = None) -> Sheet:
    """The questions on paper, of everybody or of one role, a box for each answer. ValueError where the pack has none."""
    found = _there(edition.agency.assessment, "assessment")
    paper = _Paper(edition, language)
    paper.title(paper.words.assessment)
    if role:
        paper.parts.append(line("text", paper.roles([role]), bold=True))
    paper.parts.append(line("text", paper.label(paper.words.plain)))
    boxes = _boxes(paper)

    def group(item: Question) -> Group:
        head = line("subheading", paper.label(item.title), bold=True)
        for_whom = [] if role else [line("small", paper.roles(item.who))]
        shows = paper.text("small", item.shows, f"{paper.label(paper.words.shows)} ")
        own = line("small", paper.label(paper.words.written))
        return Group((head, *for_whom, *paper.text("text", item.asks), *shows, boxes, own, Blank()))

    for part in found.parts:
        paper.parts.append(line("heading", paper.label(part.title), bold=True))
        paper.parts += [group(item) for item in part.questions if role is None or role in item.who]
    paper.origin(found, found.review)
    return paper.sheet()


def action(edition: Edition, language: str, ticks: int) -> Sheet:
    """The action plan of the answers in `ticks` (`bot.engine.assessment`), with lines for who does what by when."""
    found = _there(edition.agency.assessment, "assessment")
    paper = _Paper(edition, language)
    paper.title(paper.words.action)
    if role := role_of(ticks):
        paper.parts.append(line("text", paper.roles([role]), bold=True))
    for part in found.parts:
        paper.parts.append(line("heading", paper.label(part.title), bold=True))
        for item in asked(part, ticks):
            answer = answer_of(ticks, item)
            body: list[Line | Blank] = [line("subheading", f"{SIGNS[answer]} {paper.label(item.title)}", bold=True)]
            if answer > 1:
                body += paper.text("text", item.begin, f"{paper.label(paper.words.first)} ")
                body += [line("text", paper.label(paper.words.who)), Blank()]
            paper.parts.append(Group(tuple(body)))
    return paper.sheet()


def scenes(edition: Edition, language: str) -> Sheet:
    """Every scene with its replies, and what each does and why."""
    found = _there(edition.agency.scenes, "scenes")
    paper = _Paper(edition, language)
    paper.title(paper.words.scenes)
    for scene in found.scenes:
        head = line("heading", f"{paper.label(scene.title)} · {paper.roles([scene.who])}", bold=True)
        body = [head, *paper.text("text", scene.says)]
        for letter, reply in zip("ABC", scene.replies, strict=True):
            body += [*paper.text("text", reply.text, f"{letter}. "), *paper.text("small", reply.does)]
        paper.parts.append(Group(tuple(body)))
        paper.origin(scene)
    return paper.sheet()


def values(edition: Edition, language: str) -> Sheet:
    """The cards, to cut out."""
    found = _there(edition.agency.values, "values")
    paper = _Paper(edition, language)
    paper.title(paper.words.values)
    paper.parts += paper.text("text", found.how)
    cards = (Group((*paper.text("subheading", card.says), *paper.text("text", card.ask))) for card in found.values)
    paper.parts.append(CutOut(tuple(cards)))
    paper.origin(found, found.review)
    return paper.sheet()


def barriers(edition: Edition, language: str) -> Sheet:
    """The questionnaire, with boxes and lines, and no place for a name."""
    found = _there(edition.agency.barriers, "barriers")
    paper = _Paper(edition, language)
    paper.title(paper.words.barriers)
    paper.parts += [line("text", paper.label(paper.words.answer_by)), Blank(), *paper.text("text", found.opening)]
    for number, item in enumerate(found.barriers, 1):
        boxes = "   ".join(f"☐ {paper.label(box)}" for box in item.boxes)
        body = [*paper.text("subheading", item.asks, f"{number}. "), *([line("text", boxes)] if boxes else [])]
        paper.parts.append(Group((*body, Blank(), Blank())))
    paper.parts += paper.text("text", found.closing)
    paper.origin(found, found.review)
    return paper.sheet()


def policy(edition: Edition, language: str, name: str) -> Sheet:
    """One policy: what was decided, every way where nothing was, lines for what is not filled in. ValueError for a wrong name."""
    known: Mapping[str, Policy] = edition.agency.policies
    if name not in known:
        raise ValueError(f"give --policy one of: {', '.join(known) or 'none, this pack has no policies'}")
    found, paper = known[name], _Paper(edition, language)
    paper.title(found.title)
    paper.parts += paper.text("text", found.why)
    for blank in found.blanks:
        paper.parts.append(Line("text", ((f"{paper.label(blank.label)}: ", False), (blank.value, True))))
        paper.parts += [] if blank.value else [Blank()]
    for section in found.sections:
        body = [line("heading", paper.label(section.title), bold=True)]
        body += paper.text("text", section.text) if section.text else []
        if section.chosen and section.way:
            body += paper.text("text", section.way.text)
        elif section.ways:
            body.append(line("text", paper.label(paper.words.decide), bold=True))
            for way in section.ways:
                body += paper.text("text", way.text, "☐ ")
                body += paper.text("small", way.brings, f"{paper.label(paper.words.brings)} ")
        paper.parts.append(Group(tuple(body)))
    paper.origin(found, found.review)
    return paper.sheet()
