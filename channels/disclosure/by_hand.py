"""The column without an interface: the hub makes a package ready, a person puts it there, and our own look decides.

From the moment that the package is handed over it may become public; only the person knows. So `commit` ends with
HAND, and the delivery waits for the addresses. What is there is never taken from the person's word (law 5).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from channels import contract, look
from channels.disclosure import column, pages, watching, words
from channels.disclosure.packing import Packing
from channels.disclosure.settings import DisclosureSettings
from schemas import canonical
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt, Sighting
from schemas.release import Document
from schemas.standing import Can

TRAITS = contract.Traits(
    editable=False,
    concurrency=2,
    prepare_seconds=600,
    commit_seconds=90,
    sight_seconds=60,
    annotate=contract.Ability(Can.BY_HAND, words.ANNOTATES),
    withdraw=contract.Ability(Can.BY_HAND, words.WITHDRAWS),
)
#: The note that says that a person has it in hand.
HANDED = "handed"


class ByHand:
    """政府信息公开专栏, reached by a person with a package."""

    traits = TRAITS

    def __init__(self, settings: DisclosureSettings, tools: contract.Tools) -> None:
        self.settings = settings
        self._http = tools.http
        self._packing = Packing(settings, tools)

    def render(self, parcel: Parcel) -> Rendering:
        """Return the texts of the package. Raises ChannelError(CONTENT) naming what the column misses."""
        return self._packing.render(parcel)

    async def bundle(self, parcel: Parcel) -> RenderedFile:
        """Return the package as one ZIP."""
        return await self._packing.pack(parcel)

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Make the package once, so that whatever it misses is known before somebody waits for it. Keeps its digest."""
        made = await self.bundle(parcel)
        sha256 = canonical.digest(made.body)
        if notes.get("package") != sha256:
            await notes.keep("package", sha256)

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        """Hand it over: always ends with HAND. Dying before the note leaves nothing handed over."""
        if not notes.get(HANDED):
            await notes.keep(HANDED, (await notes.now()).isoformat())
        raise self._waits(parcel, notes)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Only the person knows: None while nobody was told."""
        if not notes.get(HANDED):
            return None
        raise self._waits(parcel, notes)

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:
        """Fetch every address that was entered. What is not there after a while is asked of the person again."""
        places = {**(parcel.published.addresses if parcel.published else {}), **receipt.addresses}
        for one in parcel.edition.documents:
            if not self.settings.is_ours(places.get(one.name, "")):
                words_ = words.NO_ADDRESS if one.name not in places else words.FOREIGN
                raise _again("address", words_.format(title=one.title, base=self.settings.readable_base))
        return tuple([await self._see(parcel, one, places[one.name], notes) for one in parcel.edition.documents])

    watch = watching.WATCH

    async def still_there(
        self,
        parcel: Parcel,
        receipt: Receipt,  # noqa: ARG002 - the addresses say where
        addresses: Mapping[str, str],
    ) -> tuple[Loss, ...]:
        """Look for the text at every address, whatever is said of it since."""
        seconds = self.settings.timeout_seconds
        return await watching.losses(self._http, parcel, addresses, holds=pages.holds, timeout_seconds=seconds)

    async def hear(self, call: contract.Call) -> None:  # noqa: ARG002
        """Take no callbacks: nobody calls."""
        return

    async def knock(self) -> None:
        """Fetch the column's first page as a stranger would."""
        address = f"{self.settings.readable_base}/"
        await look.find(self._http, address, timeout_seconds=self.settings.timeout_seconds)

    async def close(self) -> None:
        """Nothing is held open here."""

    def _waits(self, parcel: Parcel, notes: contract.Notes) -> contract.ChannelError:  # noqa: ARG002 - who mails says when
        return contract.ChannelError(
            Reaction.HAND, "package", words.HANDED[parcel.action].format(where=self._where(parcel))
        )

    def _where(self, parcel: Parcel) -> str:
        return column.NAMES[self.settings.column_of(parcel.edition.metadata.kind)]

    async def _see(self, parcel: Parcel, document: Document, address: str, notes: contract.Notes) -> Sighting:
        page = await look.find(self._http, address, timeout_seconds=self.settings.timeout_seconds)
        if not _is_as_wanted(parcel, document, page):
            await self._wait(parcel, document, address, page, notes)
        sha256 = canonical.digest(page or b"")
        return Sighting(document=document.name, address=address, sha256=sha256, fetched_at=contract.now_utc())

    async def _wait(
        self, parcel: Parcel, document: Document, address: str, page: bytes | None, notes: contract.Notes
    ) -> None:
        """Raise NotYetError for a while, then HAND: a mistyped address never gets better by itself."""
        since, now = await self._since(address, notes), await notes.now()
        if now - since < timedelta(seconds=self.settings.patience_seconds):
            raise contract.NotYetError(self.settings.look_seconds)
        minutes = max(1, round(self.settings.patience_seconds / 60))
        said = words.unseen(parcel.action, document, page is None, pages.lacks(page or b"", document))
        raise _again("unseen", words.UNSEEN.format(minutes=minutes, address=address, said=said))

    async def _since(self, address: str, notes: contract.Notes) -> datetime:
        """When this address was first looked at. Another one that a person enters starts anew."""
        key = f"since:{hashlib.sha256(address.encode()).hexdigest()[:12]}"
        if not notes.get(key):
            await notes.keep(key, (await notes.now()).isoformat())
        return datetime.fromisoformat(notes.get(key))


def _again(code: str, detail: str) -> contract.ChannelError:
    return contract.ChannelError(Reaction.HAND, code, detail)


def _is_as_wanted(parcel: Parcel, document: Document, page: bytes | None) -> bool:
    if parcel.action is Action.WITHDRAW:
        return pages.is_gone(page, document)
    return page is not None and pages.shows(page, parcel, document)
