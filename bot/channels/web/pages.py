"""The pages: the neutral first one, a screen, a copy to print, the busy page and the end. Typed HTML, no word of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files

import htpy as h
from markupsafe import Markup

from bot.channels.web.fields import AT, LANGUAGE, PRESS, WORDS
from bot.channels.web.screen_blocks import blocks
from bot.engine import Choice, ChoiceKind, Screen, Span

STYLE = files("bot.channels.web").joinpath("look.css").read_text("utf-8").replace("\n", "")
"""The one style sheet, inside each page: a page is one request."""

_CONTROLS: tuple[ChoiceKind, ...] = ("leave", "urgent")
"""What stands first on each page, whatever is below."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a page is made with. `says`: the engine's own words, by key. `language`: what they are in."""

    says: Callable[[str], str]
    language: str

    @property
    def direction(self) -> str:
        """Which way the first letter with a direction runs: no list of languages to keep."""
        title = self.says("page_intro")
        found = next((way for way in map(unicodedata.bidirectional, title) if way in ("L", "R", "AL")), "L")
        return "ltr" if found == "L" else "rtl"


def _page(words: Words, body: Iterable[h.Node], refresh: str = "") -> str:
    """The frame. `refresh`: the harmless page to go on to at once, "" for none."""
    return str(
        h.html(lang=words.language, dir=words.direction)[
            h.head[
                h.meta(charset="utf-8"),
                h.meta(name="viewport", content="width=device-width, initial-scale=1"),
                h.meta(http_equiv="refresh", content=f"1; url={refresh}") if refresh else None,
                h.title[words.says("page_title")],
                h.style[Markup(STYLE)],  # noqa: S704 (our own file, whose hash the policy names)
            ],
            h.body[list(body)],
        ]
    )


def _name(sealed: str) -> str:
    """The name of a button that leads to a sealed state."""
    return f"{PRESS}.{sealed}"


def _press(choice: Choice, seal: Callable[[str], str]) -> h.Element:
    kind = choice.kind if choice.kind in _CONTROLS else None
    return h.button(class_=kind, name=_name(seal(choice.token)))[choice.label]


def _form(*inside: h.Node) -> h.Element:
    return h.form(method="post", action="/", autocomplete="off")[list(inside)]


def _kept(words: Words, at: str = "") -> list[h.Node]:
    """What each form carries along: the language in clear, since the page shows it anyway, and the state that is shown."""
    return [
        h.input(type="hidden", name=LANGUAGE, value=words.language),
        h.input(type="hidden", name=AT, value=at) if at else None,
    ]


def _controls(words: Words, choices: Iterable[Choice], seal: Callable[[str], str]) -> h.Node:
    found = [choice for kind in _CONTROLS for choice in choices if choice.kind == kind]
    if not found:
        return None
    return h.header[_form(*_kept(words), h.div(".row")[[_press(choice, seal) for choice in found]])]


def _writing(words: Words, label: str, at: str) -> h.Element:
    """The line to type in. Nothing is remembered, corrected or completed by the browser, as far as it obeys."""
    return _form(
        *_kept(words, at),
        h.label(for_="w")[label],
        h.div(".row")[
            h.input(
                id="w", name=WORDS, type="text", maxlength="2000", autocomplete="off", autocapitalize="off", autocorrect="off",
                spellcheck="false",
            ),
            h.button[words.says("page_send")],
        ],
    )  # fmt: skip


def screen_page(words: Words, screen: Screen, at: str, seal: Callable[[str], str], notes: Iterable[str] = ()) -> str:
    """A screen. `at`: its own state, sealed. `seal`: seals the state after a press. `notes`: what is said once, above it."""
    choices = [choice for choice in screen.choices if choice.kind != "leave"]
    footer = [choice for choice in screen.footer if choice.kind not in _CONTROLS]
    main: list[h.Node] = [h.p(".note", role="status")[note] for note in notes]
    main += blocks(screen.spans, words.says("page_title"))
    if choices:
        main.append(_form(*_kept(words), h.div(".list")[[_press(choice, seal) for choice in choices]]))
    if screen.hears != "nothing":
        main.append(_writing(words, words.says(f"page_{screen.hears}"), at))
    return _page(
        words,
        [
            _controls(words, (*screen.footer, *screen.choices), seal),
            h.main(tabindex="-1", autofocus=True)[main],
            h.footer[_form(*_kept(words), h.div(".row")[[_press(choice, seal) for choice in footer]])] if footer else None,
        ],
    )


def first_page(
    words: Words, screen: Screen, at: str, seal: Callable[[str], str], languages: Iterable[tuple[str, str]], *, closed: bool
) -> str:
    """The neutral page that opens a talk. `screen`: the first screen of the talk, which is behind it; only its way to urgent is
    on it. `at`: its sealed state. `languages`: the others, by code and name. `closed`: an old page was sent."""
    urgent = [choice for choice in screen.footer if choice.kind == "urgent"]
    main: list[h.Node] = [h.h1[words.says("page_title")]]
    if closed:
        main.append(h.p(".note", role="status")[words.says("page_closed")])
    main += [
        h.p[words.says("page_intro")],
        h.p(".quiet")[words.says("page_history")],
        _form(*_kept(words), h.div(".list")[h.button(name=_name(at))[words.says("page_begin")]]),
        _writing(words, words.says("page_first"), at),
    ]
    others = [h.button(name=LANGUAGE, value=code, lang=code)[name] for code, name in languages]
    if others:
        main.append(h.footer[_form(h.input(type="hidden", name=AT, value=at), h.div(".row")[others])])
    return _page(words, [_controls(words, urgent, seal), h.main(tabindex="-1", autofocus=True)[main]])


def copy_page(words: Words, spans: Iterable[Span], screen: Screen, at: str, seal: Callable[[str], str]) -> str:
    """Words to print or to write down, and the way back to the screen of `at`."""
    back = Choice(words.says("back"), "", "back")
    return _page(
        words,
        [
            _controls(words, (*screen.footer, *screen.choices), seal),
            h.main(tabindex="-1", autofocus=True)[
                blocks(spans, words.says("page_title")),
                _form(*_kept(words), h.p(".quiet")[words.says("page_copy")], h.button(name=_name(at))[back.label]),
            ],
        ],
    )


def busy_page(words: Words, screen: Screen, at: str, seal: Callable[[str], str], numbers: Iterable[Iterable[Span]]) -> str:
    """Said where no more words can be heard for now. `numbers`: the tables of emergency numbers; urgent works."""
    tables: list[h.Node] = []
    for spans in numbers:
        tables += [each for each in blocks(spans, "") if "unseen" not in str(each)]
    return _page(
        words,
        [
            _controls(words, (*screen.footer, *screen.choices), seal),
            h.main(tabindex="-1", autofocus=True)[
                h.h1[words.says("page_title")],
                h.p(".note", role="status")[words.says("page_busy")],
                tables,
                _form(*_kept(words), h.div(".list")[h.button(name=_name(at))[words.says("back")]]),
            ],
        ],
    )


def left_page(words: Words, neutral: str, leave_to: str, leave_by: str) -> str:
    """What is there after Leave: nothing, and the way to a harmless page where the operator named one."""
    onward = h.p[h.a(href=leave_to, rel="noreferrer noopener")[words.says("page_on")]] if leave_to else None
    refresh = leave_to if leave_by == "refresh" else ""
    return _page(words, [h.main(tabindex="-1", autofocus=True)[h.h1[neutral], onward]], refresh)
