"""Who may approve what, by pseudonym, as the book said before a change: nobody can appoint themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.authoring.review.entries import Items
from bot.authoring.review.policy import Need


@dataclass(frozen=True, slots=True)
class Reviewers:
    """`members`: each role's pseudonyms; `stands_in`: the role that stands in while a role has nobody."""

    members: Mapping[str, tuple[str, ...]]
    stands_in: Mapping[str, str]

    @property
    def known(self) -> frozenset[str]:
        """Everybody whom the book names in some role."""
        return frozenset(name for names in self.members.values() for name in names)

    def holders(self, role: str) -> tuple[str, ...]:
        """Who may speak for a role: its members, else those of the role that stands in."""
        return self.members.get(role, ()) or self.members.get(self.stands_in.get(role, ""), ())


def plain(name: str) -> str:
    """A pseudonym as it is compared: small letters, without a leading @."""
    return name.strip().removeprefix("@").lower()


def people_of(items: Items) -> Reviewers:
    """The roles of a snapshot's book; nobody where there is no book, or it cannot be read."""
    roles = items.field("book", "book", "roles")
    members: dict[str, tuple[str, ...]] = {}
    stands_in: dict[str, str] = {}
    for role in roles if isinstance(roles, list) else ():
        if isinstance(role, dict) and isinstance(role.get("role"), str):
            listed = role.get("members")
            names = [plain(name) for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
            members[role["role"]] = tuple(dict.fromkeys((*members.get(role["role"], ()), *names)))
            if isinstance(role.get("stands_in"), str):
                stands_in[role["role"]] = role["stands_in"]
    return Reviewers(members, stands_in)


@dataclass(frozen=True, slots=True)
class ApprovalStatus:
    """Where a change stands. `agree`: those whose yes counts. `wanted`: how many have to agree. `lacking`: roles that
    nobody who agrees holds, each with those who could. `own`: roles that an author holds."""

    wanted: int
    roles: tuple[str, ...]
    agree: tuple[str, ...]
    lacking: Mapping[str, tuple[str, ...]]
    own: frozenset[str]

    @property
    def missing(self) -> int:
        """How many more have to agree at least."""
        return max(self.wanted - len(self.agree), 1 if self.lacking else 0)


def standing(needs: Iterable[Need], people: Reviewers, authors: Iterable[str], approved_by: Iterable[str]) -> ApprovalStatus:
    """What is still missing for a change that has all these needs. A yes counts once, from somebody whom the book names and
    who did not write the change."""
    listed = list(needs)
    wrote = {plain(name) for name in authors}
    agree = tuple(name for name in dict.fromkeys(map(plain, approved_by)) if name in people.known and name not in wrote)
    wanted = max((need.wanted for need in listed), default=0)
    roles = tuple(sorted({role for need in listed if need.wanted for role in need.roles}))
    lacking = {
        role: tuple(name for name in people.holders(role) if name not in wrote)
        for role in roles
        if not set(people.holders(role)) & set(agree)
    }
    return ApprovalStatus(wanted, roles, agree, lacking, frozenset(role for role in lacking if set(people.holders(role)) & wrote))
