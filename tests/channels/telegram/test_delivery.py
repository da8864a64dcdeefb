"""Nothing is lost, nothing is out of order, and whatever breaks heals by itself."""

from __future__ import annotations

import asyncio
import json
import random
import time
from copy import copy
from dataclasses import replace

import pytest

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import Fault, Message
from bot.channels.telegram.chat_queue import ChatQueues
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.job import Job
from bot.channels.telegram.updates import Update, update_ids
from bot.engine import EraseTyped, Typed
from bot.runtime.state import MemorySessions


async def opened(server, *people):
    """The welcome stands in everybody's chat, alone."""
    for person in people:
        person.types("/start")
    for person in people:
        await server.until(lambda person=person: len(person.sees) == 1 and person.sees[0].by_bot)
    await server.quiet()


async def test_faults_of_every_kind_lose_no_question(server, start):
    """A tenth of all calls fails in some way; everybody's last words are answered, once, and no limit is broken."""
    await start()
    server.random = random.Random(7)
    kinds = [Fault(status=500), Fault(status=502), Fault("before"), Fault("after"), Fault("truncated")]

    def fault(method):
        return server.random.choice(kinds) if server.random.random() < 0.1 else None

    server.any_fault = fault
    people = [server.person(100 + number) for number in range(30)]
    for number, person in enumerate(people):
        person.types(f"question {number}")
    for number, person in enumerate(people):
        await server.until(lambda n=number, p=person: any(f"question {n} " in m.text for m in p.sees if m.by_bot), 15)
    await server.quiet(15)
    server.any_fault = lambda _: None
    for person in people:
        await server.until(lambda person=person: all(message.by_bot for message in person.sees))
        # Where a send came to nothing that anybody knows of, a second one may stand until the next question for news is answered.
        await server.until(lambda person=person: len(person.sees) == 1, 15)
    assert server.violations == 0


@pytest.mark.parametrize("hurried", [True, False])
async def test_words_beside_a_danger_are_erased_before_all_other_work(server, start, hurried):
    """Once the screen is out, and before the session is written; other words behind it."""
    order = []

    class Store(MemorySessions):
        async def put(self, name, sealed, ttl, held):
            words = [message for message in person.sees if not message.by_bot]
            order.append(("stored", any("he is here" in message.text for message in words)))
            return await super().put(name, sealed, ttl, held)

    def step(world, token, event):
        turn = tiny_engine.step(world, token, event)
        return replace(turn, effects=(*turn.effects, EraseTyped())) if hurried and isinstance(event, Typed) else turn

    await start(Store(), step)
    person = server.person(11)
    await opened(server, person)
    order.clear()
    person.types("he is here")
    await server.until(lambda: any("he is here" in message.text for message in person.sees if message.by_bot))
    await server.until(lambda: bool(order) and all(message.by_bot for message in person.sees))
    assert order[0] == ("stored", not hurried)


async def test_a_restart_in_the_middle_loses_nothing(server, start):
    """Killed twice among 40 questions, the bot answers each, erases the words and leaves one bubble in each chat."""
    bot = await start()
    server.api_delay = 0.02
    people = [server.person(100 + number) for number in range(40)]
    for number, person in enumerate(people):
        person.types(f"question {number}")
    for pause in (0.07, 0.1):
        await asyncio.sleep(pause)
        await bot.kill()
        bot = await start()
    for number, person in enumerate(people):
        await server.until(lambda n=number, p=person: any(f"question {n} " in m.text for m in p.sees if m.by_bot), 10)
    await server.quiet(10)
    for person in people:
        await server.until(lambda person=person: len(person.sees) == 1, 15)


