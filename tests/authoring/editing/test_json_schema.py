"""Editors are told the truth: the schemas are the models', every file names its own, and a real language server agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.authoring.editing.field_help import help_for
from bot.authoring.editing.json_schema import MARK, line_of, model_of, schemas, with_line
from bot.book import default_folders, snapshot
from bot.book.faults import pattern_in_words
from bot.book.reader import read
from bot.cli import main

ROOT = Path(__file__).resolve().parents[3]
SERVER = ROOT / ".heavy" / "node_modules" / ".bin" / "yaml-language-server"
UNREAD = {"content/genuine.yaml"}
"""It is written by a command and signed: nobody edits it."""


def _yaml() -> dict[str, bytes]:
    return {path: data for path, data in snapshot(*default_folders()).items() if path.endswith(".yaml")}


def test_the_schemas_are_those_of_the_models() -> None:
    """As `constellation content schema` writes them."""
    for path, text in schemas().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path} is old: run `constellation content schema`"


def test_every_file_names_its_schema() -> None:
    """In its first line, and the schema is there."""
    for path, data in _yaml().items():
        if path in UNREAD:
            continue
        model = model_of(path, read(path, data)[0])
        assert model, path
        first = data.decode().split("\n", 1)[0]
        assert first == line_of(path, model), path
        assert ((ROOT / path).parent / first.removeprefix(MARK)).is_file(), path


def test_every_field_is_explained() -> None:
    """In a sentence; every map of languages and every object is closed."""
    for path, text in schemas().items():
        made = json.loads(text)
        for part in (made, *made.get("$defs", {}).values()):
            for name, field in part.get("properties", {}).items():
                assert len(field.get("description", "").split()) > 1, (path, name)
            # A translation mirrors the file beside it, whatever that is.
            assert path.endswith("/translation.json") or part.get("additionalProperties") is False, path
        assert '"patternProperties"' not in text or '"additionalProperties": false' in text
        assert '"null"' not in text


def _patterns(node: Any) -> set[str]:
    """Every pattern in a schema."""
    if isinstance(node, list):
        return set().union(*map(_patterns, node))
    if not isinstance(node, dict):
        return set()
    own = {found} if isinstance(found := node.get("pattern"), str) else set()
    return own.union(*map(_patterns, node.values()))


def test_every_pattern_is_said_in_words() -> None:
    """A peer who breaks it reads what to write, never the pattern."""
    found = set().union(*(_patterns(json.loads(text)) for text in schemas().values()))
    assert "^[0-9]{2,6}$" in found
    assert [pattern for pattern in sorted(found) if pattern in pattern_in_words(pattern)] == []


def test_no_help_is_left_over() -> None:
    """Each sentence belongs to a field that exists."""
    seen: set[type[BaseModel]] = set()

    def gather(model: type[BaseModel]) -> None:
        if model not in seen:
            seen.add(model)
            for info in model.model_fields.values():
                for found in _models(info.annotation):
                    gather(found)

    for path, data in _yaml().items():
        if found := model_of(path, read(path, data)[0]):
            gather(found)
    gather(model_of("content/places/a/topics/b.yaml") or BaseModel)
    from bot.authoring.editing import field_help

    fields = {(model.__name__, info.alias or name) for model in seen for name, info in model.model_fields.items()}
    for key in field_help._HELP:
        model, _, field = key.rpartition(".")
        assert any(name == field and model in ("", owner) for owner, name in fields), key
    assert all(help_for(owner, name) for owner, name in fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]


def test_the_line_takes_the_place_of_an_old_one_and_of_nothing_else() -> None:
    """Every other byte stays."""
    value = {"topic": "pep"}
    once = with_line("content/topics/health/pep.yaml", "# A word.\ntopic: pep\n", value)
    assert once == f"{MARK}../../schemas/topic.json\n# A word.\ntopic: pep\n"
    assert with_line("content/topics/health/pep.yaml", once.replace("topic.json", "old.json"), value) == once
    assert with_line("content/nothing/known.yaml", "a: b\n", {"a": "b"}) == "a: b\n"


def test_a_folder_of_ones_own_gets_schemas_and_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken file is left as it is, and said."""
    content, flows = tmp_path / "mine", tmp_path / "talk"
    (content / "cards").mkdir(parents=True)
    flows.mkdir()
    (content / "cards" / "a.yaml").write_text("card: a\n", encoding="utf-8")
    (content / "cards" / "b.yaml").write_text("card: [\n", encoding="utf-8")
    assert main(["content", "schema", "--lines", "--content", str(content), "--flows", str(flows)]) == 0
    assert (content / "cards" / "a.yaml").read_text("utf-8") == f"{MARK}../schemas/card.json\ncard: a\n"
    assert (content / "cards" / "b.yaml").read_text("utf-8") == "card: [\n"
    assert (content / "schemas" / "card.json").is_file()
    assert "left as it is" in capsys.readouterr().err


