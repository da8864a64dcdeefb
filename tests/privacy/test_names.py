"""One slow derivation for each event: name and key come from it, in every store that outlives an answer; the fast is short."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from benchmarks import names
from bot.channels.sessions import Sessions
from bot.channels.telegram import app
from bot.ops.inventory import keyed, table
from bot.ops.inventory.fields import keyed_stores
from bot.privacy import pseudonym
from bot.privacy.pepper import Pepper, Peppers
from bot.privacy.pseudonym import Namer, RecordKeys, chat_secret, record_keys
from bot.privacy.session import Session
from bot.runtime.state import MemoryPacing, MemorySessions, MemoryState, MemoryTombstones

ROOT = Path(__file__).resolve().parents[2]
ANN, BEN = 5_000_000_001, 5_000_000_002


@pytest.fixture
def scrypts(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was derived, one entry for each scrypt."""
    made: list[bytes] = []

    def counted(password: bytes, **options: Any) -> bytes:
        made.append(password)
        return hashlib.scrypt(password, **options)

    monkeypatch.setattr(pseudonym, "scrypt", counted)
    return made


async def test_an_event_costs_one_derivation_whatever_it_finds(scrypts: list[bytes]) -> None:
    """A newcomer, one who is known, and one whose session is of the epoch before; name, key and the count of floods alike."""
    now = [100.0]
    peppers, store = Peppers(lambda: now[0], 100), MemorySessions()
    sessions = Sessions(MemoryState(store), Namer(peppers, "a", 2), ttl=50)
    async with sessions.hold(ANN, priority=True) as lease:
        assert lease.session is None
        await lease.save(Session("before"))
    now[0] = 210.0
    for chat in (ANN, BEN, ANN):
        async with sessions.hold(chat, priority=True) as lease:
            assert (lease.session is not None) is (chat == ANN)
            await lease.save(Session("now"))
    assert scrypts == [b"a\0%d" % chat for chat in (ANN, ANN, BEN, ANN)]
    assert len(store._kept) == 2


async def test_nothing_that_outlives_an_answer_is_reached_without_it(scrypts: list[bytes]) -> None:
    """Each way to a planted person that is neither short nor a named exception costs a scrypt for each id; all ways find it."""
    seized = await names.planted(ANN, cost=2)
    chats = range(ANN - 5, ANN + 1)
    for title, (way, attack) in names.WAYS.items():
        scrypts.clear()
        assert names.tries(seized, attack, chats) == ANN, title
        assert len(scrypts) == (len(chats) if way == "slow" else 0), title
    for title, (_, attack) in names.WAYS.items():
        assert names.tries(seized, attack, range(BEN, BEN + 3)) is None, title
    await seized.state.close()


def test_each_way_that_is_described_is_tried() -> None:
    """By the script, and the page on threats has what it found."""
    assert {way for way, _ in names.WAYS.values()} == {name for name, way in keyed.ways().items() if way.tried}
    page = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    assert table.in_page(page) == page, "Write it again: constellation ops inventory --write docs/threat-model.md"


def test_the_cost_is_the_one_that_was_measured() -> None:
    """N = 2,048 and r = 11 took 4.1 ms on one core: cheaper names would undo what the pages say."""
    assert pseudonym.COST * pseudonym.BLOCKS >= 2048 * 11
    assert f"N = {pseudonym.COST:,}, r = {pseudonym.BLOCKS}" in keyed.ways()["slow"].by
    told = chat_secret(b"s" * 32, "telegram", ANN)
    assert told == hashlib.scrypt(b"telegram\0%d" % ANN, salt=b"s" * 32, n=2048, r=11, p=1, maxmem=2**26, dklen=32)


def test_no_keyed_store_is_missing_in_the_list() -> None:
    """A mapping or a set that a running bot files something in belongs into bot/ops/inventory/keyed.yaml, with its way."""
    assert keyed.unlisted() == ()
    assert keyed.gone() == ()


def test_what_is_filed_by_a_fast_hash_is_listed_as_short() -> None:
    """Each class that has a `ChatDigest` keeps no store that is said to be slow, or to hold nothing of anybody."""
    digests = {name.rpartition(".")[0] for name in table.existing() if name.endswith("._digest")}
    assert digests
    for store, way in keyed.stores().items():
        if store.rpartition(".")[0] in digests and not store.endswith("._tasks"):
            assert way in ("queued", "signal"), store


@pytest.mark.parametrize(
    "body",
    [
        "class A:\n    def __init__(self):\n        self.chats: dict[int, str] = {}\n",
        "class A:\n    def __init__(self):\n        self.chats = set()\n",
        "class A:\n    def late(self):\n        self.b, self.chats = 1, OrderedDict()\n",
        "@dataclass\nclass A:\n    chats: dict[bytes, int]\n",
        "class A:\n    def __init__(self):\n        self.chats: MutableMapping[int, str] = make()\n",
    ],
)
def test_a_new_keyed_store_is_found(tmp_path: Path, body: str) -> None:
    """In each way that Python has to make one."""
    for name, text in {"commands/run/channel.py": "from bot.channels import new\n", "channels/new.py": body}.items():
        path = tmp_path / "bot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert keyed_stores(tmp_path) == ("bot/channels/new.py:A.chats",)


async def test_what_is_filed_by_a_fast_hash_is_gone_in_five_seconds() -> None:
    """With the sweep of a running channel, whatever Telegram's own wait: only who still waits has it remembered."""
    assert app.SWEEP <= 1
    now = [0.0]
    pacing, tombstones = MemoryPacing(clock=lambda: now[0]), MemoryTombstones(lambda: now[0])
    for _ in range(3):
        await pacing.take(ANN)
    await pacing.hold(ANN, 3600)
    for second in range(1, 60):
        now[0] = float(second)
        assert await pacing.take(ANN) > 3000
    await pacing.take(BEN)
    await tombstones.put(ANN, 5, 3.0)
    now[0] += 5 - app.SWEEP
    assert await pacing.sweep() == await tombstones.sweep() == 0


def test_a_pepper_that_is_gone_leaves_noise() -> None:
    """The salt stays; names and keys change with the pepper. Replicas: test_spread_peppers.py."""
    now = [100.0]
    peppers = Peppers(lambda: now[0], 100)
    secret = chat_secret(peppers.salt, "a", 1, 2)
    before, salt = record_keys(peppers.current(), secret), peppers.salt
    now[0] = 350.0
    assert peppers.salt == salt
    assert before not in [record_keys(pepper, secret) for pepper in peppers.accepted()]
    assert len({*before, *record_keys(Pepper(0, b"q" * 32), secret)}) == 4
    assert isinstance(before, RecordKeys)


async def test_sessions_of_one_chat_are_the_same_whoever_opens_them() -> None:
    """Two holders wait for each other: what the first wrote, the second reads."""
    sessions = Sessions(MemoryState(), Namer(Peppers(), "a", 2))

    async def more() -> None:
        async with sessions.hold(ANN, priority=True) as lease:
            revision = lease.session.revision if lease.session else 0
            await asyncio.sleep(0.01)
            await lease.save(Session("t", revision=revision))

    await asyncio.gather(*(more() for _ in range(5)))
    async with sessions.hold(ANN, priority=True) as lease:
        assert lease.session is not None
        assert lease.session.revision == 5
