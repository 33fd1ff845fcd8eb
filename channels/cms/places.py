"""The documents' places on the site: found by our key, filled, updated and cleared. What is not found is not there."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from channels.cms import client, record
from channels.cms.client import AbsentError, Client
from channels.cms.mapping import at
from channels.cms.settings import CmsSettings
from channels.contract import ChannelError
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.release import Document


class Found(NamedTuple):
    """A document as the site has it."""

    id: str  #: the site's own
    address: str
    text: str


class Places:
    """One site's."""

    def __init__(self, client: Client, settings: CmsSettings, site_url: str) -> None:
        self._client = client
        self._settings = settings
        self._site_url = site_url

    def fields(self, parcel: Parcel, one: Document) -> dict[str, str]:
        """What requests about the document are filled with."""
        return record.fields(parcel, one, self._site_url)

    async def fill(self, parcel: Parcel, one: Document) -> str:
        """Update what is there, create what is not; return the address. Raises as `Client.ask`, and ASK."""
        values, mapping = self.fields(parcel, one), self._settings.mapping
        found = await self.find(parcel, one)
        ask = mapping.update if found else mapping.create
        answer = await self._client.ask(ask, values | {"id": found.id if found else ""})
        address = str(at(answer, ask.address) or (found.address if found else ""))
        if not self._settings.is_ours(address):
            raise ChannelError(Reaction.ASK, "foreign_address", "网站答复的公开地址不在 public_base 之内。")
        return address

    async def clear(self, parcel: Parcel, one: Document) -> str:
        """Take away what is there; return the address, empty where there never was one. Raises as `Client.ask`."""
        known = (parcel.published.addresses if parcel.published else {}).get(one.name, "")
        found = await self.find(parcel, one)
        ask = self._settings.mapping.delete or self._settings.mapping.update
        if found:
            with suppress(AbsentError):  # somebody was quicker
                await self._client.ask(ask, self.fields(parcel, one) | {"id": found.id})
        return known or (found.address if found else "")

    async def find(self, parcel: Parcel, one: Document) -> Found | None:
        """What the site has of the document. Raises as `Client.ask`."""
        values, search = self.fields(parcel, one), self._settings.mapping.search
        for item in await self.search(values):
            if str(at(item, search.key)) == values["slug"]:
                return Found(str(at(item, search.id)), str(at(item, search.address)), str(at(item, search.content)))
        return None

    async def search(self, values: Mapping[str, str]) -> list[Any]:
        """What the site finds. Raises as `Client.ask`, and CONFIGURATION for an answer without a list."""
        search = self._settings.mapping.search
        try:
            found = at(await self._client.ask(search, {**values, "id": ""}), search.items)
        except AbsentError:
            raise ChannelError(Reaction.CONFIGURATION, "http_404", client.TABLE[404][1]) from None
        if not isinstance(found, list):
            raise ChannelError(Reaction.CONFIGURATION, "no_list", "查找的答复中没有列表，请核对映射的 search.items")
        return found
