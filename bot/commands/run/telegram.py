"""`constellation run telegram`: the bot in Telegram, by polling or behind a webhook."""

from __future__ import annotations

import argparse
import os

from bot.commands.shared.options import add_common
from bot.commands.shared.source_options import add_source
from bot.commands.shared.trust_options import add_trust

EXAMPLE = "CONSTELLATION_TELEGRAM_TOKEN_FILE=token constellation run telegram"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb; everything else is in the environment (`bot/channels/telegram/settings.py`)."""
    add_common(parser)
    add_source(parser)
    add_trust(parser)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM. 2 where the settings are wrong, 1 where there is no whole book to start from."""
    from bot.privacy import hardening, safe_log

    # Before any secret is read: nothing but the log's own lines can be printed, and the process starts itself again with an
    # allocator that overwrites what it frees.
    safe_log.install()
    hardening.restart_with_switches()
    safe_log.shut()

    from bot.channels.telegram import SURFACE
    from bot.channels.telegram.app import run as serve
    from bot.channels.telegram.profile import Profile
    from bot.channels.telegram.settings import SettingsError, from_environment
    from bot.commands.shared.start import opened
    from bot.engine import step
    from bot.runtime.reloader import Reloader
    from bot.runtime.systemd import Service

    systemd = Service(os.environ)
    systemd.tell("starting")  # reading and fetching may take a while; the watchdog counts from the start
    settings, shelf = opened(args, from_environment, SettingsError)
    keeper = Reloader(shelf, SURFACE, args.date, lambda healthy: safe_log.say("reloaded", ok=healthy))
    edition = keeper.world().edition
    flows = edition.flows

    def profile(language: str, shown_to: str) -> Profile:
        says = {key: flows.says(f"profile_{key}", language) for key in ("description", "short", "urgent", "leave", "home")}
        commands = (("home", says["home"]), ("urgent", says["urgent"]), ("leave", says["leave"]))
        name = edition.book.name.get(language) or next(iter(edition.book.name.values()))
        return Profile(shown_to, name, says["description"], says["short"], commands)

    profiles = [profile(edition.languages[0], ""), *(profile(language, language) for language in edition.languages)]
    systemd.tell("starting")
    keeper.start()
    return serve(step, keeper.world, settings, profiles)
