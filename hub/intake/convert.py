"""A file to a manuscript, the front door of intake.

Never reads a hostile file itself: a bounded child does, one file each.
"""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from hub.intake import errors, manuscript, notices, sniff
from schemas import text

MAX_BYTES = 20_000_000
MAX_TABLE = 5_000_000
WALL_SECONDS = 30.0
#: Two children may take two processors and two GiB; more uploads wait their turn.
_TURNS = asyncio.Semaphore(2)
#: Pictures of 20 MB in base64, a body of 2,000,000 characters and room to spare.
_MAX_ANSWER = 48_000_000
_ROOT = str(Path(__file__).resolve().parents[2])
#: All that the child gets: nothing of our own environment, where secrets are.
_ENVIRONMENT = {"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


async def convert(
    filename: str, data: bytes, *, restore_punctuation: bool = False, settle: bool = False
) -> manuscript.Manuscript:
    """Return the file as a clean document. Stores nothing, may run twice, gives the same answer each time.

    `restore_punctuation` turns half-width marks between Chinese characters of a .txt file into full-width ones. A
    .docx with tracked changes or comments is refused, the error's `notices` say what is in it; `settle` reads it as
    if every change were accepted and every comment deleted, and the manuscript has the notices.
    Raises IntakeError, always with a sentence for the person, within `WALL_SECONDS` of its turn.
    """
    if len(data) > MAX_BYTES:
        raise errors.IntakeError(errors.Code.TOO_LARGE)
    if not data.strip():
        raise errors.IntakeError(errors.Code.EMPTY)
    form = sniff.sniff(filename, data)
    wishes = {"restore": restore_punctuation, "settle": settle}
    read = await _read(form, data, wishes)
    return read if read.title else replace(read, title=_named(filename))


async def paste(html: str, *, whole: bool = False) -> manuscript.Manuscript:
    """Return what a clipboard holds (of Word, WPS, a browser) as clean HTML; its pictures are the manuscript's images.

    A fragment keeps all its words and has no title; `whole` reads it like a file, with title and hints. Stores
    nothing, may run twice. Raises IntakeError as `convert` does.
    """
    data = html.encode(errors="replace")
    if len(data) > MAX_BYTES:
        raise errors.IntakeError(errors.Code.TOO_LARGE)
    if not data.strip():
        raise errors.IntakeError(errors.Code.EMPTY)
    return await _read(sniff.Format.PASTE, data, {"whole": whole})


async def table(filename: str, data: bytes) -> list[list[str]]:
    """Return a spreadsheet's first sheet as rows of text (.xlsx or .csv). Stores nothing, may run twice.

    Raises IntakeError as `convert` does, in words that are of help with a table.
    """
    if len(data) > MAX_TABLE:
        raise _of_table(errors.Code.TOO_LARGE)
    if not data.strip():
        raise _of_table(errors.Code.EMPTY)
    ending = PurePath(filename).suffix.lower()
    if ending not in {".xlsx", ".csv"} or (ending == ".xlsx") != data.startswith(b"PK\x03\x04"):
        raise _of_table(errors.Code.UNSUPPORTED)
    try:
        answer = await ask((sniff.Format.CELLS.value,), data)
        return await asyncio.to_thread(_rows, answer)
    except errors.IntakeError as error:
        if error.message != errors.MESSAGES[error.code]:
            raise
        raise _of_table(error.code) from None


def _of_table(code: errors.Code) -> errors.IntakeError:
    return errors.IntakeError(code, errors.OF_TABLES.get(code, ""))


def _rows(answer: bytes) -> list[list[str]]:
    packed = loaded(answer)
    rows: list[list[str]] = packed["rows"]
    return [[text.nfc(cell) for cell in row] for row in rows]


async def _read(form: sniff.Format, data: bytes, wishes: dict[str, bool]) -> manuscript.Manuscript:
    answer = await ask((form.value, *(name for name, wanted in wishes.items() if wanted)), data)
    # Sanitising a long body takes milliseconds that the event loop should not lose.
    return await asyncio.to_thread(_open, answer)


def _named(filename: str) -> str:
    return text.one_line(PurePath(filename).stem)[: manuscript.MAX_TITLE] or "未命名文件"


async def ask(arguments: tuple[str, ...], data: bytes) -> bytes:
    """Have a child of our own read the bytes when it is their turn, and return its answer. Raises IntakeError."""
    async with _TURNS:
        return await _answered(arguments, data)


async def _answered(arguments: tuple[str, ...], data: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "hub.intake.child",
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=_ENVIRONMENT,
    )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            answer, _ = await asyncio.gather(_receive(process), _send(process, data))
            code = await process.wait()
    except TimeoutError:
        raise errors.IntakeError(errors.Code.TOO_SLOW) from None
    finally:
        # Also when the request is given up: no child outlives its upload. Reading to the end lets the pipes close.
        if process.returncode is None:
            process.kill()
            await process.communicate()
    if len(answer) > _MAX_ANSWER:
        raise errors.IntakeError(errors.Code.BROKEN)
    if code:
        raise errors.IntakeError(errors.Code.TOO_SLOW if code == -signal.SIGXCPU else errors.Code.BROKEN)
    return answer


async def _send(process: Process, data: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - PIPE was asked for
    try:
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        # The child ended before it read everything; its exit code says why.
        return


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    answer = bytearray()
    while chunk := await process.stdout.read(1 << 16):
        if len(answer) > _MAX_ANSWER:
            # Told to stop; what is still in the pipe is read and dropped.
            continue
        answer += chunk
        if len(answer) > _MAX_ANSWER:
            process.kill()
    return bytes(answer)


def _open(answer: bytes) -> manuscript.Manuscript:
    try:
        return manuscript.unpack(loaded(answer))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise errors.IntakeError(errors.Code.BROKEN) from error


def loaded(answer: bytes) -> dict[str, Any]:
    """The child's answer. Raises the IntakeError that it tells of."""
    try:
        packed: dict[str, Any] = json.loads(answer)
        if "code" in packed:
            told = notices.unpacked(packed["notices"])
            raise errors.IntakeError(errors.Code(packed["code"]), str(packed["message"]), notices=told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise errors.IntakeError(errors.Code.BROKEN) from error
    return packed
