"""A Bot API server over real HTTP: strict about Telegram's limits, and able to fail in all the ways the real one does.

It also keeps what each person sees, so that tests assert that and not which calls were made.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from benchmarks.support.telegram_rules import Refused, keyboard, shown_text

DELETABLE_SECONDS = 48 * 3600
PRESS_SECONDS = 150
KEPT_SECONDS = 24 * 3600


@dataclass
class Message:
    """One message in a chat."""

    id: int
    by_bot: bool
    text: str
    date: float
    rows: list[list[dict[str, str]]] = field(default_factory=list)
    reply_to: int = 0
    silent: bool = False
    preview: bool = True
    versions: int = 1

    @property
    def buttons(self) -> dict[str, str]:
        """Label to data."""
        return {button["text"]: button["callback_data"] for row in self.rows for button in row}


@dataclass
class Fault:
    """What goes wrong with one call: an error `status` (with `retry_after`), a connection dropped "before" or "after"
    the effect, an answer that is "truncated", or one that is late by `seconds`."""

    kind: str = "status"
    status: int = 500
    retry_after: int = 0
    seconds: float = 0.0


class Person:
    """Somebody with a phone."""

    def __init__(self, server: TelegramServer, chat: int, language: str, name: str, username: str) -> None:
        self.server, self.chat, self.language, self.name, self.username = server, chat, language, name, username
        self.popups: list[str] = []

    @property
    def sees(self) -> list[Message]:
        """The messages in the chat, oldest first."""
        return list(self.server.chats[self.chat].values())

    @property
    def screen(self) -> Message:
        """The newest message of the bot's."""
        return [message for message in self.sees if message.by_bot][-1]

    def types(self, text: str) -> int:
        """Sends words; gives the message's id."""
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._writes(content, text)

    def sends(self, kind: str) -> int:
        """Sends a photo, a location and so on; gives the message's id."""
        content: dict[str, Any] = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
        if kind == "location":
            content = {"location": {"latitude": 1.5, "longitude": 2.5}}
        elif kind != "photo":
            content = {kind: {"file_id": "f", "file_unique_id": "u", "duration": 1, "phone_number": "+15550100"}}
        return self._writes(content, f"[{kind}]")

    def presses(self, label: str, message: Message | None = None) -> str:
        """Presses the button with this label (or whose data is this); gives the press's id."""
        message = message or next(m for m in reversed(self.sees) if label in m.buttons or label in m.buttons.values())
        return self.server.add_press(self, message, message.buttons.get(label, label))

    def blocks(self) -> None:
        """Blocks the bot."""
        self.server.blocked.add(self.chat)
        chat = self.server.chat_of(self.chat)
        member = {"user": {"id": 1, "is_bot": True, "first_name": "bot"}, "status": "kicked", "until_date": 0}
        old = {**member, "status": "member"}
        changed = {"chat": chat, "from": self.user, "date": int(time.time()), "old_chat_member": old}
        self.server.add_update({"my_chat_member": {**changed, "new_chat_member": member}})

    @property
    def user(self) -> dict[str, Any]:
        """As Telegram describes the person to bots."""
        return {
            "id": self.chat,
            "is_bot": False,
            "first_name": self.name,
            "username": self.username,
            "language_code": self.language,
        }

    def _writes(self, content: dict[str, Any], text: str) -> int:
        message = self.server.put(self.chat, Message(self.server.next_message(), False, text, self.server.now()))
        raw = {"message_id": message.id, "from": self.user, "chat": self.server.chat_of(self.chat)}
        self.server.add_update({"message": {**raw, "date": int(message.date), **content}})
        return message.id


