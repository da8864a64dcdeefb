"""The routes of the preview and the desk, and what keeps them current. Pages are made in threads: the loop stays free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.resources import files as package_files
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.authoring.desk import confirm, gallery, lists, translations
from bot.authoring.desk.compare import compared
from bot.authoring.desk.confirm import Desk
from bot.authoring.desk.edit_forms import opened
from bot.authoring.desk.heads_fit import HeadsFit
from bot.authoring.desk.html import e, link
from bot.authoring.desk.live_pack import LivePack
from bot.authoring.desk.page import Site, View, page, view_of
from bot.authoring.desk.preview_chat import talk
from bot.authoring.desk.publication_html import waiting_html
from bot.authoring.desk.security import BODY_LIMIT, AccessControl
from bot.authoring.editing.actions import ActionRefused
from bot.authoring.editing.writer import Writer

EVERY = 0.4
"""Seconds between two looks at the folders; a save shows after two that agree."""

Handler = Callable[[Request], object]
PageOf = Callable[[View, dict[str, str]], str]


async def keep_current(live: LivePack) -> None:
    """Looks at the folders until it is cancelled, and finds the faults after each change."""
    while True:
        await asyncio.to_thread(live.look, settle=True)
        if not live.checked:
            await asyncio.to_thread(live.check)
        await asyncio.sleep(EVERY)


def _resource(name: str, kind: str) -> Route:
    body = package_files("bot.authoring.desk").joinpath(name).read_bytes()

    async def served(request: Request) -> Response:
        del request
        return Response(body, media_type=kind)

    return Route(f"/{name}", served)


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form, from its body alone."""
    body = await request.body()
    if len(body) > BODY_LIMIT:
        return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return {}


def _route(site: Site, path: str, make: PageOf, *, post: bool = False) -> Route:
    """A page. `make` gets the view, and the fields of the form where one was sent, else of the address."""

    async def served(request: Request) -> Response:
        fields = await _fields(request) if request.method == "POST" else dict(request.query_params)
        if request.method == "GET" and path == "/talk":  # nothing typed stands in an address
            fields = {name: value for name, value in fields.items() if name in ("lang", "place")}
        view = view_of(site, fields)

        def made() -> str:
            try:
                return make(view, fields)
            except ActionRefused as error:
                words = f"<p>{e(str(error))}.</p><p>{link('Back to the desk', '/desk')}</p>"
                return page(site, view, "/desk", "This cannot be opened", words)

        return HTMLResponse(await run_in_threadpool(made))

    return Route(path, served, methods=["GET", "POST"] if path == "/talk" else ["POST"] if post else ["GET"])


def _desk_routes(site: Site) -> list[Route]:
    desk = Desk(site, Writer(site.live.place), site.fit or HeadsFit(site.live.content, site.live.flows))

    def form(kind: str) -> PageOf:
        return lambda view, fields: opened(site, desk.writer, view, {**fields, "do": kind})

    def first() -> str:
        return desk.fit.html() + waiting_html(site, desk.writer) + confirm.undo_html(desk)

    return [
        _route(site, "/desk", lambda view, _: lists.home(site, view, first())),
        _route(site, "/desk/topics", lambda view, _: lists.topics(site, view)),
        _route(site, "/desk/topic", lambda view, fields: lists.topic(site, view, fields.get("file", ""))),
        _route(site, "/desk/language", lambda view, fields: translations.language(site, view, fields.get("code", ""))),
        _route(site, "/desk/referrals", lambda view, _: lists.referrals(site, view)),
        _route(site, "/desk/examples", lambda view, _: lists.examples(site, view)),
        _route(site, "/desk/example", form("example")),
        _route(site, "/desk/tip", form("tip")),
        _route(site, "/desk/referral", form("recheck")),
        _route(site, "/desk/withdraw", form("withdraw")),
        _route(site, "/desk/translate", form("translate")),
        _route(site, "/desk/open", lambda view, fields: opened(site, desk.writer, view, fields), post=True),
        _route(site, "/desk/look", lambda view, fields: confirm.look(desk, view, fields), post=True),
        _route(site, "/desk/save", lambda view, fields: confirm.save(desk, view, fields), post=True),
        _route(site, "/desk/undo", lambda view, _: confirm.undo(desk, view), post=True),
    ]


def app(site: Site, port: int, key: str = "", *, watch: bool = True) -> ASGIApp:
    """The whole app behind its guard. `key`: what the first visit has to bring. `watch`: look at the folders by itself."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(keep_current(site.live)) if watch else None
        yield
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def now(request: Request) -> Response:
        del request
        return JSONResponse({"number": site.live.number})

    routes = [
        _route(site, "/", lambda view, _: gallery.gallery(site, view)),
        _route(site, "/talk", lambda view, fields: talk(site, view, fields)),
        _route(site, "/faults", lambda view, _: gallery.all_faults(site, view)),
        _route(site, "/changes", lambda view, _: compared(site, view)),
        Route("/now", now),
        _resource("look.css", "text/css"),
        _resource("live.js", "text/javascript"),
        *(_desk_routes(site) if site.desk else []),
    ]
    return AccessControl(Starlette(routes=routes, lifespan=lifespan), port, key)
