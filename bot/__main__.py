"""`python -m bot` is `constellation`."""

from bot.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
