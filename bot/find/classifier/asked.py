"""What people ask, by the topic that answers: sentences that the topic classifier alone learns from. Their shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.find.classifier.classifier_file import NONE, Phrase

FOLDER: Final = "content/find/asked/"

Asked = dict[
    Annotated[str, Field(pattern=r"^[a-z0-9-]{2,60}$")],
    dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], list[Annotated[str, Field(min_length=1, max_length=600)]]],
]


class AskedFile(BaseModel):
    """`content/find/asked/<name>.yaml`: questions as people type them, by the topic that answers them best and by language.

    Unlike a phrase, the very words of a question lead nowhere: it teaches what a topic means. A running bot does not read these
    files, so there may be thousands. `none`: what no topic answers, by a kind of `none.yaml`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    asked: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    topics: Asked = {}
    none: Asked = {}

    @model_validator(mode="after")
    def _asks_something(self) -> AskedFile:
        if not self.topics and not self.none:
            raise ValueError("there is no question in it: write some under `topics` or `none`")
        return self


def asked_of(files: Iterable[AskedFile]) -> Iterator[Phrase]:
    """Every question with its class; those of one that a pack does not have are among them."""
    for file in files:
        for start, group in (("", file.topics), (NONE, file.none)):
            for name, languages in group.items():
                yield from ((f"{start}{name}", text) for texts in languages.values() for text in texts)
