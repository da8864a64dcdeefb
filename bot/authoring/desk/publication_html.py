"""That nobody sees a saved change yet: the steps that publish it, and the list of what waits, as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.authoring.desk.html import e
from bot.authoring.desk.page import Site
from bot.authoring.editing.publication import HEAD, ONLY_HERE, steps, unpublished
from bot.authoring.editing.writer import Writer
from bot.book import FILE as RETRACTIONS

_MOST = 12
_CODE = re.compile("`([^`]+)`")


def steps_html(files: Mapping[str, bytes], file: str) -> str:
    """The notice after a save of `file`. `files`: the pack."""
    items = "".join(f"<li>{_code(step)}</li>" for step in steps(files, file))
    more = " <strong>People still see what you withdrew.</strong>" if file == RETRACTIONS else ""
    said = f"<p>{ONLY_HERE}{more} To publish it:</p><ol>{items}</ol>"
    return f'<section class="notice" role="status"><h2>{HEAD}</h2>{said}</section>'


def _code(words: str) -> str:
    """Words as HTML, with what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", e(words))


def waiting_html(site: Site, writer: Writer) -> str:
    """The files that only this machine has as they are: by git, else those that this desk saved. "" for none."""
    live = site.live
    files, than = unpublished({"content": live.content, "flows": live.flows})
    ours = [file for file in writer.saved if file not in files] if not than else []
    found = [*files, *ours]
    if not found:
        return ""
    items = "".join(f"<li><code>{e(file)}</code></li>" for file in found[:_MOST])
    more = f"<p>And {len(found) - _MOST} more.</p>" if len(found) > _MOST else ""
    said = f"They differ from {than}" if than else "This desk saved them"
    return (
        f'<section class="notice"><h2>{HEAD} ({len(found)})</h2><p>{said}. Bots and people see what they saw before, until a '
        f"proposal with them is merged.</p><ul>{items}</ul>{more}</section>"
    )
