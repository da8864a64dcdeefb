"""The types that fields of every kind of file are made of: ids, days, texts by language; and the base of all models."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from bot.book.text import Text, parse_text

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def _id(value: str) -> str:
    if not ID.match(value) or len(value) > 60:
        raise ValueError("an id is small letters a-z, digits and single hyphens, like condom-talk")
    return value


def _days(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"[1-9][0-9]{0,3}d", value):
            raise ValueError("a period is a number of days with a d, like 180d")
        return dt.timedelta(days=int(value[:-1]))
    return value


def _text(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if not isinstance(value, str):
        raise ValueError("this needs words, not a list or more fields")
    if not value.strip():
        raise ValueError("this text is empty")
    return parse_text(value)


Id = Annotated[str, AfterValidator(_id)]
Days = Annotated[dt.timedelta, BeforeValidator(_days)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Words = Annotated[Text, PlainValidator(_text, json_schema_input_type=str)]
PerLanguage = dict[Language, Words]
Labels = dict[Language, Annotated[str, Field(min_length=1, max_length=120)]]
Phrases = dict[Language, list[Annotated[str, Field(min_length=2, max_length=160)]]]


class Model(BaseModel):
    """Frozen, and refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
