"""Over https, as a code host serves it: git's own server behind TLS on this machine."""

from __future__ import annotations

import http.server
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.support.repository import Repository
from bot.runtime.git import NOT_READ
from bot.runtime.git_source import GitSource
from tests.book.pack import changed, pack

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("openssl")), reason="apt-get install git openssl")


def _handler(root: Path, asked: list[str]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            path, _, query = self.path.partition("?")
            if path.startswith("/moved/"):
                self.send_response(302)
                self.send_header("Location", self.path.removeprefix("/moved"))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environ = {"PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
                       "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                       "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                       "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                       "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}  # fmt: skip
            done = subprocess.run(["git", "http-backend"], input=body, env=environ, capture_output=True)
            head, _, answer = done.stdout.partition(b"\r\n\r\n")
            self.send_response(200)
            for line in head.decode().splitlines():
                name, _, value = line.partition(": ")
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """Its address, the certificate to trust, and what was asked of it."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    asked: list[str] = []
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(tmp_path, asked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    served.socket = context.wrap_socket(served.socket, server_side=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{served.server_address[1]}", certificate, asked
    served.shutdown()
    served.server_close()


def test_it_is_fetched_over_https_and_never_from_a_stranger(
    tmp_path: Path, server: tuple[str, Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the certificate trusted it is taken, and an edit; with one that nobody vouches for nothing is even asked."""
    address, certificate, asked = server
    repository = Repository(tmp_path, pack())
    said: list[tuple[str, dict[str, float]]] = []
    source = GitSource(
        f"{address}/content.git", "main", 0, tmp_path / "cache", lambda kind, **numbers: said.append((kind, numbers))
    )
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "localhost")
    with pytest.raises(OSError, match="source"):
        source()
    assert asked == []
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    assert source() == pack()
    edit = changed("content/topics/health/pep.yaml", "Start soon.", "Start now.")
    repository.push(edit)
    assert source() == edit
    assert [kind for kind, _ in said] == ["source_failed", "fetched", "source_back", "fetched"]


def test_a_redirect_is_not_followed(server: tuple[str, Path, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host could send the fetch to another machine, one that only this one reaches; whoever moved a repository says where."""
    root, certificate, asked = server
    Repository(tmp_path, pack())
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "localhost")
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    said: list[float] = []
    source = GitSource(
        f"{root}/moved/content.git", "main", 0, tmp_path / "cache", lambda _, **numbers: said.append(numbers["code"])
    )
    with pytest.raises(OSError, match="source"):
        source()
    assert asked
    assert all(path.startswith("/moved/") for path in asked)
    assert said == [NOT_READ]
