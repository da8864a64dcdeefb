"""The fields that a browser would send from a form of the desk's."""

from __future__ import annotations

import re
from html import unescape


def fields(page: str, action: str) -> dict[str, str]:
    """Those of the form whose tag ends with `action`: hidden fields, lines, areas and choices. Contacts' boxes are not ticked."""
    form = re.search(rf'<form [^>]*{action}".*?</form>', page, re.S)
    assert form, page[:3000]
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]* value="([^"]*)"', form.group()))
    found = {name: value for name, value in found.items() if not name.startswith("contact-")}
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', form.group(), re.S))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form.group(), re.S):
        found[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return {name: unescape(value) for name, value in found.items()}
