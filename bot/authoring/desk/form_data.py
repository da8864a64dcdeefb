"""What a peer asked for in a form, as an edit of one file. The form's fields are named here and nowhere else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from bot.authoring.editing.actions import ActionRefused, Edit, change_tip, clean, recheck, withdraw
from bot.authoring.editing.examples import add_example, example_file
from bot.authoring.editing.translation import TranslationUnit, translate, units, values_in
from bot.book import FILE as RETRACTIONS
from bot.book import hash_of, said_of_hidden

Form = Mapping[str, str]
"""A form's fields. `do`: tip, recheck, withdraw, translate or example; `seen`: the mark of the file when it was opened; `of`: the
hash of the text that was shown to be translated."""


def day_of(words: str) -> dt.date:
    """A day from a form. Raises ActionRefused where it is none."""
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        raise ActionRefused("write the day as year, month and day, like 2026-11-25") from None


def item_of(files: Mapping[str, bytes], name: str) -> TranslationUnit:
    """The text to translate of a name, translated or not. Raises ActionRefused where there is none any more."""
    for item in units(values_in(files)):
        if item.name == name:
            return item
    raise ActionRefused("this text no longer waits: somebody translated it, or the text it translates is gone")


def file_of(files: Mapping[str, bytes], form: Form) -> str:
    """The one file that a form changes."""
    match form.get("do"):
        case "withdraw":
            return RETRACTIONS
        case "translate":
            return item_of(files, form.get("item", "")).file
        case "example":
            return example_file(files, form.get("card", ""))
    return form.get("file", "")


def edit_of(files: Mapping[str, bytes], form: Form, today: dt.date) -> Edit:
    """The edit that a form asks for. Raises ActionRefused, with how to mend it, where it cannot be made."""
    for name, words in form.items():
        if hidden := said_of_hidden(clean(words)):
            field = name.removeprefix("text-")
            raise ActionRefused(
                f"in the field {field!r} {hidden}; it can change how the words read, so type them instead of pasting them"
            )
    file = form.get("file", "")
    match form.get("do"):
        case "tip":
            texts = {name.removeprefix("text-"): words for name, words in form.items() if name.startswith("text-")}
            sources = re.split(r"[\s,]+", form.get("sources", ""))
            return change_tip(files, file, form.get("tip", ""), texts, form.get("status", ""), sources)
        case "recheck":
            confirmed = [int(name[8:]) for name in form if re.fullmatch(r"contact-[0-9]{1,3}", name)]
            return recheck(files, file, form.get("by", "").strip(), day_of(form.get("on", "")), confirmed, today)
        case "withdraw":
            return withdraw(files, form.get("kind", ""), form.get("id", ""), form.get("why", ""), today)
        case "example":
            language = form.get("language", "").strip().lower()
            return add_example(files, form.get("card", ""), form.get("meaning", ""), language, form.get("sentence", ""))
        case "translate":
            item = item_of(files, form.get("item", ""))
            if form.get("of") != hash_of(item.text):
                raise ActionRefused("the text to translate was changed meanwhile; compare your words with the text as it is now")
            return translate(files, item, form.get("words", ""))
    raise ActionRefused("this form is not known; go back to the desk and open it again")
