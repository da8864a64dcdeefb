"""A talk to click through and to type into, drawn by the engine. What is typed lives for one answer and is shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.authoring.desk.gallery import beside_html
from bot.authoring.desk.html import e, hidden
from bot.authoring.desk.live_pack import BuiltPack
from bot.authoring.desk.page import Site, View, choices_html, page
from bot.authoring.desk.screen_html import bubble
from bot.book import BookFault
from bot.channels.html_render import spans_html
from bot.engine import Alert, Choice, Copy, Effect, Event, Leave, Press, Start, Timer, Turn, Typed, link_payload, step, unpack

TEXT_LIMIT = 2000


def _press(choice: Choice) -> str:
    return f'<button class="key {choice.kind}" form="go" name="press" value="{e(choice.token)}">{e(choice.label)}</button>'


def _effects(effects: tuple[Effect, ...], language: str) -> str:
    """What the channel would do besides showing the screen, in words."""
    parts = []
    for effect in effects:
        match effect:
            case Alert():
                parts.append(f'<p class="alert" role="alert" lang="{e(language)}">{e(effect.text)}</p>')
            case Copy():
                inner = f'<div class="bubble">{spans_html(effect.spans)}</div>'
                erase = f'<div class="keys"><div class="row"><span class="key">{e(effect.erase.label)}</span></div></div>'
                phone = f'<div class="phone" lang="{e(language)}">{inner}{erase}</div>'
                parts.append(f'<section class="copy"><h2>A copy to keep, sent as a message of its own</h2>{phone}</section>')
            case Leave():
                parts.append(
                    f'<p class="alert">Here every message is deleted. Where one cannot be, it becomes: '
                    f'<q lang="{e(language)}">{e(effect.neutral)}</q></p>'
                )
            case Timer():
                wait = f"after {effect.seconds // 60} minutes" if effect.seconds else "only when asked"
                parts.append(f'<p class="alert">The chat clears itself {wait}.</p>')
    return "".join(parts)


def event_of(form: Mapping[str, str]) -> Event:
    """What a form asks for: a press, words, or the beginning of a talk."""
    if form.get("press"):
        return Press(form["press"])
    if form.get("words", "").strip():
        return Typed(form["words"][:TEXT_LIMIT])
    return Start(link_payload(form.get("lang", ""), form.get("place", "")), form.get("lang", ""))


def _turn(good: BuiltPack, form: Mapping[str, str]) -> tuple[Turn, str]:
    """The answer, and a notice where the finder's own files keep typed words from being understood."""
    event, now = event_of(form), form.get("now", "")
    try:
        return step(good.world, now, event), ""
    except BookFault:
        notice = "Typed words cannot be understood until the files under content/find/ are mended."
        return step(good.world, now, Press(now) if now else Start()), notice


def talk(site: Site, view: View, form: Mapping[str, str]) -> str:
    """The page of a talk. `form`: `now` (the token that is shown) and what was done: `press`, `words`, or nothing to begin."""
    good = site.live.good
    if good is None:
        return page(site, view, "/talk", "Talk", "")
    turn, notice = _turn(good, form)
    state = unpack(turn.token)
    language = state.language if state else view.language
    place = good.world.index.place.get(state.place, "") if state else ""
    view = replace(view, language=language, place=place)
    key = good.names.key(turn.token, turn.screen)
    hears = {
        "question": "Type a question, as a person would",
        "word": "Type a word, as a person would",
        "place": "Type a place, as a person would",
        "nothing": "Typed words are not taken here; try what happens",
    }[turn.screen.hears]
    typing = (
        f'<form class="type" method="post" action="/talk">{hidden({"now": turn.token})}<label for="words">{hears}</label>'
        '<div class="line"><input id="words" name="words" autocomplete="off" autocapitalize="off" spellcheck="false" '
        'maxlength="2000"><button class="go">Send</button></div>'
        '<p class="quiet">It goes to this program on this machine only. It is not kept.</p></form>'
    )
    beside = beside_html(site, good.provenance.of(key, good.world.edition.chain(place)))
    body = (
        choices_html(view, good, "/talk", keep={})
        + '<p class="quiet">Show begins the talk again in that language and place.</p>'
        + f'<form id="go" method="post" action="/talk">{hidden({"now": turn.token})}</form>'
        + f'<form id="again" method="post" action="/talk">{hidden({"now": turn.token, "press": turn.token})}</form>'
        + (f'<p class="alert" role="alert">{notice}</p>' if notice else "")
        + _effects(turn.effects, language)
        + f'<div class="card talk"><div>{bubble(turn.screen, language, _press)}{typing}</div><div class="side">'
        + f"<h2><code>{e(str(key))}</code></h2>{beside}</div></div>"
    )
    return page(site, view, "/talk", "Talk", body, again="again")
