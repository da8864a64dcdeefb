"""Where replicas are to meet: what is taken, and each refusal with its one line."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bot.channels import settings as common
from bot.channels.settings import SettingsError, Sharing
from bot.channels.telegram import settings as telegram
from bot.channels.web import settings as web
from bot.privacy.log_grammar import REFUSALS, refusal_line

TOKEN = {"CONSTELLATION_TELEGRAM_TOKEN": "1:x"}
HOOK = {
    **TOKEN,
    "CONSTELLATION_TELEGRAM_WEBHOOK_URL": "https://example.org/",
    "CONSTELLATION_TELEGRAM_WEBHOOK_SECRET": "sixteen-letters-and-more",
}
VALKEY = {"CONSTELLATION_VALKEY": "unix:///run/valkey"}


def test_the_address_stands_in_the_environment_or_in_a_file(tmp_path: Path) -> None:
    """The file goes first: an address with a password belongs there."""
    file = tmp_path / "address"
    file.write_text("valkeys://bot:secret@example.org:6379\n")
    assert telegram.from_environment({**HOOK, **VALKEY}).sharing == Sharing("unix:///run/valkey", 3)
    found = {**HOOK, **VALKEY, "CONSTELLATION_VALKEY_FILE": str(file), "CONSTELLATION_REPLICAS": "2"}
    assert telegram.from_environment(found).sharing == Sharing("valkeys://bot:secret@example.org:6379", 2)
    assert telegram.from_environment(HOOK).sharing is None


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({**TOKEN, **VALKEY}, "valkey_polls"),
        ({**HOOK, "CONSTELLATION_VALKEY": "http://example.org"}, "valkey_address"),
        ({**HOOK, "CONSTELLATION_VALKEY": "valkey://example.org"}, "valkey_plain"),
        ({**HOOK, **VALKEY, "CONSTELLATION_VALKEY_FILE": "/nowhere/canary"}, "valkey_file"),
        ({**HOOK, **VALKEY, "CONSTELLATION_REPLICAS": "0"}, "replicas"),
        ({**HOOK, **VALKEY, "CONSTELLATION_REPLICAS": "many"}, "replicas"),
    ],
)
def test_what_cannot_work_is_refused(environ: dict[str, str], why: str) -> None:
    """In one line, without any value."""
    with pytest.raises(SettingsError) as caught:
        telegram.from_environment(environ)
    assert caught.value.why == why
    assert "\n" not in refusal_line(why)
    assert "canary" not in str(caught.value)


def test_a_server_in_clear_is_taken_where_the_operator_says_so() -> None:
    """A network of one's own."""
    environ = {**HOOK, "CONSTELLATION_VALKEY": "valkey://example.org", "CONSTELLATION_VALKEY_UNSAFE": "yes"}
    assert telegram.from_environment(environ).sharing == Sharing("valkey://example.org", 3, unsafe=True)


@pytest.mark.parametrize(
    ("library", "why"), [("uvicorn", "webhook_library"), ("starlette", "webhook_library"), ("valkey", "valkey_library")]
)
def test_a_plain_install_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch, library: str, why: str) -> None:
    """Before anything is started; who polls needs none of them."""

    def without(name: str) -> object:
        return None if name == library else importlib.util.find_spec(name)

    monkeypatch.setattr(telegram, "find_spec", without)
    monkeypatch.setattr(common, "find_spec", without)
    with pytest.raises(SettingsError) as caught:
        telegram.from_environment({**HOOK, **VALKEY})
    assert caught.value.why == why
    assert "extra" in REFUSALS[why]
    assert telegram.from_environment(TOKEN).sharing is None


def test_pages_of_replicas_need_a_secret_of_their_own(tmp_path: Path) -> None:
    """The page has no token by which they could know each other."""
    file = tmp_path / "join"
    for content in (None, "short"):
        if content:
            file.write_text(content)
        with pytest.raises(SettingsError) as caught:
            web.from_environment({**VALKEY, "CONSTELLATION_WEB_JOIN_FILE": str(file)})
        assert caught.value.why == "web_join"
    file.write_text("x" * 32)
    found = web.from_environment({**VALKEY, "CONSTELLATION_WEB_JOIN_FILE": str(file)})
    assert (found.sharing, found.join_secret) == (Sharing("unix:///run/valkey", 3), "x" * 32)
    assert web.from_environment({}).sharing is None


def test_each_reason_of_the_state_has_its_sentence() -> None:
    """What the server itself is refused for, once it has been looked at."""
    for why in ("address", "plain", "snapshots", "append_only", "slow_log", "command_log", "unseen"):
        assert "CONSTELLATION_VALKEY" in REFUSALS[f"valkey_{why}"]
