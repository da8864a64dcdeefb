"""Addresses of editors in the history of the content folder: kept for ever, where anybody can read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.authoring.lint.context import Commit, LintContext
from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_HIDDEN = re.compile(
    r"no-?reply|donotreply|\bnobody@|@(?:[\w.-]+\.)?(?:invalid|localhost|example|test|local)\Z|@example\.\w+\Z", re.I
)


def look(pack: Pack) -> Iterator[Fault]:
    """Author and committer addresses that are no noreply ones, once each, at a file of the newest commit. Only the host
    is said: a fault is public too."""
    often: Counter[str] = Counter()
    newest: dict[str, Commit] = {}
    for commit in pack.context.commits:
        for email in commit.emails:
            if "@" in email and not _HIDDEN.search(email):
                often[email] += 1
                newest.setdefault(email, commit)
    for email, commit in newest.items():
        yield pack.fault(commit.file, (), "AUTHOR-EMAIL",
                         f"{often[email]} changes carry an address at {email.rpartition('@')[2]} (the last is {commit.name}).",
                         "Hide your email in the account's settings; ask for it to be taken out of the history.", "warning",
                         "It stays for ever, and may lead to a person.")  # fmt: skip


RULE = Rule("AUTHOR-EMAIL", "editors", "A real-looking address of an editor in the history of the content.", look,
            tip_file(), tip_file(), 1,
            LintContext(commits=(Commit("1a2b3c4", ("someone@mail.example.com",), TIP_FILE),)),
            LintContext(commits=(Commit("1a2b3c4", ("peer@users.noreply.example",), TIP_FILE),)))  # fmt: skip
