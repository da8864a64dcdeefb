"""`constellation run NAME`: serves a channel of the registry."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import dataclass
from typing import Final

from bot.channels.channel import Channel, Service
from bot.channels.registry import channel
from bot.commands.shared.options import add_common
from bot.commands.shared.source_options import add_source
from bot.commands.shared.trust_options import add_trust

SWITCH_SECONDS: Final = 0.0005
"""How long a thread counts before another gets its turn; Python's own 5 ms are a press's whole time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb; everything else is in the environment, and the channel's own settings read it."""
    add_common(parser)
    add_source(parser)
    add_trust(parser)


def serve(asked: Channel, service: Service, args: argparse.Namespace) -> int:
    """Runs until SIGTERM. 2 where the settings are wrong, 1 where there is no whole book to start from."""
    from bot.privacy import hardening, safe_log

    # Before any secret is read: nothing but the log's own lines can be printed, and the process starts itself again with an
    # allocator that overwrites what it frees.
    safe_log.install()
    hardening.restart_with_switches()
    safe_log.shut()

    # Until the book and the finder are made, nothing is thrown away: looking for garbage would take a third of the time.
    gc.disable()
    # The event loop gets its turn ten times as soon while another thread counts: a press takes a few turns.
    sys.setswitchinterval(SWITCH_SECONDS)

    from bot.channels.settings import SettingsError
    from bot.commands.shared.start import opened
    from bot.engine import step
    from bot.runtime.reloader import Reloader
    from bot.runtime.systemd import Service as Systemd

    systemd = Systemd(os.environ)
    systemd.tell("starting")  # reading and fetching may take a while; the watchdog counts from the start
    read = asked.settings.read if asked.settings else lambda _: None
    settings, live_book = opened(args, read, SettingsError)
    reloader = Reloader(live_book, asked.surface, args.date, lambda healthy: safe_log.say("reloaded", ok=healthy), later=True)
    systemd.tell("starting")
    reloader.start()
    return service.serve(step, reloader.world, settings)


@dataclass(frozen=True, slots=True)
class RunCommand:
    """The command of one channel, as the command line wants it."""

    channel: Channel
    service: Service

    @property
    def EXAMPLE(self) -> str:  # noqa: N802 (the name that every command's module has)
        """Of its help."""
        return self.service.example

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The same for each channel."""
        add_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Serves the channel."""
        return serve(self.channel, self.service, args)


def command_of(name: str) -> RunCommand:
    """The command that serves the channel of this name. Raises `KeyError` where none is served under it."""
    asked = channel(name)
    if asked.service is None:
        raise KeyError(name)
    return RunCommand(asked, asked.service)
