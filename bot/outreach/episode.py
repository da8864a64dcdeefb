"""A hard day on paper: the steps of an episode, with the words to say and what may come of them. No contact: those run out."""

from __future__ import annotations

from bot.book import Edition, EpisodeStep
from bot.outreach.paper import Group, Line, Sheet, line, lines
from bot.outreach.sheets import said, slots_on_paper, words_of


def episode(edition: Edition, language: str, name: str, place: str = "") -> Sheet:
    """The steps of an episode as they are at a place, as many pages as it takes.

    Raises ValueError where there is none of that name, or it may not be printed.
    """
    printed = [each.episode for each in edition.episodes.values() if each.sheet]
    found = edition.episodes.get(name)
    if found is None or not found.sheet:
        raise ValueError(f"choose one that can be printed, like --episode ID; there are: {', '.join(printed)}")
    says = edition.flows.says
    slots = slots_on_paper(edition, language, place)
    parts: list[Line | Group] = [line("title", said(found.title, language), bold=True)]
    parts += lines("text", said(found.opens, language), slots)
    if found.area == "legal":
        parts.append(line("text", says("not_legal_advice", language)))
    for number, step in enumerate(edition.steps(found, place), 1):
        parts.append(Group(tuple(_step(edition, language, step, number, slots))))
    dated = f"{said(words_of(edition).sheet.checked, language)} {found.review.checked}."
    parts.append(Group((line("small", dated),)))
    return Sheet(language, tuple(parts))


def _step(edition: Edition, language: str, step: EpisodeStep, number: int, slots: dict[str, str]) -> list[Line]:
    says = edition.flows.says
    title = f"☐ {number}. {said(step.title, language)}"
    if step.clock:
        unit = says("hours_unit" if step.clock.within[-1] == "h" else "days_unit", language)
        title += f" · {says('within', language)} {step.clock.within[:-1]} {unit}"
    body = [line("subheading", title, bold=True), *lines("text", said(step.text, language), slots)]
    named = (("step_say", step.say), ("step_to", step.to), ("step_costs", step.costs), ("step_police", step.police))
    for key, texts in named:
        if texts:
            body += lines("text", said(texts, language), slots, f"{says(key, language)} ")
    return body
