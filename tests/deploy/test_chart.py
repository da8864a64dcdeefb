"""The Helm chart of the replicas, rendered by Helm itself, held against Kubernetes' own schemas, and its two programs started."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from tests.deploy.nginx_front import free_port, front
from tests.deploy.valkey_server import program, running

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/replicas/chart"
VALUES = {"host": "bot.example.org", "images": {"bot": "registry.example.org/constellation:1"}}
OLDEST = "1.30"


def _helm() -> Any:
    return pytest.importorskip("helm_python", reason="no Helm: pip install '.[heavy]'")


def _documents(values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """What the chart makes of `values`."""
    with _helm().Chart.load(CHART) as chart:
        made = chart.render(values={**VALUES, **(values or {})}, name="bot", namespace="people")
    texts = [text for name, text in made.items() if name.endswith(".yaml")]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


def _named(documents: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    return next(each for each in documents if each["kind"] == kind and each["metadata"]["name"] == name)


def _pods(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in documents if each["kind"] == "Deployment"}
    assert set(found) == {"bot-replicas", "bot-valkey"}
    return found


@pytest.mark.heavy
def test_helm_finds_nothing_to_say() -> None:
    """As `helm lint --strict` would."""
    found = _helm().lint(CHART, values=VALUES, strict=True)
    assert found["total_charts_linted"] == 1
    assert found["errors"] == []
    assert [each for each in found["messages"] if each["severity"] > 1] == []


@pytest.mark.heavy
@pytest.mark.parametrize("values", [{}, {"replicas": 5, "arguments": ["--source", "https://x/y.git"], "prints": True}])
def test_kubernetes_takes_every_document(values: dict[str, Any]) -> None:
    """In the oldest version that the chart is for and in the newest that is known here."""
    validate = pytest.importorskip("kubernetes_validate", reason="no schemas of Kubernetes: pip install '.[heavy]'")
    documents = _documents(values)
    assert len(documents) == 8
    for document in documents:
        for version in (OLDEST, validate.latest_version()):
            validate.validate(document, version, strict=True)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""}, {"host": "https://bot.example.org/"}, {"replicas": 1}, {"replicas": "2"}, {"images": {"bot": ""}},
        {"images": {"bot": "constellation:latest"}}, {"images": {"bot": "constellation"}}, {"service": {"port": 8000}},
        {"hots": "x"}, {"secrets": {"bot": "A b"}}, {"memory": {"bot": "768"}}, {"secrets": {"token": "123:secret"}},
    ],
)  # fmt: skip
def test_wrong_values_are_refused(wrong: dict[str, Any]) -> None:
    """By the schema, before anything reaches a cluster; a typed name too."""
    helm = _helm()
    with helm.Chart.load(CHART) as chart:
        chart.validate_schema(VALUES)
        with pytest.raises(helm.HelmValuesError):
            chart.validate_schema({**VALUES, **wrong, "images": {**VALUES["images"], **wrong.get("images", {})}})


@pytest.mark.heavy
def test_each_container_is_shut_in_and_keeps_nothing() -> None:
    """Read-only, nobody's root, no capability, no account, no swap, memory alone to write to, no secret in the environment."""
    for pod in _pods(_documents()).values():
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for volume in pod["volumes"]:
            assert {"secret", "configMap"} & set(volume) or volume["emptyDir"]["medium"] == "Memory", volume
        for container in pod["containers"]:
            shut = container["securityContext"]
            assert (shut["readOnlyRootFilesystem"], shut["allowPrivilegeEscalation"]) == (True, False)
            assert shut["capabilities"] == {"drop": ["ALL"]}
            memory = container["resources"]
            assert memory["requests"]["memory"] == memory["limits"]["memory"]
            assert not [each for each in container.get("env", ()) if "valueFrom" in each]
    bot = _pods(_documents())["bot-replicas"]["containers"][0]
    assert bot["command"][2].endswith(">/dev/null 2>&1")
    settings = {each["name"]: each["value"] for each in bot["env"]}
    assert settings["CONSTELLATION_TELEGRAM_WEBHOOK_URL"] == "https://bot.example.org/"
    port = _documents({"service": {"type": "NodePort", "port": 8443}})
    more = {each["name"]: each["value"] for each in _pods(port)["bot-replicas"]["containers"][0]["env"]}
    assert more["CONSTELLATION_TELEGRAM_WEBHOOK_URL"] == "https://bot.example.org:8443/"