async def test_words_already_answered_are_not_answered_again_after_a_restart(server, start):
    """An update that was answered but not confirmed comes again: its words are gone, so nothing is sent."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    ann.types("hello")
    update = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 1 and "hello" in ann.screen.text)
    await bot.stop()
    sent = server.calls["sendMessage"]
    server.updates.append((update["update_id"], update))
    await start()
    await server.quiet()
    assert server.calls["sendMessage"] == sent


async def test_a_known_update_shows_the_same_screen_again(server, start):
    """With a live session a repeated update changes nothing that can be seen."""
    ann, store = server.person(11), MemorySessions()
    bot = await start(store)
    await opened(server, ann)
    ann.types("hello")
    update = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 1 and "hello" in ann.screen.text)
    await server.quiet()
    before = ann.screen.id
    server.updates.append((update["update_id"], update))
    server._news.set()
    await server.quiet()
    assert [message.id for message in ann.sees] == [before]
    assert bot.parts.counters.faults == 0


async def test_poison_is_counted_and_others_are_answered(server, start, lines):
    """Updates that make no sense stop nobody, and nothing of them is printed."""
    ann = server.person(11)
    bot = await start()
    bad = [
        {"message": {"message_id": 1}},
        {"message": "CANARY-text"},
        {"callback_query": {"id": 5, "data": "CANARY"}},
        {"message": {"message_id": "CANARY", "chat": {"id": 1, "type": "private"}}},
        {"message": {"message_id": 5, "chat": {"id": "CANARY", "type": "private"}}},
        {"something_new": {"CANARY": True}},
        {"message": None},
        {"callback_query": []},
    ]
    for content in bad:
        server.add_update(content)
    ann.types("hello")
    await server.until(lambda: any("hello" in message.text for message in ann.sees if message.by_bot))
    await server.quiet()
    assert bot.parts.counters.poison == 7
    assert "CANARY" not in "".join(lines)


async def test_a_truncated_or_garbled_batch_is_asked_for_again(server, start):
    """Half an answer of getUpdates confirms nothing."""
    ann = server.person(11)
    answers = [b'{"ok":true,"result":[{"update_id":600000', b"<html>", b'{"ok":true}']
    server.raw_updates = lambda: answers.pop(0) if answers else None
    await start()
    ann.types("hello")
    await server.until(lambda: any("hello" in message.text for message in ann.sees if message.by_bot), 8)


async def test_duplicates_and_reordering_leave_one_screen_in_order(server, start):
    """Batches that repeat and shuffle updates end with the last words answered, in one bubble."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    rng = random.Random(3)

    def mangle(updates):
        mixed = [*updates, *updates[:2]]
        rng.shuffle(mixed)
        return mixed

    server.mangle = mangle
    for number in range(6):
        ann.types(f"question {number}")
    await server.until(lambda: "question 5" in ann.screen.text and len(ann.sees) == 1)
    answered = [text for _, _, text in server.edits_of if "You said" in text]
    order = [int(text.split("question ")[1].split(" ")[0]) for text in answered]
    assert order == sorted(order)


