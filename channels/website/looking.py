"""Looking at a parcel's pages from outside, as the public does: the proof that a commit is to be seen."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence

import aiohttp

from channels import contract, look
from channels.contract import NotYetError
from channels.website import sight
from schemas import addresses
from schemas.parcel import Parcel
from schemas.publication import Sighting
from schemas.release import Document


async def sightings(
    http: aiohttp.ClientSession, site_url: str, parcel: Parcel, *, gone: Sequence[str], known: Mapping[str, bytes]
) -> tuple[Sighting, ...]:
    """Return one for each document, once nothing is found at the paths `gone`.

    A page is read, unless it is byte by byte the one that is `known` by its path to show its document. Raises
    NotYetError while a page does not show what it should, ChannelError as `channels.look`.
    """
    await asyncio.gather(*(_miss(http, site_url + path) for path in gone))
    return tuple(
        await asyncio.gather(*(_sight(http, site_url, parcel, one, known) for one in parcel.edition.documents))
    )


async def _sight(
    http: aiohttp.ClientSession, site_url: str, parcel: Parcel, one: Document, known: Mapping[str, bytes]
) -> Sighting:
    path = addresses.path(parcel.edition.release, one.name)
    address = site_url + path
    page = await look.find(http, address, timeout_seconds=10)
    if not (page and page == known.get(path)) and not sight.has_come(page, parcel, one):
        raise NotYetError(look.AGAIN_SECONDS)
    return Sighting(
        document=one.name,
        address=address,
        sha256=hashlib.sha256(page or b"").hexdigest(),
        fetched_at=contract.now_utc(),
    )


async def _miss(http: aiohttp.ClientSession, address: str) -> None:
    """Raise NotYetError while the public still finds the file."""
    if await look.find(http, address, timeout_seconds=10) is not None:
        raise NotYetError(look.AGAIN_SECONDS)
