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

from hub.intake import errors, manuscript, sniff
from schemas import text

MAX_BYTES = 20_000_000
WALL_SECONDS = 30.0
#: Two children may take two processors and two GiB; more uploads wait their turn.
_TURNS = asyncio.Semaphore(2)
#: Pictures of 20 MB in base64, a body of 2,000,000 characters and room to spare.
_MAX_ANSWER = 48_000_000
_ROOT = str(Path(__file__).resolve().parents[2])
#: All that the child gets: nothing of our own environment, where secrets are.
_ENVIRONMENT = {"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


async def convert(filename: str, data: bytes, *, restore_punctuation: bool = False) -> manuscript.Manuscript:
    """Return the file as a clean document. Stores nothing, may run twice, gives the same answer each time.

    `restore_punctuation` turns half-width marks between Chinese characters of a .txt file into full-width ones.
    Raises IntakeError, always with a sentence for the person, within `WALL_SECONDS` of its turn.
    """
    if len(data) > MAX_BYTES:
        raise errors.IntakeError(errors.Code.TOO_LARGE)
    if not data.strip():
        raise errors.IntakeError(errors.Code.EMPTY)
    form = sniff.sniff(filename, data)
    arguments = (form.value, *(["restore"] if restore_punctuation else []))
    async with _TURNS:
        answer = await _ask(arguments, data)
    # Sanitising a long body takes milliseconds that the event loop should not lose.
    read = await asyncio.to_thread(_open, answer)
    return read if read.title else replace(read, title=_named(filename))


def _named(filename: str) -> str:
    return text.one_line(PurePath(filename).stem)[: manuscript.MAX_TITLE] or "未命名文件"


async def _ask(arguments: tuple[str, ...], data: bytes) -> bytes:
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
        packed: dict[str, Any] = json.loads(answer)
        if "code" in packed:
            raise errors.IntakeError(errors.Code(packed["code"]), str(packed["message"]))
        return manuscript.unpack(packed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise errors.IntakeError(errors.Code.BROKEN) from error