async def test_newer_presses_supersede_pending_ones(server, start):
    """Ten presses in a row cost a few edits, all are acknowledged, and the last one is what is seen."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    bubble = ann.screen
    server.api_delay = 0.05
    queries = [ann.presses(f"Go {'abc'[number % 3]}", bubble) for number in range(10)]
    await server.until(lambda: all(query in server.acknowledged for query in queries))
    await server.until(lambda: "This is a" in ann.screen.text)
    await server.quiet()
    assert server.calls["editMessageText"] <= 3
    assert bot.parts.counters.superseded >= 7
    assert max(server.acknowledged[query][0] for query in queries) < 1


async def test_a_limited_chat_waits_alone(server, start):
    """Telegram limits one chat for a second: nothing is sent to it meanwhile, others are not held up."""
    ann, ben = server.person(11), server.person(12)
    await start()
    await opened(server, ann, ben)
    server.faults["editMessageText"] = [Fault(status=429, retry_after=1)]
    ann.presses("Go a")
    await server.until(lambda: not server.faults["editMessageText"])
    ann.presses("Go b")
    began = time.monotonic()
    ben.presses("Go c")
    await server.until(lambda: "This is c" in ben.screen.text)
    assert time.monotonic() - began < 0.3
    await server.until(lambda: "This is b" in ann.screen.text)
    assert time.monotonic() - began > 0.8
    assert server.violations == 0


async def test_html_that_telegram_refuses_is_sent_as_plain_text(server, start):
    """A refusal of the text is answered by the same words without tags."""
    ann = server.person(11)
    bot = await start()
    server.faults["sendMessage"] = [Fault(status=400)]
    ann.types("/start")
    await server.until(lambda: any(message.by_bot for message in ann.sees))
    assert "<b>" not in ann.screen.text
    assert bot.parts.counters.plain == 1


async def test_a_fault_in_the_engine_still_answers(server, start, lines):
    """Where the engine breaks, the first screen comes, and the log holds the class and the place alone."""
    ann = server.person(11)
    await start()
    ann.types("boom")
    await server.until(lambda: any("Welcome" in message.text for message in ann.sees))
    await server.quiet()
    ann.presses("Break")
    await server.until(lambda: ann.screen.versions == 1 and server.calls["answerCallbackQuery"] == 1)
    await server.quiet()
    said = [line for line in lines if line.startswith("fault ")]
    assert {line.split()[1] for line in said} == {"error=ValueError", "error=KeyError"}
    assert "secret" not in "".join(lines)


async def test_groups_are_left_at_once(server, start):
    """Put into a group, the bot goes, and says nothing there."""
    await start()
    server.joins_group(-100123)
    await server.until(lambda: -100123 not in server.groups)
    assert server.calls["sendMessage"] == 0


async def test_polling_comes_back_after_every_refusal(server, start, lines):
    """401, 404, 409 and 502 on getUpdates end, and within a second or two the bot answers again."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    server.faults["getUpdates"] = [Fault(status=code) for code in (401, 404, 409, 502)]
    ann.presses("Go a")
    await server.until(lambda: not server.faults["getUpdates"])
    ann.presses("Go b")
    await server.until(lambda: "This is b" in ann.screen.text, 4)
    assert any(line.startswith("poll_failed code=401") for line in lines)


async def test_an_outage_heals(server, start):
    """The server is gone for a while; what was asked meanwhile is answered soon after it is back."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    await server.stop()
    ann.presses("Go a")
    await asyncio.sleep(1.0)
    await server.start()
    await server.until(lambda: "This is a" in ann.screen.text, 5)


async def test_health_is_the_age_of_the_last_good_poll(server, start, tmp_path):
    """Red when Telegram has not answered for long, green with the next answer; the file says the same and is empty."""
    from bot.runtime.health import Health, healthy

    now = [0.0]
    file = tmp_path / "health"
    health = Health(file, lambda: now[0])
    health.good()
    assert healthy(file)
    assert not health.red
    now[0] = 29.0
    assert health.red
    health.good()
    assert not health.red
    assert file.read_bytes() == b""
    assert not healthy(file, now=time.time() + 60)


async def test_a_clean_stop_confirms_what_is_done(server, start):
    """After SIGTERM nothing answered is delivered to the next process."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    ann.presses("Go a")
    await server.until(lambda: "This is a" in ann.screen.text)
    await bot.stop()
    assert server.updates == []


@pytest.mark.parametrize("levels", [5, 17, 400, 20_000])
def test_an_update_nested_deep_does_not_stop_those_beside_it(levels):
    """However deep, with brackets in its texts: the others of the delivery are read, and it is let go as broken or odd."""
    deep = b'{"update_id":1,"message":' + b'[{"a]}":"]}\\"", "b":' * levels + b"0" + b"}]" * levels + b"}"
    payload = b'{"ok":true,"result":[' + deep + b',{"update_id":2,"message":{}}]}'
    assert [number for number, _ in update_ids(payload)][-1] == 2
    assert len(update_ids(payload)) == 2


