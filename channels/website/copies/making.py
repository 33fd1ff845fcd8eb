"""Makes one copy: small Word files at once, everything else in a bounded process. Whatever goes wrong has one name."""

import asyncio
import base64
import json
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path

from channels.website.copies import docx
from channels.website.copies.sheet import Sheet
from channels.website.typeset import MARKUP

#: Where a line ends that is given as words alone.
LINE = re.compile(r"</(?:p|h[2-6]|li|tr|div|caption|figcaption|blockquote)>|<br>")
WALL_SECONDS = 50.0
MAX_FILE = 50_000_000
#: Characters of markup that a Word file is made of in a few milliseconds.
AT_ONCE = 60_000
#: All that the child gets: nothing of our own environment, where secrets are.
_ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).resolve().parents[3]), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
#: One child may take a processor and two GiB; more copies wait their turn.
_TURN = asyncio.Semaphore(1)


class CopyError(Exception):
    """It cannot be made: too large, too slow, or a library of it fails."""


async def make(kind: str, sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    """Return the file; of a text that a library fails on, the words alone. Raises CopyError when not even these."""
    if kind == "docx" and len(sheet.body) <= AT_ONCE and not pictures:
        try:
            return await asyncio.to_thread(docx.make, sheet, pictures)
        except (ValueError, RecursionError):
            pass  # the child has more room, and nobody else in it
    try:
        return await _ask(kind, sheet, pictures)
    except CopyError:
        plain = sheet.model_copy(update={"body": await asyncio.to_thread(_plain, sheet.body), "pictures": ()})
        return await _ask(kind, plain, {})


async def _ask(kind: str, sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    async with _TURN:
        return await _run(kind, await asyncio.to_thread(_packed, sheet, pictures))


async def _run(kind: str, data: bytes) -> bytes:
    command = (sys.executable, "-P", "-m", "channels.website.copies.child", kind)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT)
    try:
        async with asyncio.timeout(WALL_SECONDS):
            made, _ = await asyncio.gather(_receive(process), _send(process, data))
            code = await process.wait()
    except TimeoutError:
        raise CopyError("too slow") from None
    finally:
        # Also when nobody waits any more: no child outlives its caller.
        if process.returncode is None:
            process.kill()
            await process.communicate()
    if code or not made or len(made) > MAX_FILE:
        raise CopyError(f"exit code {code}")
    return made


async def _send(process: Process, data: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - PIPE was asked for
    try:
        process.stdin.write(data)
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it died; its exit code says so
    finally:
        process.stdin.close()


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    made = bytearray()
    while chunk := await process.stdout.read(1 << 16):
        made += chunk
        if len(made) > MAX_FILE:
            process.kill()
            break
    return bytes(made)


def _packed(sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    """What `channels.website.copies.child` reads."""
    shown = {name: base64.b64encode(data).decode() for name, data in pictures.items()}
    return json.dumps({"sheet": sheet.model_dump(mode="json"), "pictures": shown}).encode()


def _plain(body: str) -> str:
    """The words without anything that could be the reason."""
    lines = (" ".join(MARKUP.sub("", line).split()) for line in LINE.split(body))
    return "".join(f"<p>{line}</p>" for line in lines if line)
