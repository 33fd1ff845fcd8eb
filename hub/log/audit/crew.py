"""Examining on every core: each process of a crew takes every n-th bundle and hands over what it comes to, in order.

The processes are programs of their own and no forks: a fork is safe only where no other thread runs, and whoever
verifies inside a larger program has threads. What a process has found waits in its pipe, so only few are held at once.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO, cast

from hub.log.audit import layout
from hub.log.audit.examine import Examined, examine
from hub.log.audit.report import RefusedError

#: Below so many bundles a second process costs more than it saves.
_WORTH_SHARING = 128
_MAX_PROCESSES = 16
#: Bytes that a process may be ahead of the reader, where the system lets us say so.
_PIPE_SIZE = 1 << 20


def examine_all(root: Path, size: int) -> Generator[Examined, None, None]:
    """Yield what each bundle comes to, in order, up to the first that is refused. Close it to end its processes.

    Raises RefusedError if a process dies.
    """
    wanted = min(_cores(), _MAX_PROCESSES) if layout.count(size) >= _WORTH_SHARING else 1
    crew = _hire(root, size, wanted) if wanted > 1 else []
    yield from _examine_shared(crew, size) if crew else _examine(root, size, 0, 1)


def _examine(root: Path, size: int, first: int, step: int) -> Generator[Examined, None, None]:
    for number in range(first, layout.count(size), step):
        examined = examine(root, layout.bundle(number, size))
        yield examined
        # A size that a key holder made up may be astronomic: the first missing file ends the walk.
        if examined.refused:
            return


def _examine_shared(crew: Sequence[subprocess.Popen[bytes]], size: int) -> Generator[Examined, None, None]:
    pipes = [cast("IO[bytes]", one.stdout) for one in crew]
    try:
        for number in range(layout.count(size)):
            examined: Examined = pickle.load(pipes[number % len(crew)])  # noqa: S301 - our own process wrote it
            yield examined
            if examined.refused:
                return
    except (EOFError, pickle.UnpicklingError) as error:
        raise RefusedError("audit.interrupted") from error
    finally:
        _dismiss(crew)


def _hire(root: Path, size: int, wanted: int) -> list[subprocess.Popen[bytes]]:
    """Start so many processes, or none where the system does not let us: then the work is done alone."""
    crew: list[subprocess.Popen[bytes]] = []
    try:
        crew.extend(_start(root, size, first, wanted) for first in range(wanted))
    except OSError:
        _dismiss(crew)
        return []
    return crew


def _dismiss(crew: Sequence[subprocess.Popen[bytes]]) -> None:
    for one in crew:
        one.kill()
        one.communicate()


def _start(root: Path, size: int, first: int, step: int) -> subprocess.Popen[bytes]:
    # Without -P it would look for modules in the working directory first, and that may be a hostile export.
    command = [sys.executable, "-P", "-m", __spec__.name, os.fspath(root), *map(str, (size, first, step))]
    place = {**os.environ, "PYTHONPATH": os.fspath(Path(__file__).parents[3])}
    return subprocess.Popen(  # noqa: S603 - this interpreter and this module, no shell
        command,
        env=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pipesize=_PIPE_SIZE,
    )


def _cores() -> int:
    """Return how many cores this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _work(root: str, size: str, first: str, step: str) -> None:
    # Nothing here makes reference cycles, and looking for them costs time.
    gc.disable()
    for examined in _examine(Path(root), int(size), int(first), int(step)):
        sys.stdout.buffer.write(pickle.dumps(examined))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _work(*sys.argv[1:])
