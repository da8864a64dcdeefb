"""What a running bot can print at all: a closed list of lines made of known words and bounded numbers. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PROBE_STEPS: Final = ("connect", "start", "urgent", "question", "leave", "empty")
"""The steps of the probe's talk, in order."""

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "started": (),
    "active": (),
    "passive": (),
    "page": ("port",),
    "stopping": ("queues",),
    "stopped": (),
    "reloaded": ("ok",),
    "fetched": ("files", "seconds"),
    "source_failed": ("code", "n"),
    "source_back": ("n",),
    "kept_withdrawn": ("n",),
    "cache_failed": (),
    "hears_less": ("why",),
    "health_red": ("age",),
    "health_green": (),
    "valkey_away": (),
    "valkey_back": (),
    "poll_failed": ("code", "n"),
    "poll_back": ("n",),
    "rival": ("n",),
    "refused": ("code",),
    "setup_failed": ("code",),
    "gave_up": (),
    "poison": (),
    "stray": ("bytes",),
    "counts": (
        *("answered", "poison", "parked", "dropped", "superseded", "retries", "faults", "plain", "doubtful", "gave_up"),
        *("slowed", "groups", "forgotten", "late", "owed", "undone", "sessions", "queues"),
    ),
    "probe_ok": PROBE_STEPS,
    **{f"probe_failed_{step}": (*PROBE_STEPS, "waited", "other") for step in PROBE_STEPS},
}
"""Each kind of event, with the numbers it may carry."""

FAULTS: Final = ("fault", "warning")
"""Kinds that carry the class of an exception and a line of our own code."""

LIBRARIES: Final = (
    "httpx",
    "httpcore",
    "telegram",
    "asyncio",
    "aiohttp",
    "uvicorn",
    "starlette",
    "concurrent",
    "valkey",
    "telethon",
    "other",
)
"""Whose log records are counted in by name; all others are `other`."""

