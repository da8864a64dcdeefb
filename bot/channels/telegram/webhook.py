"""Updates brought by Telegram: answered with 200 only when done, so that whatever fails is brought again."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.counters import Counters
from bot.channels.telegram.job import Job
from bot.channels.telegram.updates import PoisonError, Update, decode
from bot.runtime.health import Health
from bot.runtime.state import Claim, Claims

LIMIT: Final = 256 * 1024
WAIT_SECONDS: Final = 20.0
AGAIN_SECONDS: Final = 60.0
_HEADER: Final = "x-telegram-bot-api-secret-token"


class Webhook:
    """The receiving end. `secret`: what Telegram repeats in its header. `receive`: takes an update in, gives a job. `claims`:
    who answers which update, and which are done; the jobs of those that are answered here are known here alone."""

    def __init__(self, secret: str, receive: Callable[[Update], Job], health: Health, counters: Counters, claims: Claims) -> None:
        self._secret = secret.encode()
        self._receive, self._health, self._counters, self._claims = receive, health, counters, claims
        self._jobs: dict[int, Job] = {}
        self._began = time.monotonic()

    def app(self, path: str = "/") -> Starlette:
        """An application with the one path for updates, and `/health` (200 or 503, without words)."""
        return Starlette(routes=[Route(path, self._update, methods=["POST"]), Route("/health", self._healthy, methods=["GET"])])

    async def _healthy(self, _: Request) -> Response:
        return Response(status_code=503 if self._health.red else 200)

    async def _update(self, request: Request) -> Response:
        given = request.headers.get(_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        body = await self._body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = decode(body)
        except PoisonError:
            self._counters.poison += 1
            return Response(status_code=200)
        del body
        number = update.id
        if number not in self._jobs:
            claim = await self._claims.claim(number)
            if claim is Claim.DONE:
                return Response(status_code=200)
            if claim is Claim.BUSY and number not in self._jobs:
                return Response(status_code=503)
        job = self._jobs.get(number)
        if job is None:
            job = self._jobs[number] = self._receive(update)
            job.again = time.monotonic() - self._began < AGAIN_SECONDS
        # Else the words would be held here until Telegram is answered, also where their chat is left.
        del update
        try:
            await asyncio.wait_for(job.wait(), WAIT_SECONDS)
        except TimeoutError:
            job.parked = True
            self._counters.parked += 1
        # What is parked is done in memory alone, and as good as answered: Telegram hears of no other end.
        await self._claims.done(number)
        self._jobs.pop(number, None)
        return Response(status_code=200)

    async def _body(self, request: Request) -> bytes | None:
        """The body, or None if it is too long; what is too long is not read."""
        if int(request.headers.get("content-length") or 0) > LIMIT:
            return None
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > LIMIT:
                    return None
        except ClientDisconnect:
            return None
        return bytes(body)
