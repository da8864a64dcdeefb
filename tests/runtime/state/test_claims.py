"""The contract of claims: one process answers an update, what it does not finish is free again, and what is done stays done."""

from __future__ import annotations

import asyncio

from bot.runtime.state import Claim, MemoryClaims, State


async def test_one_has_an_update_until_it_is_done(state: State) -> None:
    """Of all who ask at once; and no other update is touched."""
    asked = await asyncio.gather(*(state.claims.claim(7) for _ in range(10)))
    assert asked.count(Claim.MINE) == 1
    assert asked.count(Claim.BUSY) == 9
    await state.claims.done(7)
    assert await state.claims.claim(7) is Claim.DONE
    assert await state.claims.claim(8) is Claim.MINE


async def test_a_dropped_claim_is_free_and_what_is_done_stays_done(state: State) -> None:
    """Dropping what was never claimed, or is done already, changes nothing."""
    assert await state.claims.claim(7) is Claim.MINE
    await state.claims.drop(7)
    assert await state.claims.claim(7) is Claim.MINE
    await state.claims.done(7)
    await state.claims.drop(7)
    await state.claims.drop(9)
    assert await state.claims.claim(7) is Claim.DONE
    assert await state.claims.claim(9) is Claim.MINE


async def test_done_without_a_claim_is_done(state: State) -> None:
    """Who answered unclaimed, because nobody could be asked, says so all the same."""
    await state.claims.done(7)
    assert await state.claims.claim(7) is Claim.DONE
    assert not await state.claims.renew(7)


async def test_a_claim_that_was_made_can_be_renewed(state: State) -> None:
    """And none that was not."""
    assert not await state.claims.renew(7)
    await state.claims.claim(7)
    assert await state.claims.renew(7)
    assert await state.claims.claim(7) is Claim.BUSY


async def test_a_claim_runs_out_and_loses_no_question() -> None:
    """In memory, on a clock: free again after its seconds, renewed it lasts, and what is done is forgotten in its time."""
    now = [100.0]
    claims = MemoryClaims(limit=3, seconds=100, claimed=10, clock=lambda: now[0])
    assert await claims.claim(1) is Claim.MINE
    now[0] = 109.0
    assert await claims.claim(1) is Claim.BUSY
    assert await claims.renew(1)
    now[0] = 118.0
    assert await claims.claim(1) is Claim.BUSY
    now[0] = 119.5
    assert not await claims.renew(1)
    assert await claims.sweep() == 1
    assert await claims.claim(1) is Claim.AGAIN
    assert await claims.claim(1) is Claim.BUSY
    await claims.done(1)
    now[0] = 219.0
    assert await claims.claim(1) is Claim.DONE
    now[0] = 220.0
    assert await claims.sweep() == 0
    assert await claims.claim(1) is Claim.MINE


async def test_the_memory_is_bounded() -> None:
    """The oldest numbers give way."""
    claims = MemoryClaims(limit=3)
    for number in range(5):
        await claims.claim(number)
        await claims.done(number)
    assert await claims.sweep() == 3
    assert await claims.claim(4) is Claim.DONE
    assert await claims.claim(0) is Claim.MINE
    await claims.close()
    assert await claims.claim(4) is Claim.MINE
