"""The face of the book: what other rooms import."""

from bot.book.book import Book
from bot.book.build import build, survey, text_hash
from bot.book.edition import Edition
from bot.book.faults import BookFault, Fault
from bot.book.snapshot import default_folders, fingerprint, snapshot, snapshot_of_revision

__all__ = [
    "Book",
    "BookFault",
    "Edition",
    "Fault",
    "build",
    "default_folders",
    "fingerprint",
    "snapshot",
    "snapshot_of_revision",
    "survey",
    "text_hash",
]