@pytest.mark.heavy
async def test_its_nginx_ends_tls_beside_the_bot_and_tells_whether_the_loop_answers(tmp_path: Path) -> None:
    """The very file of the chart: an update reaches the one socket of its pod; red is alive, a bot that is not there is not."""
    text = _named(_documents(), "ConfigMap", "bot-configuration")["data"]["nginx.conf"]
    assert text.count("server unix:") == 1
    shipped, path, alive = tmp_path / "shipped.conf", tmp_path / "socket", free_port()
    # With the lines that `front` leads to this machine.
    for before, after in (
        ("pid /tmp/nginx.pid;", "user www-data;"), ("listen 8443 ssl;", "listen 443 ssl;"), ("bot.example.org", "HOST"),
    ):  # fmt: skip
        assert before in text
        text = text.replace(before, after)
    shipped.write_text(text, "utf-8")
    replaced = {
        "listen 8080;": f"listen 127.0.0.1:{alive};",
        "/run/secrets/certificate/tls.crt": str(tmp_path / "fullchain.pem"),
        "/run/secrets/certificate/tls.key": str(tmp_path / "key.pem"), "/run/constellation-telegram-1/socket": str(path),
    }  # fmt: skip
    says = "200 OK"

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {says}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        writer.close()

    async with (
        front(shipped, tmp_path, replaced) as port,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session,
    ):
        address = f"http://127.0.0.1:{alive}/alive"
        assert (await session.get(address)).status == 502
        server = await asyncio.start_unix_server(one, path)
        for status, seen in (("200 OK", 200), ("503 Service Unavailable", 200), ("500 x", 500)):
            says = status
            assert (await session.get(address)).status == seen
        says = "200 OK"
        assert (await session.post(f"https://localhost:{port}/", data=b"{}")).status == 200
        assert (await session.get(f"http://127.0.0.1:{alive}/health")).status == 404
        server.close()


@pytest.mark.heavy
async def test_its_valkey_takes_its_files(tmp_path: Path) -> None:
    """The very command of the chart but for TLS, which the server of the extra `heavy` was built without; nothing is printed."""
    documents = _documents()
    container = _pods(documents)["bot-valkey"]["containers"][0]
    words = container["command"]
    tls = words.index("--tls-port")
    assert words[tls:] == [
        "--tls-port", "6379", "--tls-cert-file", "/run/secrets/valkey/tls.crt", "--tls-key-file", "/run/secrets/valkey/tls.key",
        "--tls-ca-cert-file", "/run/secrets/valkey/ca.crt", "--tls-auth-clients", "no",
    ]  # fmt: skip
    digest = hashlib.sha256(b"word").hexdigest()
    users = (ROOT / "deploy/valkey/users.acl").read_text("utf-8")
    assert users.count(" nopass ") == 1
    (tmp_path / "users.acl").write_text(users.replace(" nopass ", f" #{digest} "), "utf-8")
    conf = _named(documents, "ConfigMap", "bot-configuration")["data"]["valkey.conf"]
    (tmp_path / "valkey.conf").write_text(conf.replace("/run/constellation-valkey", str(tmp_path)), "utf-8")
    command = [re.sub("/run/secrets/valkey|/etc/constellation", str(tmp_path), word) for word in words[:tls]]
    client = pytest.importorskip("valkey.asyncio", reason="pip install '.[heavy]'")
    async with running(tmp_path, [program(), *command[1:]]) as process:
        shared = client.Valkey.from_url(f"unix://constellation:word@{tmp_path}/socket", protocol=2)
        assert await shared.config_get("save") == {"save": ""}
        assert await shared.config_get("port") == {"port": "0"}
        await shared.aclose()
        wrong = client.Valkey.from_url(f"unix://constellation:other@{tmp_path}/socket")
        with pytest.raises(pytest.importorskip("valkey.exceptions").ConnectionError, match="invalid username-password"):
            await wrong.ping()
        await wrong.aclose()
        process.terminate()
        said, _ = await asyncio.wait_for(process.communicate(), 10)
    assert said == b""


def test_the_chart_ships_the_files_that_everybody_else_runs() -> None:
    """One Valkey and one front, however they are run: copies, changed together. Values as the schema wants them."""
    for name, shipped in (("valkey.conf", "deploy/valkey/valkey.conf"), ("nginx.conf", "deploy/replicas/nginx.conf")):
        assert not (CHART / "files" / name).is_symlink()  # the wheel is built from files alone
        assert (CHART / "files" / name).read_bytes() == (ROOT / shipped).read_bytes()
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    assert set(values) == set(schema["required"])
