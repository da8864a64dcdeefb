"""What every answer carries: the headers that close a page, and padding to a few sizes."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final

from bot.channels.web.pages import STYLE

_STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FEATURES: Final = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "clipboard-read", "clipboard-write",
    "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
    "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
    "web-share", "window-management", "xr-spatial-tracking",
)  # fmt: skip
HEADERS: Final = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", POLICY),
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-robots-tag", "noindex, nofollow, noarchive, nosnippet"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", ", ".join(f"{name}=()" for name in FEATURES)),
)
"""The same on every answer, in this order. No compression: what a person types must not change the length of a secret."""

SIZES: Final = (9 * 1024, 12 * 1024)
"""Bytes of a page: all screens of the pack have the first. With the headers the largest is below 14 KB, what
one round trip brings."""


def padded(page: str, sizes: tuple[int, ...] = SIZES) -> bytes:
    """A page filled up to one of `sizes` with a comment; beyond the last, to a multiple of it."""
    data = page.encode()
    frame = len("<!---->")
    wanted = next((size for size in sizes if len(data) + frame <= size), 0)
    if not wanted:
        wanted = -(-(len(data) + frame) // sizes[-1]) * sizes[-1]
    return data + b"<!--" + b" " * (wanted - len(data) - frame) + b"-->"


def closed_headers(onion: str = "") -> list[tuple[bytes, bytes]]:
    """The headers as bytes. `onion`: the page's onion address, "" for none; of it the address alone, never a path."""
    more = (("onion-location", onion),) if onion else ()
    return [(name.encode(), value.encode()) for name, value in (*HEADERS, *more)]
