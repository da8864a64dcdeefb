"""JSON Schemas of every kind of file, made from the models: a common editor then completes, explains and underlines.

Each file names its schema in its first line. The schemas lie beside the files, in `schemas/`, so that the line holds anywhere.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from bot.authoring.editing.field_help import help_for
from bot.book import Retractions, Translation, shape_of, translation_of
from bot.engine import SHAPES
from bot.engine import shape_of as flow_shape_of
from bot.find import shape_of as find_shape_of

MARK = "# yaml-language-server: $schema="
FOLDER = "schemas"
_ANY_SCALAR = ["string", "number", "boolean"]
"""The reader takes every plain scalar as text; editors may see a number in 911, or true and false in what is a word here."""
_LETTERS = ("^[a-z", "^(keep", "^([a-z", "^https")
"""What begins so is never taken for a number."""
_KINDS = (
    "book.yaml", "words.yaml", "links.yaml", "outreach.yaml", "retractions.yaml",
    "sources/a.yaml", "topics/a/b.yaml", "cards/a.yaml", "episodes/a.yaml", "voices/a.yaml",
    "plan/plan.yaml", "policies/a.yaml", "practice/assessment.yaml", "practice/scenes.yaml", "practice/values.yaml",
    "practice/barriers.yaml", "places/a/place.yaml", "places/a/referrals/b.yaml", "places/a/topics/b.yaml", "find/lexicon.a.yaml",
    "find/danger.a.yaml", "find/nets.yaml", "find/none.yaml", "find/paths.yaml", "find/phrases.yaml", "find/thresholds.yaml",
    "find/examples/a.yaml", "find/asked/a.yaml", "find/heads.yaml", "find/classifier.yaml",
)  # fmt: skip
"""A file of each kind under content/, whether a pack has one or not: whoever adds the first finds its schema there."""


def model_of(path: str, value: Any = None) -> type[BaseModel] | None:
    """The model of a file (`content/...` or `flows/...`). `value`: what is in it, which for flows says their kind."""
    if path == "content/retractions.yaml":
        return Retractions
    if translation_of(path):
        return Translation
    if path.startswith("flows/"):
        return flow_shape_of(value)
    found = shape_of(path)
    return found[1] if found else find_shape_of(path)


def name_of(model: type[BaseModel]) -> str:
    """The name of a model's schema file: `topic-here.json`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", model.__name__.removesuffix("File")).lower() + ".json"


def line_of(path: str, model: type[BaseModel]) -> str:
    """The first line of a file: where its schema lies, seen from there."""
    return f"{MARK}{'../' * (path.count('/') - 1)}{FOLDER}/{name_of(model)}"


def with_line(path: str, text: str, value: Any) -> str:
    """`text` with the right first line; every other byte as it was. Unchanged where no schema belongs to it."""
    model = model_of(path, value)
    if model is None:
        return text
    rest = text.split("\n", 1)[1] if text.startswith(MARK) and "\n" in text else text
    return f"{line_of(path, model)}\n{rest}"


def schemas() -> dict[str, str]:
    """Every schema file: path to JSON text, under `content/schemas/` and `flows/schemas/`."""
    models = [(f"content/{kind}", model_of(f"content/{kind}")) for kind in _KINDS]
    models += [(f"flows/{key}.yaml", model) for key, model in SHAPES.items()]
    models += [(f"{folder}/a.xx.yaml", Translation) for folder in ("content", "flows")]
    return {f"{path.split('/')[0]}/{FOLDER}/{name_of(model)}": as_text(model) for path, model in models if model}


def as_text(model: type[BaseModel]) -> str:
    """A model's schema as it is written: JSON Schema 2020-12, two spaces, a line break at the end."""
    return json.dumps(schema(model), ensure_ascii=False, indent=2) + "\n"


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a kind of file."""
    made = model.model_json_schema(by_alias=True)
    parts = {model.__name__: made, **made.get("$defs", {})}
    for name, part in parts.items():
        _explain(name, part)
    _loosen(made)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _explain(name: str, part: dict[str, Any]) -> None:
    """Each field says what it is for; a list of fields is closed."""
    if "description" in part:
        part["description"] = " ".join(part["description"].replace("`", "").split())
    for field, inner in part.get("properties", {}).items():
        inner.pop("title", None)
        if said := help_for(name, field):
            inner["description"] = said


def _loosen(node: Any) -> None:
    """What pydantic writes for typed values into what the reader takes: text of any look; closed maps of languages."""
    if isinstance(node, list):
        for item in node:
            _loosen(item)
        return
    if not isinstance(node, dict):
        return
    for key, item in node.items():
        if key in ("properties", "patternProperties", "$defs"):
            _loosen(list(item.values()))
        elif key in ("items", "additionalProperties", "anyOf"):
            _loosen(item)
    options = node.get("anyOf")
    if options and {"type": "null"} in options:
        # Empty is written by leaving the field out; `null` would be read as the word.
        options.remove({"type": "null"})
        node.pop("default", None)
        if len(options) == 1:
            node.pop("anyOf")
            node.update({**options[0], **node})
    if "patternProperties" in node:
        node["additionalProperties"] = False
    if node.get("format") == "duration":
        node.pop("format")
        node["pattern"] = "^[1-9][0-9]{0,3}d$"
    if node.get("format") == "date":
        node.pop("format")
        node["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    match node.get("type"):
        case "string" if not ({"enum", "const"} & node.keys() or node.get("pattern", "").startswith(_LETTERS)):
            node["type"] = _ANY_SCALAR
        case "boolean":
            node.pop("type")
            node["enum"] = [True, False, "true", "false"]
        case "integer" | "number" as kind:
            numbers = {name: node.pop(name) for name in list(node) if name not in ("description", "default")}
            node["anyOf"] = [numbers, {"type": "string", "pattern": r"^-?[0-9]+$" if kind == "integer" else r"^-?[0-9.]+$"}]
