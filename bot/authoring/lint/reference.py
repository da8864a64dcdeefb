"""The page that explains every code: `docs/checks.md`, written by `constellation content check --codes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.authoring.lint.reading_codes import reading_codes
from bot.authoring.lint.rule import Group, Rule
from bot.authoring.lint.runner import rules
from bot.book import LINK

_GROUPS: Mapping[Group, str] = {
    "reading": "Reading: what the shapes of files do not tell",
    "flows": "Flows: how a talk goes",
    "promises": "Promises: what people rely on",
    "words": "Words: how it is said",
    "translations": "Translations",
    "search": "Search: typed words",
    "editors": "Editors: what could give you away",
}
_WIDEST = 88


def _line(text: str | bytes | None, line: int) -> str:
    """One line of an example as a table shows it."""
    if text == LINK:
        return "*a link, whatever it leads to*"
    if text is None:
        return "*there is no such file*"
    whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    found = (whole.split("\n")[line - 1 :] or [""])[0].strip()
    short = found if len(found) <= _WIDEST else f"{found[:_WIDEST].rstrip()} ..."
    shown = short.replace("|", "\\|").replace("\u200b", "\\u200b").replace("\u00a0", "\\u00a0").replace("\t", "\\t")
    return f"`{shown}`" if shown else "*the whole file*"


def _example(rule: Rule) -> str:
    if rule.context.commits:
        return f"`{', '.join(rule.context.commits[0].emails)}`"
    if rule.context.pictures:
        return f"*a picture with text in it*, `{next(iter(rule.context.pictures))}`"
    file = next(iter(rule.fails))
    return f"`{file}`" if file.endswith(".yml") else _line(rule.fails[file], rule.line)


def _rows() -> Iterator[str]:
    for group, title in _GROUPS.items():
        yield f"\n## {title}\n"
        yield "| code | what it finds | an example that shows it |"
        yield "|---|---|---|"
        for rule in rules():
            if rule.group == group:
                yield f"| `{rule.code}` | {rule.about} | {_example(rule)} |"
    yield "\n## Reading: files that do not become what they should be\n"
    yield "With one of these a bot goes on with the last good content, and says so in its health."
    yield "\n| code | what it finds | an example that shows it |"
    yield "|---|---|---|"
    for code in reading_codes():
        file = next(iter(code.fails))
        yield f"| `{code.code}` | {code.about} | {_line(code.fails[file], code.line)} |"


def page() -> str:
    """The whole page as Markdown."""
    head = (
        "# What `constellation content check` finds\n\n"
        "Each fault is `file:line:column  CODE  what, why, how to mend it`, with the line below it. Codes never change.\n"
        "All faults come in one run: a file that cannot be read hides nothing elsewhere, and ids that are missing because\n"
        "of it are not told again. Errors end with status 1; `(warning)` marks what is worth a look.\n\n"
        "This page is written by `constellation content check --codes`."
    )
    return "\n".join([head, *_rows()]) + "\n"