async def test_queues_keep_order_and_park_what_waits():
    """A chat's jobs run one after the other; a queue that holds twenty is parked but for its newest, counted, and still runs."""
    order, gate = [], asyncio.Event()

    async def work(job, queue):
        if job.update.id == 0:
            await gate.wait()
        order.append(job.update.id)

    counters = Counters()
    queues = ChatQueues(work, lambda queue, busy, draining: None, counters)
    jobs = [Job(Update(number, "typed", chat=1), asyncio.get_running_loop().time()) for number in range(25)]
    for job in jobs:
        queues.submit(job)
    await asyncio.sleep(0)
    assert queues.park() == 24
    assert all(job.confirmed and not job.done for job in jobs[:-1])
    # One more of the same flood is let go as well, and at once: it would hold up everybody whose update comes behind it.
    jobs.append(Job(Update(25, "typed", chat=1), asyncio.get_running_loop().time()))
    queues.submit(jobs[-1])
    assert queues.park() == 1
    gate.set()
    await jobs[-1].wait()
    assert order == list(range(26))
    assert counters.parked == 25
    await queues.drain(1)
    assert len(queues) == 0


async def test_update_ids_may_restart_lower(server, start):
    """After a quiet week Telegram counts from anywhere; the offset follows."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    server._update = 100
    ann.presses("Go a")
    await server.until(lambda: "This is a" in ann.screen.text)
    await server.until(lambda: not server.updates or server.updates[0][0] > 101, 3)
    ann.presses("Go b")
    await server.until(lambda: "This is b" in ann.screen.text)


async def test_a_flood_is_slowed_and_never_banned(server, start):
    """Many words at once are all answered, later and later."""
    ann = server.person(11)
    bot = await start()
    for number in range(24):
        ann.types(f"n{number}")
    await server.until(lambda: any("n23" in message.text for message in ann.sees if message.by_bot), 15)
    assert bot.parts.counters.slowed >= 2
    assert bot.parts.counters.dropped == 0


async def test_mutated_updates_are_decoded_or_poison(server, start):
    """Mutated updates never crash the decoder: each is decoded or poison."""
    from bot.channels.telegram.updates import PoisonError, decode

    ann = server.person(11, name='A"nn\\')
    ann.types('hello {["x')
    raw = json.dumps(server.updates[-1][1]).encode()
    rng = random.Random(5)
    for _ in range(3000):
        mutated = bytearray(raw)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(mutated))
            mutated[at : at + rng.randint(0, 4)] = bytes(rng.randrange(256) for _ in range(rng.randint(0, 4)))
        try:
            decode(bytes(mutated))
        except PoisonError:
            continue


async def test_a_press_answered_before_the_kill_is_not_shown_again_below(server, start):
    """A press, then words; both answered, neither confirmed: the next process shows neither again, and the newest stays."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    ann.presses("Go a")
    press = dict(server.updates[-1][1])
    await server.until(lambda: "This is a" in ann.screen.text)
    words = ann.types("hello")
    typed = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 1 and ann.screen.id > words)
    await server.quiet()
    await bot.kill()
    shown = len(server.edits_of)
    server.updates += [(press["update_id"], press), (typed["update_id"], typed)]
    await start()
    await server.quiet()
    assert len(server.edits_of) == shown
    assert len(ann.sees) == 1
    assert "hello" in ann.screen.text


