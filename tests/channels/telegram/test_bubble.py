"""What a person sees: one message that changes, and moves below what is newer."""

from __future__ import annotations

from benchmarks.support.tiny_engine import OPENING


async def test_start_shows_one_screen_and_erases_the_command(server, start):
    """After /start the chat holds the welcome and nothing else, silent and without previews."""
    ann = server.person(11, language="es")
    await start()
    ann.types("/start en_us_pep")
    await server.quiet()
    await server.until(lambda: len(ann.sees) == 1)
    assert "Welcome es en_us_pep." in ann.screen.text
    assert ann.screen.silent
    assert not ann.screen.preview


async def test_a_press_edits_the_bubble(server, start):
    """Presses change the message in place, and are acknowledged within a second."""
    ann = server.person(11)
    await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    first = ann.screen.id
    query = ann.presses("Go a")
    await server.until(lambda: "This is a. <&>" in ann.screen.text)
    await server.until(lambda: query in server.acknowledged)
    assert [message.id for message in ann.sees] == [first]
    assert server.acknowledged[query][0] < 1


async def test_typed_words_are_answered_below_and_erased(server, start):
    """The answer is a new message; the words and the old bubble are gone; the talk knew where it stood."""
    ann = server.person(11)
    await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    ann.presses("Go b")
    await server.until(lambda: "This is b" in ann.screen.text)
    words = ann.types("where can I sleep")
    await server.until(lambda: "You said where can I sleep in b." in ann.screen.text)
    await server.until(lambda: len(ann.sees) == 1)
    assert ann.screen.id > words


async def test_a_copy_is_a_message_of_its_own_and_the_bubble_moves_below(server, start):
    """A copy stays, the bubble is under it; its button erases the copy and leaves the bubble."""
    ann = server.person(11)
    await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    ann.presses("Keep a copy")
    await server.until(lambda: [message.text[:10] for message in ann.sees] == ["Keep this.", OPENING[:10]])
    await server.quiet()
    ann.presses("Go c")
    await server.until(lambda: "This is c" in ann.screen.text)
    ann.presses("Erase")
    await server.until(lambda: len(ann.sees) == 1)
    assert "This is c" in ann.screen.text


async def test_fresh_layout_sends_each_screen_and_deletes_the_last(server, start):
    """With the layout for screen readers a screen is a new message and the one before is gone."""
    ann = server.person(11)
    await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    before = ann.screen.id
    ann.presses("Readers")
    await server.until(lambda: len(ann.sees) == 1 and ann.screen.id > before)
    assert ann.screen.versions == 1


async def test_an_alert_pops_up_on_a_press_and_stands_above_typed_answers(server, start):
    """A pop-up leaves no trace; without a press the alert stands under the neutral opening line."""
    ann = server.person(11)
    await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    ann.presses("Tell me")
    await server.until(lambda: ann.popups == ["Just so you know."] and "This is b" in ann.screen.text)
    assert "Just so" not in ann.screen.text
    ann.sends("photo")
    await server.until(lambda: "I cannot open this." in ann.screen.text)
    assert ann.screen.text.startswith(OPENING)


async def test_a_photo_stays_until_asked_and_a_location_goes_at_once(server, start):
    """Nothing is downloaded; a shared place is erased, a photo is left to the person."""
    ann = server.person(11)
    await start()
    ann.sends("photo")
    await server.until(lambda: len(ann.sees) == 2)
    ann.sends("location")
    await server.until(lambda: [message.text for message in ann.sees if not message.by_bot] == ["[photo]"])
    await server.until(lambda: len([message for message in ann.sees if message.by_bot]) == 1)
    assert not server.calls["getFile"]


async def test_pressing_in_an_older_message_leaves_one_bubble(server, start):
    """After a restart two bubbles may stand in a chat; a press in the older one takes the other away."""
    ann = server.person(11)
    bot = await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    old = ann.screen
    await bot.stop()
    await start()
    ann.types("hello")
    await server.until(lambda: len([m for m in ann.sees if m.by_bot]) == 2 and len(ann.sees) == 2)
    await server.quiet()
    ann.presses("Go a", old)
    await server.until(lambda: [message.id for message in ann.sees] == [old.id])
    assert "This is a" in ann.screen.text


async def test_an_edit_of_a_message_that_is_gone_sends_it_anew(server, start):
    """A bubble that the person deleted comes back when its button's press arrives late."""
    ann = server.person(11)
    await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    gone = ann.screen
    del server.chats[11][gone.id]
    ann.presses("Go a", gone)
    await server.until(lambda: len(ann.sees) == 1 and "This is a" in ann.screen.text)


async def test_late_and_repeated_presses_are_harmless(server, start):
    """A press twice, and one too old to be acknowledged, leave one screen and nothing in the counts of faults."""
    ann = server.person(11)
    bot = await start()
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    query = ann.presses("Go a")
    server.presses[query] = (server.now() - 200, ann)
    ann.presses("Go a")
    ann.presses("Go a")
    await server.quiet()
    await server.until(lambda: "This is a" in ann.screen.text)
    assert len(ann.sees) == 1
    assert bot.parts.counters.faults == 0
    assert bot.parts.counters.poison == 0
