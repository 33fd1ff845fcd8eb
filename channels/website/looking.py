"""Looking at a parcel's pages from outside, as the public does: the proof that a commit is to be seen."""

import asyncio
import hashlib
from collections.abc import Sequence

import aiohttp

from channels import contract, look
from channels.contract import NotYetError
from channels.website import sight
from schemas import addresses
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.publication import Sighting
from schemas.release import Document


async def sightings(
    http: aiohttp.ClientSession, site_url: str, parcel: Parcel, gone: Sequence[str]
) -> tuple[Sighting, ...]:
    """Return one for each document, once nothing is found at the paths `gone`.

    Raises NotYetError while a page does not show what it should, ChannelError as `channels.look`.
    """
    await asyncio.gather(*(_miss(http, site_url + path) for path in gone))
    return tuple(await asyncio.gather(*(_sight(http, site_url, parcel, one) for one in parcel.edition.documents)))


async def _sight(http: aiohttp.ClientSession, site_url: str, parcel: Parcel, one: Document) -> Sighting:
    address = site_url + addresses.path(parcel.edition.release, one.name)
    page = await look.find(http, address, timeout_seconds=10)
    is_gone = parcel.action is Action.WITHDRAW
    if not (sight.is_gone(page, parcel, one) if is_gone else page and sight.shows(page, parcel, one)):
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