REFUSALS: Final[Mapping[str, str]] = {
    "arguments": "the arguments make no sense; --help lists those that do",
    "content": "there is no whole book to start from; constellation content check explains each fault",
    "settings": "the settings cannot be used; constellation ops doctor says which",
    "token_form": "what is given as the token is none: it is one line like 123456:ABC-def, as BotFather shows it",
    "token": "no token: name a file that holds it in CONSTELLATION_TELEGRAM_TOKEN_FILE",
    "api_url": "CONSTELLATION_TELEGRAM_API_URL would send the token in clear: use https, or http to this machine (127.0.0.1)",
    "token_file": "the file in CONSTELLATION_TELEGRAM_TOKEN_FILE cannot be read",
    "secret": "a webhook needs a secret of 16 characters or more, in CONSTELLATION_TELEGRAM_WEBHOOK_SECRET_FILE",
    "secret_file": "the file in CONSTELLATION_TELEGRAM_WEBHOOK_SECRET_FILE cannot be read",
    "pepper": "CONSTELLATION_PEPPER_FILE is not used any more: unset it and delete the file; replicas share their pepper in "
    "memory, over CONSTELLATION_VALKEY",
    "webhook_library": "a webhook needs libraries, the extra `web` (docs/operations.md, Extras); or unset "
    "CONSTELLATION_TELEGRAM_WEBHOOK_URL to poll",
    "valkey_library": "replicas need a library, the extra `valkey` (docs/operations.md, Extras)",
    "valkey_polls": "replicas need a webhook, CONSTELLATION_TELEGRAM_WEBHOOK_URL: Telegram lets one process poll; "
    "or unset CONSTELLATION_VALKEY and run one process",
    "valkey_file": "the file in CONSTELLATION_VALKEY_FILE cannot be read, or holds no address",
    "valkey_address": "CONSTELLATION_VALKEY is unix://PATH, valkeys://HOST:PORT, valkeys+sentinel://HOST:PORT,HOST:PORT/SERVICE, "
    "or valkey://127.0.0.1:PORT; the certificate is always looked at, ?ssl_ca_certs=PATH says who signs it",
    "valkey_plain": "what replicas share would cross the network in clear: use valkeys:// (TLS) or a unix socket, or say "
    "CONSTELLATION_VALKEY_UNSAFE=yes",
    "valkey_snapshots": 'Valkey writes snapshots on its disk: set save "" there (deploy/valkey/valkey.conf), or say '
    "CONSTELLATION_VALKEY_UNSAFE=yes",
    "valkey_append_only": "Valkey writes what it is told on its disk: set appendonly no there (deploy/valkey/valkey.conf), or "
    "say CONSTELLATION_VALKEY_UNSAFE=yes",
    "valkey_slow_log": "Valkey keeps slow commands with what they carry: set slowlog-log-slower-than -1 there "
    "(deploy/valkey/valkey.conf), or say CONSTELLATION_VALKEY_UNSAFE=yes",
    "valkey_command_log": "Valkey keeps large commands with what they carry: set commandlog-request-larger-than and "
    "commandlog-reply-larger-than to -1 there (deploy/valkey/valkey.conf), or say CONSTELLATION_VALKEY_UNSAFE=yes",
    "valkey_unseen": "Valkey does not say whether it writes down what it is told: allow CONFIG GET to the bot's user "
    "(deploy/valkey/users.acl), or say CONSTELLATION_VALKEY_UNSAFE=yes",
    "replicas": "CONSTELLATION_REPLICAS is a whole number from 1 to 99",
    "web_join": "replicas of the page need CONSTELLATION_WEB_JOIN_FILE: a file with 32 random characters or more, the same "
    "for all",
    "signal_join": "a second bot on Signal needs CONSTELLATION_SIGNAL_JOIN_FILE: a file with 32 random characters or more, the "
    "same for both",
    "session": "CONSTELLATION_SESSION_SECONDS is a whole number from 10 to 1800",
    "source": "the source could not be fetched and nothing good of it is kept; "
    "try by hand: git -c http.followRedirects=false ls-remote ADDRESS",
    "source_address": "a source is https://..., ssh://..., file:///... or user@host:path, without a password; a branch is a name",
    "source_every": "how often to look at the source is a whole number of seconds from 5 to 86400",
    "source_cache": "with a source, name a folder that stays in CONSTELLATION_CACHE_DIR: a restart needs what it keeps",
    "source_git": "a source needs git; install it",
    "daemon": "no daemon: give the path of signal-cli's socket in CONSTELLATION_SIGNAL_SOCKET (docs/signal.md)",
    "daemon_far": "what people write would go to signal-cli in clear: name its socket, or a port of this machine",
    "probe_signal": "the probe needs CONSTELLATION_PROBE_SOCKET, and _BOT with the bot's ACI (docs/operations.md)",
    "probe_telegram": "the probe needs CONSTELLATION_PROBE_BOT, _API_ID, _API_HASH_FILE and _SESSION_FILE (docs/operations.md)",
    "web_library": "the page needs libraries, the extra `page` (docs/operations.md, Extras)",
    "web_listen": "CONSTELLATION_WEB_LISTEN is HOST:PORT, like 127.0.0.1:8480, or the whole path of a unix socket",
    "web_far": "others could read what people write: listen on 127.0.0.1, or say with CONSTELLATION_WEB_BEHIND_PROXY=yes that a "
    "proxy with TLS stands before the page (docs/web.md)",
    "web_workers": "the page runs in one process: a second could not open what the first has sealed; unset WEB_CONCURRENCY and "
    "CONSTELLATION_WEB_WORKERS",
    "web_onion": "CONSTELLATION_WEB_ONION is http:// and the 56 letters of a version 3 onion address, then .onion",
    "web_leave": "CONSTELLATION_WEB_LEAVE_TO is https://NAME/... or http:// and an onion address, without a port or a "
    "question mark; CONSTELLATION_WEB_LEAVE_BY is link or refresh",
    "web_leave_here": "CONSTELLATION_WEB_LEAVE_TO leads back to the page: name a harmless page of somebody else's",
    "web_taken": "the address in CONSTELLATION_WEB_LISTEN is taken, or may not be used",
    "probe_web": "the probe needs CONSTELLATION_PROBE_PAGE: https://..., or http:// to this machine",
    "probe_library": "the probe needs a library, the extra `probe` (docs/operations.md, Extras)",
    "probe_words": "these words lead to no topic in every language of the pack: ask others with --ask, or none",
}
"""Why a bot does not start, in words for whoever starts it. No sentence has a place for a value."""

