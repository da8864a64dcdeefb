"""The finder of the pack that ships, made once for all tests of it: nothing that is asked stays in it."""

import pytest

from bot.book import Edition
from bot.find.building import build_finder
from bot.find.finder import Finder


@pytest.fixture(scope="session")
def finder(edition: Edition) -> Finder:
    """The finder of the pack that ships."""
    return build_finder(edition)
