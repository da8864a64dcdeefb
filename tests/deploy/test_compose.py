"""The Compose file of two replicas: as its own schema wants it, shut in, in memory, and its programs started as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.valkey_server import program, running, shipped_files

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy/replicas/compose.yaml"


def _compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


@pytest.mark.heavy
def test_compose_takes_the_file() -> None:
    """By the schema of Compose's own specification."""
    pytest.importorskip("check_jsonschema", reason="pip install '.[heavy]'")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


def test_each_container_is_shut_in_and_keeps_nothing() -> None:
    """As the lines of the Dockerfile, for each of the four."""
    services = _compose()["services"]
    assert set(services) == {"replica-1", "replica-2", "valkey", "proxy"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"] == {"driver": "none"}, name
        assert service["mem_limit"] == service["memswap_limit"], name
        assert service["ulimits"]["core"] == 0, name
        assert not service["user"].startswith(("0", "root")), name
        assert service["pids_limit"], name
    for name, volume in _compose()["volumes"].items():
        assert (volume["driver_opts"]["type"], volume["driver_opts"]["device"]) == ("tmpfs", "tmpfs"), name


def test_valkey_is_reached_through_its_socket_alone_and_replicas_through_theirs() -> None:
    """No network for the one, no open port for the others; each replica has its own folder, and the proxy comes into both."""
    services = _compose()["services"]
    assert services["valkey"]["network_mode"] == "none"
    assert "networks" not in services["valkey"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert not set(services["proxy"]["networks"]) & set(services["replica-1"]["networks"])
    front = re.findall(r"server unix:(\S+)", (ROOT / "deploy/replicas/nginx.conf").read_text("utf-8"))
    listens = [services[name]["environment"]["CONSTELLATION_TELEGRAM_LISTEN"] for name in ("replica-1", "replica-2")]
    assert listens == front
    places = [dict(reversed(volume.split(":")[:2]) for volume in services[f"replica-{number}"]["volumes"]) for number in "12"]
    mine = [place.pop(str(Path(path).parent)) for place, path in zip(places, listens, strict=True)]
    assert len(set(mine)) == 2
    assert places[0] == places[1]
    in_front = dict(reversed(volume.split(":")[:2]) for volume in services["proxy"]["volumes"])
    assert [in_front[str(Path(path).parent)] for path in listens] == mine
    one, two = (services[f"replica-{number}"]["environment"] for number in "12")
    assert {name for name in one if one[name] != two[name]} == {"CONSTELLATION_TELEGRAM_LISTEN"}


def test_who_owns_a_folder_of_sockets_and_who_comes_in() -> None:
    """Valkey's is its own user's, and the bots' group comes in; a replica's is the bot's, and the proxy's group comes in."""
    compose = _compose()
    user = {name: service["user"].split(":") for name, service in compose["services"].items()}
    options = {
        name: dict(each.split("=") for each in volume["driver_opts"]["o"].split(","))
        for name, volume in compose["volumes"].items()
    }
    assert (options["valkey"]["uid"], options["valkey"]["gid"]) == (user["valkey"][0], user["replica-1"][1])
    assert user["valkey"][1] == user["replica-1"][1], "so that its socket is the group's"
    for name in ("front-1", "front-2"):
        assert (options[name]["uid"], options[name]["gid"]) == (user["replica-1"][0], user["proxy"][1])
    assert {each["mode"] for each in options.values()} == {"0750"}
    assert len({user[name][0] for name in ("replica-1", "valkey", "proxy")}) == 3


def test_what_it_mounts_is_here() -> None:
    """But for the operator's own secrets, which no commit can take along."""
    kept = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"deploy/replicas/secrets/", "deploy/replicas/.env"} <= set(kept)
    compose = _compose()
    mounted = [volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]]
    files = [name for name in mounted if name.startswith(".")] + [secret["file"] for secret in compose["secrets"].values()]
    assert len(files) >= 7
    for name in files:
        assert name.startswith("./secrets/") or (FILE.parent / name).is_file(), name
    asked = set(re.findall(r"\$\{(\w+)", FILE.read_text("utf-8")))
    assert asked == set(re.findall(r"(?m)^#?([A-Z_]+)=", (FILE.parent / "settings.example").read_text("utf-8")))


@pytest.mark.heavy
async def test_its_look_at_valkey_sees_whether_it_answers(tmp_path: Path) -> None:
    """The very line, with the one user of the access list."""
    cli = shutil.which("valkey-cli") or str(Path(program()).with_name("valkey-cli"))
    (tmp_path / "valkey-cli").symlink_to(cli)
    kind, line = _compose()["services"]["valkey"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    line = line.replace("/run/constellation-valkey", str(tmp_path))
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    look = ["/bin/sh", "-c", line]
    assert subprocess.run(look, env=environ, capture_output=True, check=False).returncode != 0
    async with running(tmp_path, [program(), str(shipped_files(tmp_path))]):
        assert subprocess.run(look, env=environ, capture_output=True, check=False).returncode == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter; those of `tmp_path` are one user's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.heavy
def test_nginx_takes_its_line_without_root(open_folder: Path) -> None:
    """Another user, its own place for the number of its process, and no log of its own."""
    if not (shutil.which("nginx") and shutil.which("setpriv")) or os.geteuid():
        pytest.skip("no nginx, or not root, who alone can be somebody else: apt-get install nginx-light")
    proxy = _compose()["services"]["proxy"]
    text = (ROOT / "deploy/replicas/nginx.conf").read_text("utf-8")
    # The certificate is the operator's, and ports below 1024 are open to all in the container.
    text = re.sub(r"(?m)^ *ssl_certificate.*\n", "", text).replace("listen 443 ssl;", "listen 127.0.0.1:18443;")
    # Debian's build keeps what is too large for memory elsewhere than the image, which has a place in memory for it.
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    assert any(place.startswith("/var/cache/nginx:") for place in proxy["tmpfs"])
    text = text.replace("http {", "http {" + "".join(f" {kind}_temp_path {open_folder}/{kind};" for kind in kinds))
    (open_folder / "nginx.conf").write_text(text.replace("HOST", "localhost"), "utf-8")
    user, group = proxy["user"].split(":")
    os.chown(open_folder, int(user), int(group))
    words = [re.sub("^/etc/constellation|(?<=pid )/tmp", str(open_folder), word) for word in proxy["entrypoint"]]
    found = subprocess.run(
        ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *words, "-t"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test is successful" in found.stderr