async def test_words_answered_before_the_kill_stay_so_behind_a_press(server, start):
    """The process before answered both and erased the words, but had no time to delete the pressed message: the press changes
    nothing, and the session that it makes does not hide that the words were answered."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    pressed = ann.screen
    ann.presses("Go a")
    press = dict(server.updates[-1][1])
    await server.until(lambda: "This is a" in ann.screen.text)
    kept = copy(pressed)
    words = ann.types("hello")
    typed = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 1 and ann.screen.id > words)
    await server.quiet()
    await bot.kill()
    server.chats[ann.chat][kept.id] = kept
    shown = len(server.edits_of)
    server.updates += [(press["update_id"], press), (typed["update_id"], typed)]
    await start()
    await server.until(lambda: not server.updates)
    await server.quiet()
    assert [text for _, _, text in server.edits_of[shown:]] == []


async def test_a_screen_does_not_go_back_to_an_earlier_press_after_a_kill(server, start):
    """Two presses on one message and words between them, all answered: the earlier press is not shown again, and the words
    that were not answered yet are heard in its screen."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    here = ann.screen
    ann.presses("Go a")
    first = dict(server.updates[-1][1])
    await server.until(lambda: "This is a" in ann.screen.text)
    server.add_press(ann, here, "b")
    second = dict(server.updates[-1][1])
    await server.until(lambda: "This is b" in ann.screen.text)
    await server.quiet()
    await bot.kill()
    shown = len(server.edits_of)
    ann.types("hello")
    typed = dict(server.updates.pop()[1])
    number = typed["update_id"]
    rows = [row | {"update_id": number + at} for at, row in enumerate((first, typed, second))]
    server.updates += [(row["update_id"], row) for row in rows]
    await start()
    await server.until(lambda: not server.updates)
    await server.quiet()
    texts = [text for _, _, text in server.edits_of[shown:]]
    assert any("You said hello in a" in text for text in texts)
    assert not any("This is a" in text for text in texts)
    assert any("This is b" in message.text for message in ann.sees)


async def test_a_press_answered_in_a_new_message_is_not_answered_twice(server, start):
    """Where each screen is a message of its own, the pressed one goes last: gone means answered."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    ann.presses("Readers")
    press = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 1 and ann.screen.versions == 1 and ann.screen.id > 1002)
    await server.quiet()
    await bot.kill()
    sent = server.calls["sendMessage"]
    server.updates.append((press["update_id"], press))
    await start()
    await server.quiet()
    assert server.calls["sendMessage"] == sent


async def test_a_press_on_a_message_that_the_answer_before_replaced_is_not_lost(server, start):
    """A copy, and at once a press on the screen that the copy's answer is about to replace; the kill comes in between."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    before = ann.screen
    ann.presses("Keep a copy")
    copy = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 2 and before.id not in [message.id for message in ann.sees])
    await server.quiet()
    await bot.kill()
    sent = server.calls["sendMessage"]
    server.updates.append((copy["update_id"], copy))
    ann.presses("Go a", before)
    await start()
    await server.quiet()
    assert "This is a" in ann.screen.text
    assert server.calls["sendMessage"] == sent + 1  # and no second copy


