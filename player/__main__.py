"""``python -m player``: the command ``dreamers``."""

from player.cli import main

if __name__ == "__main__":
    main()
