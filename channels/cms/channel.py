"""A site behind its own API, behind the channel contract: found again by a key of ours, updated and never doubled.

A site's API knows no idempotency keys. So every document has a slug of its own, the site is searched for it before
anything is created, and a request that got no answer is given time to arrive before the site is asked again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channels import contract, look
from channels.cms import client, record, sighting
from channels.cms.client import AbsentError, Client, LostError
from channels.cms.mapping import FIELDS
from channels.cms.places import Places
from channels.cms.settings import CmsSettings
from channels.contract import Ability, ChannelError, NotYetError, Traits
from schemas import canonical
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting
from schemas.release import Document
from schemas.standing import Can

TRAITS = Traits(
    editable=True,
    concurrency=2,
    prepare_seconds=60,
    commit_seconds=300,
    sight_seconds=60,
    annotate=Ability(Can.YES, "原网址不变：标题加注效力状态，正文上方说明理由和替代文件。"),
    withdraw=Ability(Can.YES, "原网址改为撤回说明，不再显示正文；网站自己的缓存和他人保存的副本不在此列。"),
)


DELETES = Ability(Can.YES, "从该网站删除网页，原网址不再显示；网站自己的缓存和他人保存的副本不在此列。")


def build(settings: Mapping[str, Any], tools: contract.Tools) -> "Cms":
    """Return the channel for one `[[channels]]` table. Raises pydantic.ValidationError, which quotes no values."""
    return Cms(CmsSettings.model_validate(settings), tools)


class Cms:
    """One existing site."""

    def __init__(self, settings: CmsSettings, tools: contract.Tools) -> None:
        self.settings = settings
        self.traits = replace(TRAITS, withdraw=DELETES) if settings.mapping.delete else TRAITS
        self._http = tools.http
        self._places = Places(Client(tools.http, settings), settings, tools.site.url)

    def render(self, parcel: Parcel) -> Rendering:
        """Return the fields of every document, from which the requests are filled."""
        if parcel.action is not Action.WITHDRAW:
            record.refuse(parcel)
        return Rendering(
            files=tuple(
                RenderedFile(
                    name=f"{one.name}.json",
                    media="application/json",
                    body=canonical.encode(self._places.fields(parcel, one)),
                )
                for one in parcel.edition.documents
            )
        )

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:  # noqa: ARG002 - nothing is left there
        """Search the site for the policy: address, account and mapping are right if it answers."""
        self.render(parcel)
        await self._safely(self._places.find(parcel, parcel.edition.policy))

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        """Put every document in its place, or take it away. Raises ASK once any request may have been carried out."""
        await notes.keep("began", (await notes.now()).isoformat())
        places: dict[str, str] = {}
        for one in parcel.edition.documents:
            places[one.name] = await self._made(parcel, one, is_first=not places)
        return self._receipt(parcel, places)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Search for every document, once what got no answer must have arrived. None: it is put there (again)."""
        began = notes.get("began")
        if not began:
            return None
        waits = datetime.fromisoformat(began) + timedelta(seconds=self.settings.settle_seconds) - await notes.now()
        if waits > timedelta():
            raise NotYetError(waits.total_seconds())
        known = parcel.published.addresses if parcel.published else {}
        places = {}
        for one in parcel.edition.documents:
            found = await self._safely(self._places.find(parcel, one), is_look=True)
            if not self._is_done(parcel, found.text if found else None):
                return None
            places[one.name] = found.address if found else known.get(one.name, "")
        return self._receipt(parcel, places)

    def _is_done(self, parcel: Parcel, text: str | None) -> bool:
        """Whether what the site has, None for nothing, is what the parcel wants there."""
        if text is None:
            return parcel.action is Action.WITHDRAW
        is_gone = parcel.action is Action.WITHDRAW and self.settings.mapping.delete is not None
        told = record.official(parcel) if parcel.action is Action.ANNOTATE else ""
        return not is_gone and record.mark(parcel) in text and told in text

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        """Fetch every page as the public does."""
        places = {**(parcel.published.addresses if parcel.published else {}), **receipt.addresses}
        return tuple([await self._see(parcel, one, places.get(one.name, "")) for one in parcel.edition.documents])

    async def hear(self, call: contract.Call) -> None:  # noqa: ARG002
        """Take no callbacks: a site calls nobody."""
        return

    async def knock(self) -> None:
        """Search for what is not there: address, account and mapping are right if the site answers."""
        values = dict.fromkeys(FIELDS, "") | {"slug": "gongbu-0-policy"}
        await self._safely(self._places.search(values))

    async def close(self) -> None:
        """Nothing is held open here."""

    async def _made(self, parcel: Parcel, one: Document, *, is_first: bool) -> str:
        """Put the document in its place, or take it away. After the first one, something is public whatever is met."""
        try:
            return await (self._places.clear if parcel.action is Action.WITHDRAW else self._places.fill)(parcel, one)
        except LostError as error:
            raise ChannelError(Reaction.ASK, "unanswered", f"网站没有完整应答（{error}）。") from None
        except AbsentError:
            refused = ChannelError(Reaction.CONFIGURATION, "http_404", client.TABLE[404][1])
        except ChannelError as error:
            refused = error
        if is_first:
            raise refused
        told = refused.trouble
        raise ChannelError(Reaction.ASK, told.code, f"只办成了一部分：{told.detail}", is_own=True)

    async def _safely(self, asking: Any, *, is_look: bool = False) -> Any:
        """Await a mere question, which may be asked again."""
        try:
            return await asking
        except LostError as error:
            if is_look:
                raise NotYetError(self.settings.look_seconds) from None
            raise ChannelError(Reaction.RETRY, "unavailable", f"网站没有应答（{error}）。") from None
        except ChannelError as error:
            if is_look and error.trouble.reaction is Reaction.RETRY:
                raise NotYetError(error.trouble.retry_after_seconds or self.settings.look_seconds) from None
            raise

    def _receipt(self, parcel: Parcel, places: Mapping[str, str]) -> Receipt:
        known = {name: place for name, place in places.items() if place}
        return Receipt(id=record.slug(parcel.edition.release, parcel.edition.policy), addresses=known)

    async def _see(self, parcel: Parcel, one: Document, address: str) -> Sighting:
        if not self.settings.is_ours(address):
            raise ChannelError(Reaction.CONFIGURATION, "no_address", f"没有“{one.title}”在该网站上的网址")
        page = await look.find(self._http, address, timeout_seconds=self.settings.timeout_seconds)
        if not self._is_as_sent(parcel, one, page):
            raise NotYetError(self.settings.look_seconds)
        sha256 = canonical.digest(page or b"")
        return Sighting(document=one.name, address=address, sha256=sha256, fetched_at=contract.now_utc())

    def _is_as_sent(self, parcel: Parcel, one: Document, page: bytes | None) -> bool:
        if parcel.action is Action.WITHDRAW:
            return not sighting.holds(page, one.body)
        told = record.official(parcel) if parcel.action is Action.ANNOTATE else ""
        return page is not None and sighting.shows(page, mark=record.mark(parcel), body=one.body, told=told)
