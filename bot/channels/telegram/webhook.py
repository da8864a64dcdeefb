"""Updates brought by Telegram: answered with 200 only when done, so that whatever fails is brought again."""

from __future__ import annotations

import hmac
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.telegram.counters import Counters
from bot.channels.telegram.intake import AGAIN, Intake
from bot.channels.telegram.updates import PoisonError, decode
from bot.runtime.health import Health

LIMIT: Final = 256 * 1024
_HEADER: Final = "x-telegram-bot-api-secret-token"


class Webhook:
    """The receiving end. `secret`: what Telegram repeats in its header. `intake`: sees that each update is answered."""

    def __init__(self, secret: str, intake: Intake, health: Health, counters: Counters) -> None:
        self._secret = secret.encode()
        self._intake, self._health, self._counters = intake, health, counters

    def app(self, path: str = "/") -> Starlette:
        """An application with the one path for updates, and `/health`: 200 or 503, and which part is yellow."""
        return Starlette(routes=[Route(path, self._update, methods=["POST"]), Route("/health", self._healthy, methods=["GET"])])

    async def _healthy(self, _: Request) -> Response:
        return PlainTextResponse(f"{self._health.said}\n", 503 if self._health.red else 200)

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
        taking = self._intake.take(update)
        del update
        status = await taking
        # Without a time Telegram comes again later and later.
        return Response(status_code=status, headers={"Retry-After": "1"} if status == AGAIN else None)

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
