"""`python -m hub` is `gongbu`."""

import gc

# What a program is made of stays: to look through all of it time and again takes a fifth of the start. A command
# that runs has its collector back (`hub.cli.frame.settle`).
gc.disable()

from hub.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