class TelegramServer:
    """The server. `api_delay`: seconds each call takes."""

    def __init__(self, token: str = "123:TEST", api_delay: float = 0.0, seed: int = 1) -> None:
        self.token, self.api_delay = token, api_delay
        self.random = random.Random(seed)
        self.chats: dict[int, dict[int, Message]] = defaultdict(dict)
        self.people: dict[int, Person] = {}
        self.blocked: set[int] = set()
        self.groups: set[int] = set()
        self.updates: list[tuple[int, dict[str, Any]]] = []
        self.calls: Counter[str] = Counter()
        self.log: list[tuple[float, str, dict[str, Any]]] = []
        self.profile: dict[tuple[str, str], Any] = {}
        self.acknowledged: dict[str, tuple[float, str]] = {}
        self.presses: dict[str, tuple[float, Person]] = {}
        self.edits_of: list[tuple[float, int, str]] = []
        self.violations = 0
        self.held_until: dict[int, float] = {}
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.any_fault: Callable[[str], Fault | None] = lambda _method: None
        self.chat_fault: Callable[[str, int], Fault | None] = lambda _method, _chat: None
        self.unknown: set[int] = set()
        self.expired = 0
        self.mangle: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda updates: updates
        self.raw_updates: Callable[[], bytes | None] = lambda: None
        self.shift = 0.0
        self.down = False
        self.on_update: Callable[[], None] = lambda: None
        self.webhook_error = ""
        self._numbers = 1000
        self._update = 500_000
        self._queued: dict[int, float] = {}
        self._news = asyncio.Event()
        self._polling: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None
        self.port = 0

    # --- running ---

    async def start(self, port: int = 0) -> None:
        """Listens on a port of this machine."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening; the port stays the same for the next start."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The `base_url` of bots."""
        return f"http://127.0.0.1:{self.port}/bot"

    def now(self) -> float:
        """The server's clock, which tests move on with `shift`."""
        return time.time() + self.shift

    # --- people ---

    def person(self, chat: int, language: str = "en", name: str = "Ann", username: str = "ann") -> Person:
        """Somebody new."""
        self.people[chat] = Person(self, chat, language, name, username)
        return self.people[chat]

    def chat_of(self, chat: int) -> dict[str, Any]:
        """As Telegram describes a private chat."""
        person = self.people[chat]
        return {"id": chat, "type": "private", "first_name": person.name, "username": person.username}

    def next_message(self) -> int:
        """Message ids rise over all chats of a bot."""
        self._numbers += 1
        return self._numbers

    def put(self, chat: int, message: Message) -> Message:
        """A message appears in a chat."""
        self.chats[chat][message.id] = message
        return message

    def add_update(self, content: dict[str, Any], number: int | None = None) -> int:
        """Queues an update; gives its id."""
        if number is None:
            self._update += 1
            number = self._update
        self.updates.append((number, {"update_id": number, **content}))
        self._queued[number] = self.now()
        self._news.set()
        self.on_update()
        return number

    def confirm(self, number: int) -> None:
        """An update is taken and not brought again."""
        self.updates = [update for update in self.updates if update[0] != number]

    def add_press(self, person: Person, message: Message, data: str) -> str:
        """Queues a press."""
        query = str(self.random.getrandbits(62))
        self.presses[query] = (self.now(), person)
        shown = self._described(person.chat, message)
        self.add_update(
            {"callback_query": {"id": query, "from": person.user, "message": shown, "chat_instance": "7", "data": data}}
        )
        return query

    def joins_group(self, group: int) -> None:
        """The bot is put into a group."""
        self.groups.add(group)
        chat = {"id": group, "type": "supergroup", "title": "a group"}
        bot = {"id": 1, "is_bot": True, "first_name": "bot"}
        self.add_update(
            {
                "my_chat_member": {
                    "chat": chat,
                    "from": bot,
                    "date": int(self.now()),
                    "old_chat_member": {"user": bot, "status": "left"},
                    "new_chat_member": {"user": bot, "status": "member"},
                }
            }
        )

    async def until(self, true: Callable[[], Any], seconds: float = 5.0) -> None:
        """Waits for something to be so. Raises `AssertionError` if it does not become so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "did not happen in time"
            await asyncio.sleep(0.005)

    async def quiet(self, seconds: float = 5.0) -> None:
        """Waits until every update is confirmed."""
        await self.until(lambda: not self.updates, seconds)

    # --- the API ---

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        body = await request.read()
        if request.content_type == "application/json":
            parameters = json.loads(body) if body else {}
        else:
            parameters = {key: _loaded(value) for key, value in (await request.post()).items()}
        self.calls[method] += 1
        self.log.append((time.monotonic(), method, parameters))
        fault = self.faults[method].pop(0) if self.faults[method] else self.any_fault(method)
        chat = int(parameters.get("chat_id", 0))
        fault = fault or self.chat_fault(method, chat)
        if self.api_delay:
            await asyncio.sleep(self.api_delay)
        if fault and fault.seconds:
            await asyncio.sleep(fault.seconds)
        if self.down or (fault and fault.kind == "before"):
            return _drop(request)
        if fault and fault.kind == "status":
            if fault.status == 429:
                self.held_until[chat] = time.monotonic() + fault.retry_after
            return _error(fault.status, "Some trouble", fault.retry_after)
        if method in ("sendMessage", "editMessageText") and time.monotonic() < self.held_until.get(chat, 0.0):
            self.violations += 1
            return _error(429, "Too Many Requests: retry later", 1)
        try:
            result = await getattr(self, f"_do_{method}", self._unknown)(parameters)
        except Refused as refused:
            return _error(refused.code, refused.why, refused.retry_after)
        if method == "sendMessage" and (self._gone(request) or (fault and fault.kind in ("after", "truncated"))):
            self.unknown.add(max(self.chats[chat]))
        if fault and fault.kind == "after":
            return _drop(request)
        payload = result if isinstance(result, bytes) else json.dumps({"ok": True, "result": result}).encode()
        if fault and fault.kind == "truncated":
            payload = payload[: len(payload) * 2 // 3]
        return web.Response(body=payload, content_type="application/json")

    def _gone(self, request: web.Request) -> bool:
        return request.transport is None or request.transport.is_closing()

    def expire(self) -> None:
        """Telegram keeps a message for a day and a press for as long as it can be acknowledged."""
        now = self.now()

        def kept(number: int, content: dict[str, Any]) -> bool:
            limit = PRESS_SECONDS if "callback_query" in content else KEPT_SECONDS
            return now - self._queued.get(number, now) <= limit

        fresh = [(number, content) for number, content in self.updates if kept(number, content)]
        self.expired += len(self.updates) - len(fresh)
        self.updates = fresh
        there = {number for number, _ in fresh}
        self._queued = {number: at for number, at in self._queued.items() if number in there}

    async def _unknown(self, _: dict[str, Any]) -> Any:
        raise Refused(404, "Not Found")

    async def _do_getMe(self, _: dict[str, Any]) -> Any:
        return {"id": 1, "is_bot": True, "first_name": "bot", "username": "a_bot"}

    async def _do_getUpdates(self, parameters: dict[str, Any]) -> Any:
        if self.profile.get(("webhook", "")):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        if self._polling is not None:
            self._polling.set()
        ended = self._polling = asyncio.Event()
        try:
            offset, limit = int(parameters.get("offset", 0)), int(parameters.get("limit", 100))
            self.updates = [update for update in self.updates if update[0] >= offset]
            self.expire()
            end = time.monotonic() + float(parameters.get("timeout", 0))
            while not self.updates and (left := end - time.monotonic()) > 0:
                self._news.clear()
                waits = [asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(ended.wait())]
                try:
                    await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for wait in waits:
                        wait.cancel()
                if ended.is_set():
                    raise Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one runs")
                if self.down:
                    raise Refused(502, "Bad Gateway")
            raw = self.raw_updates()
            return raw if raw is not None else self.mangle([update for _, update in self.updates[:limit]])
        finally:
            if self._polling is ended:
                self._polling = None

    async def _do_sendMessage(self, parameters: dict[str, Any]) -> Any:
        chat = self._chat(parameters)
        text, rows = shown_text(parameters), keyboard(parameters)
        reply = parameters.get("reply_parameters") or {}
        if reply and reply["message_id"] not in self.chats[chat] and not reply.get("allow_sending_without_reply"):
            raise Refused(400, "Bad Request: message to be replied not found")
        message = Message(self.next_message(), True, text, self.now(), rows, int(reply.get("message_id", 0)))
        message.silent = bool(parameters.get("disable_notification"))
        message.preview = not (parameters.get("link_preview_options") or {}).get("is_disabled")
        self.put(chat, message)
        self.edits_of.append((time.monotonic(), chat, text))
        return self._described(chat, message)

    async def _do_editMessageText(self, parameters: dict[str, Any]) -> Any:
        chat = self._chat(parameters)
        message = self.chats[chat].get(int(parameters["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not message.by_bot:
            raise Refused(400, "Bad Request: message can't be edited")
        text, rows = shown_text(parameters), keyboard(parameters)
        if text == message.text and rows == message.rows:
            raise Refused(400, "Bad Request: message is not modified: specified new message content is the same")
        message.text, message.rows = text, rows
        message.versions += 1
        self.edits_of.append((time.monotonic(), chat, text))
        return self._described(chat, message)

    async def _do_editMessageReplyMarkup(self, parameters: dict[str, Any]) -> Any:
        chat = self._chat(parameters)
        message = self.chats[chat].get(int(parameters["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not message.by_bot:
            raise Refused(400, "Bad Request: message can't be edited")
        message.rows = keyboard(parameters)
        return self._described(chat, message)

    async def _do_deleteMessage(self, parameters: dict[str, Any]) -> Any:
        chat, number = self._chat(parameters), int(parameters["message_id"])
        if number not in self.chats[chat]:
            raise Refused(400, "Bad Request: message to delete not found")
        self._check_age(chat, number)
        del self.chats[chat][number]
        return True

    async def _do_deleteMessages(self, parameters: dict[str, Any]) -> Any:
        chat, numbers = self._chat(parameters), parameters["message_ids"]
        if not 1 <= len(numbers) <= 100:
            raise Refused(400, "Bad Request: wrong number of message identifiers")
        there = [number for number in numbers if number in self.chats[chat]]
        for number in there:
            self._check_age(chat, number)
        for number in there:
            del self.chats[chat][number]
        return True

    def _check_age(self, chat: int, number: int) -> None:
        if self.now() - self.chats[chat][number].date > DELETABLE_SECONDS:
            raise Refused(400, "Bad Request: message can't be deleted for everyone")

    async def _do_answerCallbackQuery(self, parameters: dict[str, Any]) -> Any:
        query, text = str(parameters["callback_query_id"]), str(parameters.get("text", ""))
        if query not in self.presses or self.now() - self.presses[query][0] > PRESS_SECONDS:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(text) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        if query not in self.acknowledged:
            self.acknowledged[query] = (self.now() - self.presses[query][0], text)
            if text:
                self.presses[query][1].popups.append(text)
        return True

    async def _do_leaveChat(self, parameters: dict[str, Any]) -> Any:
        self.groups.discard(int(parameters["chat_id"]))
        return True

    async def _do_deleteWebhook(self, _: dict[str, Any]) -> Any:
        self.profile.pop(("webhook", ""), None)
        return True

    async def _do_setWebhook(self, parameters: dict[str, Any]) -> Any:
        if not parameters.get("url"):
            return await self._do_deleteWebhook(parameters)
        secret = str(parameters.get("secret_token", ""))
        if len(secret) > 256 or not re.fullmatch("[A-Za-z0-9_-]*", secret):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        self.profile["webhook", ""] = parameters
        self.on_update()
        return True

    async def _do_getWebhookInfo(self, _: dict[str, Any]) -> Any:
        hook = self.profile.get(("webhook", ""), {})
        found = {"url": hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": len(self.updates)}
        if hook:
            found["max_connections"] = hook.get("max_connections", 40)
        if self.webhook_error:
            found |= {"last_error_date": int(self.now()), "last_error_message": self.webhook_error}
        return found

    async def _do_setMyCommands(self, parameters: dict[str, Any]) -> Any:
        self.profile["commands", parameters.get("language_code", "")] = parameters["commands"]
        return True

    async def _do_getMyName(self, parameters: dict[str, Any]) -> Any:
        return {"name": self.profile.get(("name", parameters.get("language_code", "")), "")}

    async def _do_setMyName(self, parameters: dict[str, Any]) -> Any:
        self.profile["name", parameters.get("language_code", "")] = parameters["name"]
        return True

    async def _do_setMyDescription(self, parameters: dict[str, Any]) -> Any:
        self.profile["description", parameters.get("language_code", "")] = parameters["description"]
        return True

    async def _do_getMyDescription(self, parameters: dict[str, Any]) -> Any:
        return {"description": self.profile.get(("description", parameters.get("language_code", "")), "")}

    async def _do_setMyShortDescription(self, parameters: dict[str, Any]) -> Any:
        self.profile["short", parameters.get("language_code", "")] = parameters["short_description"]
        return True

    async def _do_getMyShortDescription(self, parameters: dict[str, Any]) -> Any:
        return {"short_description": self.profile.get(("short", parameters.get("language_code", "")), "")}

    def _chat(self, parameters: dict[str, Any]) -> int:
        chat = int(parameters["chat_id"])
        if chat not in self.people:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _described(self, chat: int, message: Message) -> dict[str, Any]:
        found = {
            "message_id": message.id,
            "from": {"id": 1, "is_bot": True, "first_name": "bot"},
            "chat": self.chat_of(chat),
            "date": int(message.date),
            "text": message.text,
        }
        if message.rows:
            found["reply_markup"] = {"inline_keyboard": message.rows}
        if message.reply_to:
            chat_of = self.chat_of(chat)
            found["reply_to_message"] = {"message_id": message.reply_to, "date": int(message.date), "chat": chat_of}
        return found


def _loaded(value: Any) -> Any:
    try:
        return json.loads(value)
    except (ValueError, TypeError):
        return value


def _error(status: int, why: str, retry_after: int = 0) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": why}
    if retry_after:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
