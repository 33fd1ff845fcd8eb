"""The bounded process in which a hostile file is read.

`python -m hub.intake.child FORMAT`: bytes in, one JSON object out.

Opens no connection, starts no program, writes no file; `convert` gives it a time and no secrets.
"""

import base64
import gc
import importlib
import json
import resource
import sys
from typing import Any

if __name__ == "__main__":
    # What a program is made of stays: to look through it again and again is a tenth of the start (`_module`).
    gc.disable()

from hub.intake import archive, cells, decode, errors, manuscript
from hub.intake.notices import Notice
from hub.intake.sniff import Format

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")


class _ForbiddenError(Exception):
    """A library tried what reading a document never needs."""


def main() -> int:
    """Read the file on standard input and write the answer; the exit code is 0 whenever there is an answer."""
    form = Format(sys.argv[1])
    _bound()
    _keep()
    sys.stdout.buffer.write(_answer(form, sys.stdin.buffer.read(), frozenset(sys.argv[2:])))
    sys.stdout.buffer.flush()
    return 0


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_audit)


def _audit(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise _ForbiddenError(event)


def _answer(form: Format, data: bytes, wishes: frozenset[str]) -> bytes:
    try:
        if form is Format.CELLS:
            return cells.pack(cells.read(data))
        if form in {Format.INSIDE, Format.CLEANING}:
            return _beside(form, next(one for one in wishes if one.startswith(".")), data)
        return manuscript.pack(_read(form, data, wishes))
    except errors.IntakeError as error:
        return _refusal(error.code, error.message, error.notices)
    except (MemoryError, RecursionError):
        return _refusal(errors.Code.TOO_SLOW)
    except Exception:  # noqa: BLE001 - whatever four libraries raise on a broken file, the person needs one sentence
        return _refusal(errors.Code.BROKEN)


def _beside(form: Format, ending: str, data: bytes) -> bytes:
    """Of a file that stands beside a document: what is in it, or the same without its makers."""
    if form is Format.CLEANING:
        cleaner = _module("cleaning")
        return json.dumps({"data": base64.b64encode(cleaner.clean(ending, data)).decode()}).encode()
    inspection: str = _module("inside").look(ending, data).model_dump_json()
    return inspection.encode()


def _read(form: Format, data: bytes, wishes: frozenset[str]) -> manuscript.Manuscript:
    if form is Format.DOCX:
        # Most broken files end here, before the Word libraries take their half second to load.
        archive.check(data)
    reader = _module(form)
    if form is Format.DOCX:
        read: manuscript.Manuscript = reader.read(data, settle="settle" in wishes)
    elif form is Format.PLAIN:
        read = reader.read(decode.decode(data), restore="restore" in wishes)
    elif form is Format.PASTE:
        read = reader.read(decode.decode(data), whole="whole" in wishes)
    else:
        read = reader.read(decode.decode(data))
    return read


def _module(name: str) -> Any:
    """One reader and no other: a text file need not wait for what Word files need."""
    place = f"hub.intake.{name}"
    if place not in sys.modules:
        gc.disable()
        importlib.import_module(place)
        _keep()
    return sys.modules[place]


def _keep() -> None:
    """What is loaded stays; what a file makes is collected as ever."""
    gc.freeze()
    gc.enable()


def _refusal(code: errors.Code, message: str = "", notices: tuple[Notice, ...] = ()) -> bytes:
    told = [one.packed() for one in notices]
    refused = {"code": code, "message": message or errors.MESSAGES[code], "notices": told}
    return json.dumps(refused, ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main())
