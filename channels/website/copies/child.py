"""The bounded process in which a copy is made: a sheet with its pictures in, the file out.

`python -m channels.website.copies.child KIND`. Opens no connection, starts no program; whoever starts it gives it a
time and no secrets.
"""

import base64
import gc
import json
import logging
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

from channels.website.copies.sheet import Sheet

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 40
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


class _ForbiddenError(Exception):
    """A library tried what making a file never needs."""


def main() -> int:
    """Make the file of the kind; the exit code is 0 when it is whole on standard output."""
    # First the libraries, which look for others and may start programs for that; then the bounds, and then the text.
    gc.disable()
    maker = _maker(sys.argv[1])
    gc.freeze()
    gc.enable()
    _bound()
    given = json.loads(sys.stdin.buffer.read())
    pictures = {name: base64.b64decode(data) for name, data in given["pictures"].items()}
    made = maker(Sheet.model_validate(given["sheet"]), pictures)
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


def _maker(kind: str) -> Callable[[Sheet, Mapping[str, bytes]], bytes]:
    """Only the one that is asked for: a Word file need not wait for what a PDF needs."""
    if kind == "pdf":
        from channels.website.copies import pdf  # noqa: PLC0415

        pdf.load()
        logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
        return pdf.make
    from channels.website.copies import docx  # noqa: PLC0415

    return docx.make


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.setrecursionlimit(20_000)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_audit)


def _audit(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise _ForbiddenError(event)


if __name__ == "__main__":
    sys.exit(main())
