"""The command line. Exit codes: 0 good, 1 failed, 2 wrong use."""

from hub.cli.root import main

__all__ = ["main"]
