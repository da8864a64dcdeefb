"""What a running bot keeps of its files: the same values, stored small, and models without what only writing back asks for."""

from __future__ import annotations

import pickle

import pytest

from bot.book import builder
from bot.book.stored_docs import _EMPTY, _NONE, StoredDocs
from tests.book.pack import pack


def test_stored_files_read_as_they_were() -> None:
    """Every value and place; one that was looked at and changed is read again as it was."""
    docs = {f"content/find/{number}.yaml": ({"a": ["x"] * 500, "b": number}, {("a", 0): (3, 5)}) for number in range(4)}
    stored = StoredDocs(docs)
    assert dict(stored) == docs
    stored["content/find/1.yaml"][0]["a"].clear()
    assert stored["content/find/1.yaml"] == docs["content/find/1.yaml"]
    assert "content/find/9.yaml" not in stored
    with pytest.raises(KeyError):
        stored["content/find/9.yaml"]
    packed = sum(len(each) for each in stored._packed.values())
    assert packed * 3 < len(pickle.dumps(docs))


def test_models_of_a_running_bot_share_what_they_were_given() -> None:
    """All of them, nested ones too; a copy with a change is right, and leaks into no other."""
    book = builder.build(pack(), lambda docs, book: (None, [])).lean("content/find/", "content/book.yaml")
    book.compact()
    models = [*book.topics.values(), *book.referrals.values(), *(tip for topic in book.topics.values() for tip in topic.tips)]
    models += [referral.review for referral in book.referrals.values()]
    assert models
    assert all(model.__pydantic_fields_set__ is _NONE for model in models)
    first = next(iter(book.referrals.values()))
    copy = first.model_copy(update={"contact": []})
    assert copy.contact == []
    assert first.contact
    assert not _NONE
    empty = [held for model in models for held in vars(model).values() if isinstance(held, list | dict | set) and not held]
    assert len(empty) > len({id(held) for held in empty}) <= 3
    assert not any(_EMPTY.values())
