"""The command line: seven nouns and their verbs. This file lists them and calls the one asked for.

Modules are imported when their verb runs: `constellation chat` starts in a fraction of a second because it loads no network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Final, NoReturn, Protocol, cast

Handler = Callable[[argparse.Namespace], int]

NOUNS: Final[dict[str, str]] = {
    "chat": "talk in this terminal",
    "run": "run the bot in a channel",
    "content": "check, search, change and measure the content",
    "desk": "the pack as people will see it, with forms, in a page on this machine",
    "share": "links, cards and posters, and the bot's signed addresses",
    "trust": "sign content, and see who signed it",
    "ops": "look after a bot that runs",
}
"""The first word of a command, with its line of help."""

_VERBS: Final[dict[str, dict[str, str]]] = {
    "content": {
        "check": "every fault in the content and the flows, explained",
        "search": "what typed words would show, and how often that is right",
        "new": "plain questions, and a valid tip, topic, referral, place or language",
        "import": "a spreadsheet or a directory's file into the pack",
        "export": "tips or referrals as a spreadsheet, referrals for a directory",
        "retract": "take a referral, a number, a tip or a topic away at once",
        "approvals": "what a change still needs before it may go out",
        "coverage": "what the pack holds, and what peers could do next",
        "graph": "the flows as a picture",
        "schema": "what editors need to complete and underline",
    },
    "share": {
        "link": "links to share, from the pack's codes",
        "print": "cards, posters, the offline emergency sheet and an agency's papers",
        "addresses": "the signed list of the bot's addresses",
    },
    "trust": {
        "sign": "your signature under the content and the flows",
        "verify": "who signed the content and the flows",
    },
    "ops": {
        "doctor": "check this machine, and how to mend it",
        "health": "whether the bot on this machine is answered",
        "probe": "play a whole talk through the real channel, and tell when it fails",
        "inventory": "what exists in a running deployment, and what it would tell",
    },
}
"""The verbs of each noun but `run`, whose verbs are the channels."""

Command = tuple[str, str]
"""A noun and its verb, or "" for a noun that is a command."""


class CommandModule(Protocol):
    """What does a command: mostly a module of `bot.commands`. `EXAMPLE`: a worked one, for its help."""

    @property
    def EXAMPLE(self) -> str:  # noqa: N802 (a module's constant)
        """A command as a person would type it."""

    @property
    def add_arguments(self) -> Callable[[argparse.ArgumentParser], None]:
        """Adds its options to a parser."""

    @property
    def run(self) -> Handler:
        """Does it."""


def verbs(noun: str) -> dict[str, str]:
    """The verbs of a noun with their lines of help; none for a noun that is a command of its own."""
    if noun != "run":
        return _VERBS.get(noun, {})
    from bot.channels.registry import served

    return {each.name: each.service.summary for each in served() if each.service}


def commands() -> list[Command]:
    """Every command, in the order of the help."""
    return [(noun, verb) for noun in NOUNS for verb in verbs(noun) or {"": ""}]


def _logged(command: Command | None) -> bool:
    """Whether a command's output may be a log: what was typed on its command line, a token by mistake, is not repeated there."""
    return command is not None and (command[0] == "run" or command == ("ops", "probe"))


def module_of(noun: str, verb: str = "") -> CommandModule:
    """What does a command: the module of the same name, with an underscore where Python keeps the word to itself; for a channel,
    what serves it. Raises `KeyError` for a channel that is not served."""
    if noun == "run":
        from bot.commands.run.channel import command_of

        return command_of(verb)
    name = f"{noun}.{verb}" if verb else noun
    return cast("CommandModule", import_module(f"bot.commands.{name}_" if iskeyword(verb) else f"bot.commands.{name}"))


def _sentence(line: str) -> str:
    return f"{line[0].upper()}{line[1:]}."


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are safe to print. `logged`: its output may be a log, where nothing that was typed is repeated."""

    logged = False

    def error(self, message: str) -> NoReturn:
        """Says what is wrong in the arguments, and leaves with status 2. In a workflow they may come from a proposal, names of
        files too: control signs and line breaks never reach the terminal."""
        if self.logged:
            from bot.privacy import safe_log

            safe_log.refuse("arguments")
            raise SystemExit(2)
        from bot.book import one_line

        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: error: {one_line(message)}\n")


def _fill(command: _Parser, noun: str, verb: str) -> None:
    """The options of a command, and its worked example."""
    module = module_of(noun, verb)
    module.add_arguments(command)
    command.epilog = f"example:\n  {module.EXAMPLE}"
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.logged = _logged((noun, verb))


def parser(only: Command | None = None) -> argparse.ArgumentParser:
    """The command line. `only`: load the arguments of this command alone, the others by name (faster)."""
    top = _Parser(prog="constellation", description="An anonymous chatbot whose words its community writes.")
    nouns = top.add_subparsers(dest="noun", metavar="COMMAND", required=True)
    top.logged = _logged(only)
    for noun, line in NOUNS.items():
        group = nouns.add_parser(noun, help=line, description=_sentence(line))
        if only and only[0] != noun:
            continue
        known = verbs(noun)
        if not known:
            group.set_defaults(verb="")
            _fill(group, noun, "")
            continue
        inner = group.add_subparsers(dest="verb", metavar="COMMAND", required=True)
        group.logged = _logged(only)
        for verb, said in known.items():
            command = inner.add_parser(verb, help=said, description=_sentence(said))
            if only in (None, (noun, verb)):
                _fill(command, noun, verb)
    return top


def _asked(words: Sequence[str]) -> Command | None:
    """The command that `words` name, None where they name none: then every one is loaded, for the help."""
    if not words or words[0] not in NOUNS:
        return None
    noun = words[0]
    known = verbs(noun)
    if not known:
        return noun, ""
    return (noun, words[1]) if len(words) > 1 and words[1] in known else None


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0, 1 where something was found wrong, 2 for arguments that make no sense."""
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None and words[:1] == ["run"]:
        # A bot starts itself again with its allocator's switches: before anything is read, it costs a twentieth of a second.
        from bot.privacy import hardening

        hardening.restart_with_switches()
    args = parser(_asked(words)).parse_args(words)
    run: Handler = module_of(args.noun, args.verb).run
    try:
        return run(args)
    except BrokenPipeError:
        return 0
    except OSError as error:
        from bot.book import LinkError
        from bot.commands.shared.output import say_error

        if not isinstance(error, LinkError):
            raise
        say_error(f"constellation: {error}")
        return 2
