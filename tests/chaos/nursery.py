"""Where processes are born: imports everything once, then forks a fresh process for every program that is asked for.

A worker needs three seconds of a core for its imports alone, which is too much for a process that lives for three.
Each child is a process of its own: it shares no descriptor, loop or connection with anybody, and dies with the nursery.
"""

import ctypes
import gc
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

# What is imported here stays: nobody needs to look through it, neither now nor in every child (`frame.settle`).
gc.disable()

from channels import registry  # noqa: E402
from hub.cli import frame  # noqa: E402
from tests.chaos import programs  # noqa: E402

#: prctl(2): the signal that a process gets when its parent dies.
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read one order per line, answer with one process id per line, until the input ends."""
    # A kind is loaded when it is looked up: here, instead of in every child.
    list(registry.KINDS.values())
    frame.settle()
    # Children that end are collected by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        config = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(config)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _be(config: dict[str, Any]) -> None:
    """Become the program. Never returns."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if config["clock"]:
            os.environ["FAKETIME_TIMESTAMP_FILE"] = config["clock"]
        _redirect(Path(config["log"]))
        code = programs.run(config)
    except BaseException:  # noqa: BLE001 - the last words of a process, whatever they are
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(told, 1)
    os.dup2(told, 2)


if __name__ == "__main__":
    main()
