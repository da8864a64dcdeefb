"""Where the bot is, for what is shared and printed: from the options, or from the pack's signed list; held against that list."""

from __future__ import annotations

import argparse

from bot.book import Edition
from bot.outreach.addresses import Addresses, addresses


def add_addresses(parser: argparse.ArgumentParser) -> None:
    """`--bot`, `--signal`, `--page`."""
    parser.add_argument("--bot", default="", metavar="NAME", help="the bot's name in Telegram (else the signed list's)")
    parser.add_argument("--signal", default="", metavar="LINK", help="the bot's link in Signal")
    parser.add_argument("--page", default="", metavar="ADDRESS", help="the address of the bot's page")


def where(args: argparse.Namespace, edition: Edition) -> Addresses:
    """The addresses to share. Raises ValueError where there are none, or where the pack's signed list does not have one of them:
    a card with a wrong address sends people to somebody else."""
    found = addresses(edition, args.bot, args.signal, args.page)
    if not found.any:
        raise ValueError(
            "give --bot NAME, --signal LINK or --page ADDRESS, or sign a list: constellation share addresses --key KEY"
        )
    genuine = edition.genuine
    if genuine.addresses:
        from bot.trust.genuine import check, listed
        from bot.trust.sshsig import Untrusted

        try:
            check(*genuine, edition.date)
        except Untrusted as error:
            raise ValueError(str(error)) from None
        for address in (found.telegram, found.signal, found.page):
            if address and not listed(genuine.addresses, address):
                raise ValueError(
                    "that address is not on the pack's signed list; mend the address, or sign the list again with it"
                )
    return found
