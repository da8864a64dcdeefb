"""A real server behind TLS: used where its certificate is of its name and signed by the one we trust; else it is told nothing."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.runtime.state import StateError
from bot.runtime.state.valkey import ValkeyServer
from bot.runtime.state.valkey.address import client_of
from bot.runtime.state.valkey.server import AwayError
from tests.runtime.state.real_server import RealServer

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="apt-get install openssl")


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """One that signs itself, for `name`; and its key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@asynccontextmanager
async def _front(server: RealServer, certificate: Path, key: Path) -> AsyncIterator[tuple[int, list[int]]]:
    """TLS before `server`, on a port of this machine; how many bytes of each connection came through."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    told: list[int] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(told)
        told.append(0)
        there, back = await asyncio.open_unix_connection(server.socket)
        first = await reader.read(65536)
        told[number] = len(first)
        back.write(first)
        await asyncio.gather(carry(reader, back), carry(there, writer), return_exceptions=True)

    async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context) as served:
        yield served.sockets[0].getsockname()[1], told


async def test_it_is_used_with_the_certificate_of_its_name(server: RealServer, tmp_path: Path) -> None:
    """What it is asked passes through TLS."""
    certificate, key = _certificate(tmp_path, "localhost")
    async with _front(server, certificate, key) as (port, told):
        valkey = ValkeyServer(f"valkeys://constellation@localhost:{port}?ssl_ca_certs={certificate}")
        async with asyncio.timeout(20):
            while not valkey.run_id:  # a busy machine may need more than one try
                with contextlib.suppress(AwayError):
                    await valkey.ping()
                await asyncio.sleep(0.1)
        assert sum(told) > 0
        await valkey.close()


@pytest.mark.parametrize("stranger", ["another name", "another signer"])
async def test_a_stranger_is_told_nothing(server: RealServer, tmp_path: Path, stranger: str) -> None:
    """A certificate of another name, though we trust who signed it; and one that somebody else has signed."""
    shown, key = _certificate(tmp_path, "other.test" if stranger == "another name" else "localhost")
    trusted = shown
    if stranger == "another signer":
        (tmp_path / "ours").mkdir()
        trusted, _ = _certificate(tmp_path / "ours", "localhost")
    async with _front(server, shown, key) as (port, told):
        valkey = ValkeyServer(f"valkeys://constellation@localhost:{port}?ssl_ca_certs={trusted}")
        with pytest.raises(AwayError):
            await valkey.ping()
        assert valkey.away
        assert sum(told) == 0
        await valkey.close()


@pytest.mark.parametrize(
    "address",
    [
        "valkeys://localhost:6379?ssl_cert_reqs=none",
        "valkeys://localhost:6379?ssl_check_hostname=False",
        "valkeys+sentinel://localhost:26379/bot?ssl_cert_reqs=none",
        "valkeys+sentinel://localhost:26379/bot?db=1",
    ],
)
def test_no_address_turns_the_look_off(address: str) -> None:
    """Nor does one with Sentinel hold what would be left out."""
    pytest.importorskip("valkey", reason="no client of Valkey: pip install '.[dev]'")
    with pytest.raises(StateError):
        client_of(address)


def test_sentinels_and_servers_are_looked_at_too() -> None:
    """Each connection, to a sentinel or to the server that it names, gets who is trusted and the look at the name."""
    pytest.importorskip("valkey", reason="no client of Valkey: pip install '.[dev]'")
    client = client_of("valkeys+sentinel://localhost:26379/bot?ssl_ca_certs=/ca.crt")
    pools = [client.connection_pool, *(one.connection_pool for one in client.connection_pool.sentinel_manager.sentinels)]
    for pool in pools:
        said = pool.connection_kwargs
        assert (said["ssl_ca_certs"], said["ssl_check_hostname"]) == ("/ca.crt", True)
        assert "SSL" in pool.connection_class.__name__
