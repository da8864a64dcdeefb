"""The form for local knowledge: one page in each language, whole, with lines to write on and nowhere for a name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Literal, cast

import pytest

from bot.book import Edition
from bot.outreach.local_form import form
from bot.outreach.page import sheet_page
from bot.outreach.paper import Blank, Group, Size
from bot.outreach.sheets import words_of
from tests.outreach.printing import fonts


@pytest.mark.parametrize("name", ["form", "questionnaire"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_has_its_lines_and_boxes(edition: Edition, language: str, name: Literal["form", "questionnaire"]) -> None:
    """As many lines as the pack says, each box, what is never written, and a place for whoever types it in."""
    words = words_of(edition).form if name == "form" else words_of(edition).questionnaire
    assert words
    sheet = form(edition, language, name=name)
    groups = [part for part in sheet.parts if isinstance(part, Group)]
    assert len(groups) == len(words.questions) + 1
    for question, group in zip(words.questions, groups, strict=False):
        assert sum(isinstance(part, Blank) for part in group.parts) == question.lines
        said = "\n".join(part.words for part in group.parts if not isinstance(part, Blank))
        assert question.asks[language] in said
        assert all(f"\u2610 {box[language]}" in said for box in question.boxes)
        assert question.lines or question.boxes
    assert all(never[language] in sheet.words for never in words.never)
    assert words.typed[language] in sheet.words
    assert sheet_page(sheet).count('class="blank"') == sum(question.lines for question in words.questions)


def test_nobody_writes_a_word_on_the_questionnaire(edition: Edition) -> None:
    """Handwriting tells on people: there are boxes to cross, one of them to skip, and no line."""
    words = words_of(edition).questionnaire
    assert words
    for question in words.questions:
        assert question.lines == 0
        assert question.boxes[-1] == {"en": "skip", "es": "saltar"}


@pytest.mark.parametrize("name", ["form", "questionnaire"])
@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_one_page_and_two_in_large_print(
    edition: Edition, language: str, size: Size, name: Literal["form", "questionnaire"]
) -> None:
    """A sheet that needs more pages than it may have is refused by `sheet_pdf`."""
    fonts()
    from bot.outreach.pdf import sheet_pdf

    assert form(edition, language, name=name).pages == 1
    assert sheet_pdf(form(edition, language, name=name), size)
    assert form(edition, language, large=True, name=name).pages == 2
    assert sheet_pdf(form(edition, language, large=True, name=name), size, large=True)


def test_a_language_from_right_to_left_turns_it_round(edition: Edition) -> None:
    """By its letters, as all that is printed."""
    words = words_of(edition)
    assert words.form
    arabic = words.form.model_copy(
        update={
            "title": {"ar": "ماذا يعرف الناس هنا؟"},
            "how": {"ar": "شيء واحد في كل صفحة"},
            "never": [{"ar": "لا أسماء"}],
            "questions": [question.model_copy(update={"asks": {"ar": "أين؟"}, "boxes": []}) for question in words.form.questions],
            "typed": {"ar": "لمن يكتبها"},
        }
    )
    pack = cast(Edition, SimpleNamespace(outreach=words.model_copy(update={"form": arabic})))
    assert 'dir="rtl"' in sheet_page(form(pack, "ar"))
    assert 'dir="ltr"' in sheet_page(form(edition, "es"))


def test_a_pack_without_it_says_how_to_mend_it(edition: Edition) -> None:
    """Packs from before have no `form`, and load."""
    pack = cast(Edition, SimpleNamespace(outreach=words_of(edition).model_copy(update={"form": None})))
    with pytest.raises(ValueError, match=r"outreach\.yaml has no `form`"):
        form(pack, "en")