# --- the real language server -----------------------------------------------------------------------------------------


class Server:
    """The YAML language server of common editors, spoken to over its standard input."""

    def __init__(self) -> None:
        words = [str(SERVER), "--stdio"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.number = 0
        self.faults: dict[str, list[dict[str, Any]]] = {}
        self.ask("initialize", processId=None, rootUri=ROOT.as_uri(), capabilities={"workspace": {"configuration": True}})
        self.tell("initialized")

    def write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        self.write({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        self.number += 1
        number = self.number
        self.write({"id": number, "method": method, "params": params})
        while (message := self.read()).get("id") != number or "method" in message:
            pass
        return message.get("result")

    def read(self) -> dict[str, Any]:
        assert self.process.stdout
        size = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(self.process.stdout.read(size))
        method = message.get("method")
        if method == "workspace/configuration":
            settings = {
                "validate": True,
                "hover": True,
                "completion": True,
                "schemaStore": {"enable": False},
                "yamlVersion": "1.2",
            }
            items = message["params"]["items"]
            result = [settings if item.get("section") == "yaml" else {} for item in items]
            self.write({"id": message["id"], "result": result})
        elif method == "textDocument/publishDiagnostics":
            self.faults[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method and "id" in message:
            self.write({"id": message["id"], "result": None})
        return message

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """What the server underlines in a file that holds `text`."""
        uri = path.as_uri()
        self.faults.pop(uri, None)
        self.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text})
        while uri not in self.faults:
            self.read()
        return self.faults[uri]

    def at(self, method: str, path: Path, line: int, character: int) -> Any:
        where = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}
        return self.ask(f"textDocument/{method}", **where)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack that belongs to somebody else: one sentence with what to do, and no traceback."""
    there = tmp_path / "there"
    there.write_text("a file stands where the folder should be")
    assert main(["content", "schema", "--out", str(there)]) == 2
    assert "can be written" in capsys.readouterr().err


@pytest.mark.heavy
@pytest.mark.skipif(not SERVER.is_file() or not shutil.which("node"),
                    reason="no YAML language server: npm install --prefix .heavy yaml-language-server@2")  # fmt: skip
def test_a_common_editor_completes_underlines_and_explains(tmp_path: Path) -> None:
    """Nothing is underlined in what ships; a wrong field is, at its line; missing fields are offered, known ones explained."""
    server = Server()
    try:
        for path, data in _yaml().items():
            if path not in UNREAD:
                found = server.open(ROOT / path, data.decode())
                assert not found, (path, found[0]["message"], found[0]["range"]["start"])
        topic = ROOT / "content" / "topics" / "health" / "sample.yaml"
        lines = [
            f"{MARK}../../schemas/topic.json",
            "topic: sample",
            "urgancy: soon",
            "area: heelth",
            "title:",
            "  English: X",
            "",
        ]
        found = server.open(topic, "\n".join(lines))
        underlined = {(fault["range"]["start"]["line"], fault["message"].split("\n")[0]) for fault in found}
        assert {line for line, _ in underlined} >= {2, 3, 5}
        assert any("urgancy" in message for _, message in underlined)
        offered = server.at("completion", topic, 6, 0)
        labels = {item["label"] for item in (offered["items"] if isinstance(offered, dict) else offered)}
        assert {"urgency", "tips", "review", "phrases"} <= labels
        offered = server.at("completion", topic, 3, 6)
        labels = {item["label"] for item in (offered["items"] if isinstance(offered, dict) else offered)}
        assert "health" in labels
        assert "area that this belongs to" in json.dumps(server.at("hover", topic, 3, 1))
    finally:
        server.process.kill()
