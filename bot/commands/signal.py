"""`constellation signal`: the bot on Signal, through a signal-cli daemon (docs/signal.md)."""

from __future__ import annotations

import argparse
import os

from bot.commands.options import add_common
from bot.commands.sourcing import add_source
from bot.commands.trusting import add_trust


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb; CONSTELLATION_SIGNAL_SOCKET and CONSTELLATION_SIGNAL_ACCOUNT are in the environment."""
    add_common(parser)
    add_source(parser)
    add_trust(parser)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM. 2 where the settings are wrong, 1 where there is no whole book to start from."""
    from bot.privacy import hardening, silence

    silence.install()
    hardening.restart_with_switches()
    silence.shut()

    from bot.channels.service import Service
    from bot.channels.signal import SURFACE
    from bot.channels.signal.app import run as serve
    from bot.channels.signal.settings import SettingsError, from_environment
    from bot.commands.keeper import Keeper, opened
    from bot.engine.step import step

    systemd = Service(os.environ)
    systemd.tell("starting")  # reading and fetching may take a while; the watchdog counts from the start
    settings, shelf = opened(args, from_environment, SettingsError)
    keeper = Keeper(shelf, SURFACE, args.date, lambda healthy: silence.say("reloaded", ok=healthy))
    systemd.tell("starting")
    keeper.start()
    return serve(step, keeper.world, settings)
