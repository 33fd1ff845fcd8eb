"""A file beside a document: what is in it, and the same file without its makers. A bounded child reads it, never we."""

import asyncio
import base64
import binascii
from pathlib import PurePath

from pydantic import ValidationError

from hub.intake import convert, errors, sniff
from schemas.inspection import Found, Inspection, Trace

#: Raised with what a reader sees, so that files looked at before are looked at again.
VERSION = 1
#: A cleaned file is hardly longer than it was.
_GROWTH = 1_000_000


async def inspect(filename: str, data: bytes) -> Inspection:
    """Return what is in the file. Stores nothing, may run twice, gives the same answer each time.

    Raises IntakeError (`too_slow`) when the child had no time: later it may have.
    """
    try:
        answer = await convert.ask((sniff.Format.INSIDE.value, PurePath(filename).suffix.lower()), data)
        convert.loaded(answer)
        return await asyncio.to_thread(Inspection.model_validate_json, answer)
    except (errors.IntakeError, ValidationError) as error:
        if isinstance(error, errors.IntakeError) and error.code is errors.Code.TOO_SLOW:
            raise
        # It took the child over, or broke it: nobody knows what is in it.
        return Inspection(traces=(Found(trace=Trace.UNREAD, words="文件已损坏或不规范"),))


async def clean(filename: str, data: bytes) -> bytes:
    """Return the file without author, company and place. Stores nothing. Raises IntakeError."""
    answer = await convert.ask((sniff.Format.CLEANING.value, PurePath(filename).suffix.lower()), data)
    try:
        cleaned = base64.b64decode(convert.loaded(answer)["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise errors.IntakeError(errors.Code.BROKEN) from error
    if not cleaned or len(cleaned) > len(data) + _GROWTH:
        raise errors.IntakeError(errors.Code.BROKEN)
    return cleaned
