"""What the checks are told besides the edition (`hub.core.checks.known`): the day, the files, the numbers in use."""

import re
from collections.abc import Sequence
from pathlib import PurePath

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.chinese import index_numbers
from hub.commands.act import Hub
from hub.core import looking
from hub.core.checks.known import Known, Numbers
from hub.intake import inspect
from hub.intake.errors import IntakeError
from hub.store import engine, inspections, looks, releases, serials, tenants
from hub.store.blobs import Blobs
from schemas.edition import Edition
from schemas.entry import BEIJING
from schemas.inspection import Inspection
from schemas.recent import Recent
from schemas.release import Document

_log = structlog.get_logger()
#: More missing numbers than these are no gap: most of the series is simply not public.
MOST_GAPS = 10
_DOC_NO = re.compile(r"(.+〔\d{4}〕)([1-9]\d*)号")
#: The last ones asked about; bytes never change, so neither does what was found in them.
_memory: Recent[inspections.Key, Inspection] = Recent(64)


async def known(connection: AsyncConnection, edition: Edition) -> Known:
    """What is known as of now. Files that nobody has looked into yet are left out: `look` first."""
    today = (await engine.now(connection)).astimezone(BEIJING).date()
    found = await _remembered(connection, _keys(edition.documents))
    files = {digest: one for (digest, _), one in found.items()}
    links = await _links(connection, edition)
    return Known(today=today, files=files, numbers=await _numbers(connection, edition), links=links)


async def look(hub: Hub, documents: Sequence[Document]) -> None:
    """Look into every file beside these documents that nobody has looked into yet, and remember what is in it.

    Durable on return, may run twice. A file for which there was no time is looked into the next time.
    """
    keys = _keys(documents)
    if not keys:
        return
    async with hub.engine.connect() as connection:
        missing = keys - (await _remembered(connection, keys)).keys()
    for key in sorted(missing):
        try:
            found = await inspect.inspect(f"x{key[1]}", await Blobs(hub.engine).read(key[0]))
        except (IntakeError, KeyError) as error:
            # Unsaved pictures have no bytes yet; and a child that had no time may have it later.
            _log.info("file.not_looked_into", sha256=key[0], reason=type(error).__name__)
            continue
        async with hub.engine.begin() as connection:
            await inspections.keep(connection, key, inspect.VERSION, found)


async def _remembered(connection: AsyncConnection, keys: set[inspections.Key]) -> dict[inspections.Key, Inspection]:
    found = {key: one for key in keys if (one := _memory.get(key)) is not None}
    fresh = await inspections.known(connection, keys - found.keys(), inspect.VERSION)
    return found | {key: _memory.put(key, one) for key, one in fresh.items()}


def _keys(documents: Sequence[Document]) -> set[inspections.Key]:
    files = (file for document in documents for file in document.attachments)
    return {(file.sha256, PurePath(file.name).suffix.lower()) for file in files}


async def _links(connection: AsyncConnection, edition: Edition) -> dict[str, str]:
    """Address → why it does not answer, as `workers.links` saw it last. Nobody looks here, and nothing waits."""
    wanted = looking.wanted(edition.release, edition.documents)
    return {one.address: looking.why(one) for one in await looks.broken(connection, wanted, times=looking.TIMES)}


async def _numbers(connection: AsyncConnection, edition: Edition) -> Numbers:
    meta, holder = edition.metadata, ""
    parts = index_numbers.parts(meta.index_no or "")
    held = await serials.holder(connection, *parts) if parts else None
    if held not in {None, edition.release}:
        other = await releases.find(connection, held or 0)
        is_told = other is not None and not await tenants.is_apart(connection, edition.release, other.id)
        holder = other.metadata.title if other and is_told else serials.ANOTHER
    number = _DOC_NO.fullmatch(meta.doc_no or "")
    if number is None:
        return Numbers(index_no_of=holder)
    other_title = await serials.title(connection, number[0], but=edition.release)
    series = await serials.numbers(connection, number[1])
    return Numbers(other_title, _gaps(series, int(number[2])), holder)


def _gaps(series: Sequence[str], ours: int) -> tuple[int, ...]:
    """The serials below ours that nobody has, where few are missing."""
    if not series:
        return ()
    matches = (_DOC_NO.fullmatch(one) for one in series)
    used = {int(match[2]) for match in matches if match} | {ours}
    missing = [serial for serial in range(1, ours) if serial not in used] if ours <= len(used) + MOST_GAPS else []
    return tuple(missing)
