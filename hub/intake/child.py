"""The bounded process in which a hostile file is read.

`python -m hub.intake.child FORMAT`: bytes in, one JSON object out.

Opens no connection, starts no program, writes no file; `convert` gives it a time and no secrets.
"""

import importlib
import json
import resource
import sys
from types import ModuleType
from typing import Any

from hub.intake import decode, errors, manuscript
from hub.intake.sniff import Format

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")


class _ForbiddenError(Exception):
    """A library tried what reading a document never needs."""


def main() -> int:
    """Read the file on standard input and write the answer; the exit code is 0 whenever there is an answer."""
    form = Format(sys.argv[1])
    # Only the one reader: the Word libraries take half a second to load, which a text file need not wait for.
    reader = importlib.import_module(f"hub.intake.{form}")
    _bound()
    sys.stdout.buffer.write(_answer(form, reader, sys.stdin.buffer.read(), restore="restore" in sys.argv[2:]))
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


def _answer(form: Format, reader: ModuleType, data: bytes, *, restore: bool) -> bytes:
    try:
        return manuscript.pack(_read(form, reader, data, restore=restore))
    except errors.IntakeError as error:
        return _refusal(error.code, error.message)
    except (MemoryError, RecursionError):
        return _refusal(errors.Code.TOO_SLOW)
    except Exception:  # noqa: BLE001 - whatever four libraries raise on a broken file, the person needs one sentence
        return _refusal(errors.Code.BROKEN)


def _read(form: Format, reader: Any, data: bytes, *, restore: bool) -> manuscript.Manuscript:
    if form is Format.DOCX:
        read: manuscript.Manuscript = reader.read(data)
    elif form is Format.PLAIN:
        read = reader.read(decode.decode(data), restore=restore)
    else:
        read = reader.read(decode.decode(data))
    return read


def _refusal(code: errors.Code, message: str = "") -> bytes:
    return json.dumps({"code": code, "message": message or errors.MESSAGES[code]}, ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main())