LARGEST: Final = 999_999_999
"""Numbers beyond it are printed as it: nine digits hold any count, and hardly an id."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,3})?")
_CLASS: Final = r"[A-Za-z_][A-Za-z0-9_]{0,39}"
_PLACE: Final = r"(?:bot/[a-z0-9_/]{1,80}\.py:[0-9]{1,5}|outside:0)"
_FAULT: Final = re.compile(rf"({'|'.join(FAULTS)}) error=({_CLASS}) at=({_PLACE})")
_LIBRARY: Final = re.compile(rf"library from=({'|'.join(LIBRARIES)}) level=([0-9]{{1,9}}) error=({_CLASS}) at=({_PLACE})")
_FILE: Final = r"[a-z][a-zA-Z0-9_./-]{0,119}"
_CONTENT: Final = re.compile(rf"content_fault code=([A-Z][A-Z0-9-]{{0,39}}) at=({_FILE}:[0-9]{{1,6}})")
_REFUSED: Final = "constellation: "


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, read. `numbers`: what it counts. `error`, `at`: of faults. `why`: the reason of a refusal."""

    kind: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    at: str = ""
    why: str = ""


def event_line(kind: str, numbers: Mapping[str, float]) -> str:
    """The line of an event. Raises `ValueError`, without its content, for a kind, key or value outside the grammar."""
    if not numbers.keys() <= set(EVENTS.get(kind, ())) or kind not in EVENTS:
        raise ValueError("outside the log's grammar")
    return " ".join((kind, *(f"{key}={_digits(value)}" for key, value in numbers.items())))


def _digits(value: float) -> str:
    if type(value) not in (int, float, bool) or not math.isfinite(value):
        raise ValueError("outside the log's grammar")
    held = max(-LARGEST, min(LARGEST, value))
    return str(int(held)) if isinstance(value, int) or held == int(held) else f"{held:.3f}"


def fault_line(kind: str, error: str, at: str) -> str:
    """The line of a fault: the name of an exception's class, and a place in our code."""
    return f"{kind if kind in FAULTS else FAULTS[0]} error={_or_other(_CLASS, error)} at={_or_outside(at)}"


def library_line(origin: str, level: int, error: str, at: str) -> str:
    """The line for a log record of a library: whose, how grave, and as `fault_line`."""
    name = origin if origin in LIBRARIES else "other"
    return f"library from={name} level={max(0, min(LARGEST, level))} error={_or_other(_CLASS, error)} at={_or_outside(at)}"


def content_line(code: str, file: str, line: int) -> str:
    """The line for a fault in the content: its code, file and line. `constellation content check` has its words."""
    known = code if re.fullmatch(r"[A-Z][A-Z0-9-]{0,39}", code) else "OTHER"
    return f"content_fault code={known} at={file if re.fullmatch(_FILE, file) else 'other'}:{max(0, min(999_999, line))}"


def refusal_line(why: str) -> str:
    """The line for a bot that does not start. `why`: a key of `REFUSALS`; any other is `settings`."""
    return _REFUSED + REFUSALS[why if why in REFUSALS else "settings"]


def parse(line: str) -> Line | None:
    """What a printed line says, or None for a line that nothing of ours prints. `line`: without its newline."""
    if found := _FAULT.fullmatch(line):
        return Line(found[1], error=found[2], at=found[3])
    if found := _LIBRARY.fullmatch(line):
        return Line("library", {"level": float(found[2])}, found[3], found[4])
    if found := _CONTENT.fullmatch(line):
        return Line("content_fault", error=found[1], at=found[2])
    if line.startswith(_REFUSED):
        why = next((why for why, words in REFUSALS.items() if words == line[len(_REFUSED) :]), None)
        return Line("refusal", why=why) if why else None
    kind, *pairs = line.split(" ")
    numbers: dict[str, float] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key not in EVENTS.get(kind, ()) or key in numbers or not _NUMBER.fullmatch(value):
            return None
        numbers[key] = float(value)
    return Line(kind, numbers) if kind in EVENTS else None


def _or_other(shape: str, text: str) -> str:
    return text if re.fullmatch(shape, text) else "other"


def _or_outside(place: str) -> str:
    return place if re.fullmatch(_PLACE, place) else "outside:0"