async def test_a_press_on_a_replaced_message_is_not_lost_in_a_long_backlog_either(server, start):
    """Pressed twice while the bot was down, words in between, whose answer takes the screen's place; many wait behind."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    before = ann.screen
    await bot.stop()
    ann.presses("Go a", before)
    ann.types("hello")
    ann.presses("Go b", before)
    for number in range(120):
        server.person(100 + number).types("/start")
    await start()
    await server.until(lambda: not server.updates, 10)
    # On a busy machine the words are answered without a session, and their screen is replaced when that is written.
    await server.until(lambda: [message.text for message in ann.sees if "This is b" in message.text] == [ann.screen.text])


async def test_words_that_are_not_delivered_yet_survive_it_too(server, start):
    """They stand above the answer, and the process does not know of them: it may look there only after a delivery it asked for
    later. Where they were deleted, the process after the next kill would take them for answered."""
    ann = server.person(11)
    server.api_delay = 0.2
    ann.types("one")
    lost = server.put(11, Message(server.next_message(), True, "an answer that the process before sent", server.now()))
    server.faults["getUpdates"] = [Fault("late"), Fault("late", seconds=1.5)]
    await start()
    await server.until(lambda: server.calls["sendMessage"])
    two = ann.types("two")
    await server.until(lambda: "You said one" in ann.screen.text and ann.screen.id > two)
    await asyncio.sleep(1)
    assert two in [message.id for message in ann.sees]
    await server.until(lambda: "You said two" in ann.screen.text)
    await server.until(lambda: lost.id not in [message.id for message in ann.sees], 10)
    assert "You said two" in ann.screen.text


async def test_a_screen_that_was_pressed_meanwhile_survives_it_too(server, start):
    """The message that the search would have deleted has become the talk: words, an older screen, and a press on that."""
    ann = server.person(11)
    earlier = server.next_message()
    bot = await start()
    await opened(server, ann)
    before = ann.screen
    await bot.kill()
    words = server.put(11, Message(earlier, False, "one", server.now()))
    raw = {"message_id": words.id, "from": ann.user, "chat": server.chat_of(11), "date": int(words.date), "text": "one"}
    server.add_update({"message": raw})
    server.faults["getUpdates"] = [Fault("late"), Fault("late", seconds=1)]
    again = await start()
    await server.until(lambda: "You said one" in ann.screen.text)
    ann.presses("Go a", before)
    await server.until(lambda: "This is a" in before.text)
    await server.until(lambda: again.parts is not None and not len(again.parts.driver.queues), 20)
    assert [message.id for message in ann.sees] == [before.id]


async def test_words_that_wait_survive_the_search_for_a_lost_answer(server, start):
    """After a restart the messages between words and their answer are cleared, but not words that wait for their own."""
    ann = server.person(11)
    server.api_delay = 0.03
    ann.types("one")
    ann.types("two")
    deleted = []
    await start()
    await server.until(lambda: any("two" in message.text for message in ann.sees if message.by_bot))
    at = next(number for number, (_, method, parameters) in enumerate(server.log) if "You said two" in parameters.get("text", ""))
    for _, method, parameters in server.log[:at]:
        if method in ("deleteMessage", "deleteMessages"):
            deleted += parameters.get("message_ids") or [parameters["message_id"]]
    assert 1001 in deleted
    assert 1002 not in deleted


async def test_known_words_of_the_process_before_change_nothing_newer(server, start):
    """With a store that outlives the bot: words that it had answered are erased, and what was pressed since stays."""
    ann, store = server.person(11), MemorySessions()
    bot = await start(store)
    await opened(server, ann)
    ann.types("hello")
    typed = dict(server.updates[-1][1])
    await server.until(lambda: len(ann.sees) == 1 and "hello" in ann.screen.text)
    await server.quiet()
    ann.presses("Go b")
    await server.until(lambda: "This is b" in ann.screen.text)
    await bot.kill()
    shown = len(server.edits_of)
    server.updates.append((typed["update_id"], typed))
    again = await start(store)
    await server.quiet()
    assert len(server.edits_of) == shown
    assert again.parts.counters.faults == 0


async def test_telegram_keeps_presses_for_minutes_and_words_for_a_day(server, start):
    """What the strict server models: a bot that comes back later is asked the words and no more the press."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    await bot.stop()
    ann.presses("Go a")
    ann.types("still here")
    server.shift += 200
    await start()
    await server.until(lambda: any("still here" in message.text for message in ann.sees if message.by_bot))
    assert server.expired == 1


async def test_a_webhook_taken_away_is_told_again(server):
    """Somebody polled once with the same token: the next look finds the address gone and gives it again."""
    from benchmarks.support import tiny_engine
    from bot.channels.telegram import app
    from bot.channels.telegram.settings import Settings

    stop = asyncio.Event()
    settings = Settings(
        server.token, server.url, webhook_url="http://127.0.0.1:9/x", webhook_secret="s" * 16, listen="127.0.0.1:0", name_cost=2
    )
    running = asyncio.create_task(app.serve(tiny_engine.step, lambda: tiny_engine.WORLD, settings, stop=stop))
    await server.until(lambda: ("webhook", "") in server.profile)
    await server._do_deleteWebhook({})
    await server.until(lambda: ("webhook", "") in server.profile, 6)
    stop.set()
    await running
