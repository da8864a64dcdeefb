"""What a change still needs, said: lines for a terminal, Markdown for a proposal, annotations for a code host, data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.authoring.review.approvals import ApprovalRequest, ChangedField, Report
from bot.authoring.review.policy import STAKES, Need, Stake
from bot.authoring.review.reviewers import ApprovalStatus
from bot.book import Fault, annotation, one_line

_LONG = 160
NOBODY = (
    "Before this change the book names nobody under `roles:`, so nobody can approve yet. Those who keep the repository name the "
    "first people once, without this check; from then on it holds."
)


def shown(value: Any) -> str:
    """A value on one line, cut where it is long; "nothing" where there is none."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        text = ", ".join(shown(item) for item in value)
    elif isinstance(value, dict):
        text = "; ".join(f"{key}: {shown(inner)}" for key, inner in value.items())
    else:
        text = " ".join(str(value).split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def title(ask: ApprovalRequest) -> str:
    """What changed, in words: `topic pep`, `new referral us-example`."""
    name = "" if ask.kind == ask.name else f" {ask.name}"
    return f"{'' if ask.how == 'changed' else f'{ask.how}: '}{ask.kind}{name}"


def field(change: ChangedField) -> str:
    """Where in the thing: `tips › start-soon › text › es`."""
    return " › ".join(change.difference.path) or "all of it"


def classes(stakes: tuple[Stake, ...]) -> str:
    """The classes by their names."""
    return ", ".join(STAKES[stake][1] for stake in stakes)


def still(standing: ApprovalStatus) -> list[str]:
    """What is missing, a sentence each; what has been given, where nothing is."""
    if not standing.wanted:
        return ["Needs none to take away. Tell the others."]
    given = f" ({', '.join(standing.agree)})" if standing.agree else ""
    if not standing.missing:
        return [f"Has what it needs: {_yes(len(standing.agree))}{given}."]
    lines = [f"Needs {_yes(standing.wanted)}, has {len(standing.agree)}{given}. Still missing: {standing.missing} more."]
    lines += [f"One must hold {role}: {', '.join(names)}." for role, names in standing.lacking.items() if names]
    only = [role for role, names in standing.lacking.items() if not names and role in standing.own]
    nobody = [role for role, names in standing.lacking.items() if not names and role not in standing.own]
    if only:
        lines.append(f"Only an author holds: {', '.join(only)}. Somebody else has to be named in content/book.yaml first.")
    if nobody:
        lines.append(f"Nobody holds this role yet: {', '.join(nobody)}. Name somebody under `roles:` in content/book.yaml first.")
    return lines


def asks(need: Need) -> str:
    """What one class of change asks for: `a number or a dose: 2 approvals, one of them clinical`."""
    roles = f", one of them {' and one '.join(sorted(need.roles))}" if need.roles and need.wanted > 1 else ""
    by = f" by {', '.join(sorted(need.roles))}" if need.roles and need.wanted == 1 else ""
    return f"{STAKES[need.stake][1]}: {_yes(need.wanted) if need.wanted else 'no approval'}{roles}{by}"


def _yes(count: int) -> str:
    return "1 approval" if count == 1 else f"{count} approvals"


def _rows(ask: ApprovalRequest) -> Iterator[tuple[str, str, str, str]]:
    """(field, what it asks for, was, is) of each change; a new or vanished thing is one row."""
    if ask.how != "changed":
        needs = {need for change in ask.changes for need in change.needs}
        yield "all of it", _each(needs), *(("nothing", "new") if ask.how == "new" else ("there", "nothing"))
        return
    for change in ask.changes:
        yield field(change), _each(change.needs), shown(change.difference.before), shown(change.difference.after)


def _each(needs: Iterable[Need]) -> str:
    """What needs ask for, each class once, the gravest first; plain words are left out beside anything graver."""
    roles: dict[Stake, frozenset[str]] = {}
    for need in needs:
        roles[need.stake] = roles.get(need.stake, frozenset()) | need.roles
    listed = [Need(stake, roles[stake]) for stake in STAKES if stake in roles]
    listed.sort(key=lambda need: -need.wanted)
    return "; ".join(map(asks, [need for need in listed if need.roles or need.wanted != 1] or listed))


def _reason(fault: Fault) -> str:
    """What keeps a file from being read and how to mend it, on one line whatever the file holds."""
    return " ".join(f"Line {fault.line}: {fault.what} {fault.fix}".split())


def _also(report: Report, safe: Callable[[str], str] = str) -> list[str]:
    """What is to be said beside the changes. `safe`: makes the words of files harmless where they are shown."""
    lines = [
        f"{safe(file)} cannot be read, so nobody can approve it. {safe(_reason(fault))}"
        for file, fault in report.unreadable.items()
    ]
    if report.asks and report.wrote:
        lines.append(f"Wrote it or pushed to it, so their yes does not count: {safe(', '.join(report.wrote))}.")
    if report.unknown:
        lines.append(f"Does not count, because the book names them in no role: {safe(', '.join(report.unknown))}.")
    if report.asks and not report.people.known:
        lines.append(NOBODY)
    return lines


def summary(report: Report) -> str:
    """One line: how many things changed and how many still wait."""
    waiting = sum(ask.standing.missing > 0 for ask in report.asks)
    if not report.asks:
        return "Nothing changed that needs approval."
    things = "1 thing changed" if len(report.asks) == 1 else f"{len(report.asks)} things changed"
    return f"{things}; {waiting or 'none'} of them still {'needs' if waiting == 1 else 'need'} approval."


def as_text(report: Report) -> str:
    """For a terminal."""
    lines: list[str] = []
    for ask in report.asks:
        lines.append(f"{ask.file}:{ask.line}  {title(ask)}")
        for where, said, was, now in _rows(ask):
            lines.append(f"    {where}  [{said}]")
            lines += [f"      was: {was}", f"      is:  {now}"] if ask.how == "changed" else []
        lines += [*(f"    {line}" for line in still(ask.standing)), ""]
    return "".join(f"{one_line(line)}\n" for line in [*lines, *_also(report), summary(report)])


def as_markdown(report: Report) -> str:
    """For a comment on a proposal: what is missing first, each thing with its changes folded below."""
    lines = ["### Approvals", "", summary(report), *(f"\n{line}" for line in _also(report, _cell))]
    for ask in sorted(report.asks, key=lambda ask: not ask.standing.missing):
        mark = "⏳" if ask.standing.missing else "✅"
        lines += [
            "",
            f"**{mark} {_cell(title(ask))}** (`{_code(ask.file)}`, line {ask.line}): {_cell(' '.join(still(ask.standing)))}",
            "",
        ]
        lines += ["| what | class | was | is |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(map(_cell, row))} |" for row in _rows(ask)]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    """A name between backticks."""
    return one_line(text).replace("`", "'").replace("|", r"\|")


def _cell(text: str) -> str:
    """A text that a code host shows as it is: no cell ends, no tag begins, nobody is called by name."""
    return re.sub(r"[\\|`*_\[\]!~#]", r"\\\g<0>", one_line(text)).replace("<", "&lt;").replace("@", "@\u2060")


def _annotation(level: str, file: str, line: int, words: str) -> str:
    """A line that a code host turns into a note beside a line of a file; no text in it can begin another command."""
    return f"::{level} file={annotation(file, name=True)},line={line},title=Approvals::{annotation(words)}"


def as_github(report: Report) -> str:
    """Annotations: an error for each thing that waits, a notice for the others."""
    lines = [
        _annotation("error", file, fault.line, f"This file cannot be read. {_reason(fault)}")
        for file, fault in report.unreadable.items()
    ]
    for ask in report.asks:
        words = f"{title(ask)}: {classes(ask.stakes)}. {' '.join(still(ask.standing))}"
        lines.append(_annotation("error" if ask.standing.missing else "notice", ask.file, ask.line, words))
    return "\n".join([*lines, *map(one_line, _also(report)), summary(report)]) + "\n"


def as_data(report: Report) -> dict[str, object]:
    """For machines: `whole`, and for each thing its changes in full and what is missing."""
    return {
        "whole": report.whole,
        "summary": summary(report),
        "unreadable": list(report.unreadable),
        "reasons": {file: str(fault) for file, fault in report.unreadable.items()},
        "unknown": list(report.unknown),
        "wrote": list(report.wrote),
        "things": [
            {
                "file": ask.file,
                "line": ask.line,
                "kind": ask.kind,
                "name": ask.name,
                "how": ask.how,
                "classes": list(ask.stakes),
                "wanted": ask.standing.wanted,
                "roles": list(ask.standing.roles),
                "agree": list(ask.standing.agree),
                "missing": ask.standing.missing,
                "lacking": {role: list(names) for role, names in ask.standing.lacking.items()},
                "says": still(ask.standing),
                "changes": [
                    {
                        "field": list(change.difference.path),
                        "line": change.line,
                        "was": change.difference.before,
                        "is": change.difference.after,
                        "classes": sorted({need.stake for need in change.needs}),
                    }
                    for change in ask.changes
                ],
            }
            for ask in report.asks
        ],
    }
