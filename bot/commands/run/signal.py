"""`constellation run signal`: the bot on Signal, through a signal-cli daemon (docs/signal.md)."""

from __future__ import annotations

import argparse
import os

from bot.commands.shared.options import add_common
from bot.commands.shared.source_options import add_source
from bot.commands.shared.trust_options import add_trust

EXAMPLE = "CONSTELLATION_SIGNAL_SOCKET=/run/signal-cli/socket constellation run signal"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb; CONSTELLATION_SIGNAL_SOCKET and CONSTELLATION_SIGNAL_ACCOUNT are in the environment."""
    add_common(parser)
    add_source(parser)
    add_trust(parser)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM. 2 where the settings are wrong, 1 where there is no whole book to start from."""
    from bot.privacy import hardening, safe_log

    safe_log.install()
    hardening.restart_with_switches()
    safe_log.shut()

    from bot.channels.signal import SURFACE
    from bot.channels.signal.app import run as serve
    from bot.channels.signal.settings import SettingsError, from_environment
    from bot.commands.shared.start import opened
    from bot.engine import step
    from bot.runtime.reloader import Reloader
    from bot.runtime.systemd import Service

    systemd = Service(os.environ)
    systemd.tell("starting")  # reading and fetching may take a while; the watchdog counts from the start
    settings, shelf = opened(args, from_environment, SettingsError)
    keeper = Reloader(shelf, SURFACE, args.date, lambda healthy: safe_log.say("reloaded", ok=healthy))
    systemd.tell("starting")
    keeper.start()
    return serve(step, keeper.world, settings)
