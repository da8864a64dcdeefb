"""Several processes serve one page: each opens what another has sealed, and a talk left at one is closed at all."""

from __future__ import annotations

from contextlib import AsyncExitStack

import aiohttp
import pytest

from benchmarks.support.browser import Browser
from bot.channels.settings import Sharing
from bot.channels.web import app
from bot.channels.web.seals import SEALED, TTL, Opened, Seals
from bot.channels.web.settings import Settings
from bot.engine import World, step
from bot.runtime.state import MemoryState
from tests.privacy.fleet import START, Fleet
from tests.runtime.state.real_server import RealServer

PERIOD = 1800


def _seals(fleet: Fleet) -> list[Seals]:
    """Those of each replica, with clocks of their own that have nothing in common."""
    return [Seals(lambda shift=number * 9999.0: shift, peppers=one) for number, one in enumerate(fleet.all)]


async def test_each_replica_opens_what_another_has_sealed() -> None:
    """For half an hour by the clock they share, over a turn of the pepper, and not a second longer."""
    fleet = Fleet(3)
    await fleet.seconds(6)
    one, two, three = _seals(fleet)
    fleet.server.time = START + PERIOD - 60
    await fleet.seconds(5)
    talk = one.talk()
    sealed, made = one.seal(talk, "~state"), fleet.server.time
    assert len(sealed) == SEALED
    for later in (0, 60, 600, TTL - 1):
        fleet.server.time = made + later
        await fleet.seconds(1)
        fleet.server.time -= 1
        assert two.open(sealed) == three.open(sealed) == Opened(talk, "~state"), later
    fleet.server.time = made + TTL + 0.1
    assert [each.open(sealed) for each in (one, two, three)] == [None] * 3


async def test_an_old_page_is_noise_when_its_pepper_is_gone() -> None:
    """Whoever still holds it in a browser, and all that the replicas hold an hour later."""
    fleet = Fleet(2)
    await fleet.seconds(6)
    one, two = _seals(fleet)
    sealed = one.seal(one.talk(), "~state")
    for turn in (1, 2):
        fleet.server.time = START + turn * PERIOD - 60
        await fleet.seconds(4)
        fleet.server.time = START + turn * PERIOD + 1
        await fleet.seconds(1)
    one.ttl = two.ttl = 10 * PERIOD  # not the clock: the keys are gone
    assert one.open(sealed) is two.open(sealed) is None
    assert one.open(two.seal(one.talk(), "~state"))


async def test_all_gone_and_every_page_is_closed() -> None:
    """As a restart does where there is one process."""
    fleet = Fleet(2)
    await fleet.seconds(6)
    sealed = _seals(fleet)[0].seal(Seals.talk(), "~state")
    fleet.all.clear()
    fleet.add()
    await fleet.seconds(12)
    assert fleet.all[0].is_ready
    assert _seals(fleet)[0].open(sealed) is None


async def test_without_a_pepper_pages_are_answered_all_the_same() -> None:
    """A replica that has not joined yet opens its own, before and after; nobody else does."""
    fleet = Fleet(2)
    early, other = _seals(fleet)
    talk = early.talk()
    sealed = early.seal(talk, "~state")
    assert early.open(sealed) == Opened(talk, "~state")
    assert other.open(sealed) is None
    await fleet.seconds(6)
    assert early.open(sealed) == Opened(talk, "~state")
    assert other.open(sealed) is None
    assert other.open(early.seal(talk, "~state"))


async def test_a_new_key_closes_what_was_sealed_before() -> None:
    """Where no room is left to remember who left: at this replica, for pages of any."""
    fleet = Fleet(2)
    await fleet.seconds(6)
    one, two = _seals(fleet)
    sealed = [one.seal(one.talk(), "~state"), two.seal(two.talk(), "~state")]
    one.renew()
    assert [one.open(each) for each in sealed] == [None, None]
    fleet.server.time += 1
    assert one.open(one.seal(one.talk(), "~state"))
    assert one.open(two.seal(two.talk(), "~state"))


async def test_a_talk_left_at_one_is_closed_at_the_other(page_world: World, session: aiohttp.ClientSession) -> None:
    """Begun here, gone on there, left here, and sent again to both."""
    fleet = Fleet(2)
    await fleet.seconds(6)
    state = MemoryState()
    async with AsyncExitStack() as stack:
        here, there = [
            await stack.enter_async_context(app.channel(step, lambda: page_world, Settings(), state, seals))
            for seals in _seals(fleet)
        ]
        browser = Browser(session, here.address)
        page = await browser.open()
        page = await browser.press("Begin")
        elsewhere = Browser(session, there.address)
        tips = await elsewhere.send(page.press("Tips to stay safer"))
        assert "Sex, HIV, health" in tips.labels
        again = tips.press("Sex, HIV, health")
        assert (await browser.press("Leave")).main == "Nothing here."
        for one in (browser, elsewhere):
            closed = await one.send(again)
            assert "This page was closed. You can begin again." in closed.main


@pytest.mark.heavy
async def test_two_pages_on_a_real_server_are_one(page_world: World, session: aiohttp.ClientSession) -> None:
    """As they run: each fetches the pepper from the other, opens what the other has made, and closes what was left there; a page
    with another secret opens nothing. While the server stands still, people are answered by whoever made their page."""
    pytest.importorskip("valkey")
    server = RealServer().start()
    try:
        async with AsyncExitStack() as stack:
            addresses = []
            for secret in ("one" * 11, "one" * 11, "two" * 11):
                settings = Settings(sharing=Sharing(server.address), join_secret=secret)
                running = await stack.enter_async_context(app.channel(step, lambda: page_world, settings))
                addresses.append(running.address)
            here, there, foreign = (Browser(session, address) for address in addresses)
            await here.open()
            page = await here.press("Begin")
            tips = await there.send(page.press("Tips to stay safer"))
            assert "Sex, HIV, health" in tips.labels
            again = tips.press("Sex, HIV, health")
            assert "This page was closed. You can begin again." in (await foreign.send(again)).main
            assert (await here.press("Leave")).main == "Nothing here."
            for one in (here, there):
                assert "This page was closed. You can begin again." in (await one.send(again)).main
            server.freeze()
            await there.open()
            await there.press("Begin")
            assert "Sex, HIV, health" in (await there.press("Tips to stay safer")).labels
            server.resume()
    finally:
        server.stop()
