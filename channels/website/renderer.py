"""Documents' pages from parcels. Pure but for what is kept of the last one, which changes no byte."""

from channels import body
from channels.contract import Site
from channels.website import pages
from channels.website.copies.shelf import Copies
from schemas import addresses
from schemas.delivery import Action
from schemas.parcel import Parcel, RenderedFile, Rendering


class Renderer:
    """One website's. May be asked in any thread, in several at once."""

    def __init__(self, site: Site, copies: Copies) -> None:
        self._site = site
        self._copies = copies
        self._last: tuple[object, Rendering] | None = None

    def kept(self, parcel: Parcel) -> Rendering:
        """As `fresh`: the hub asks to log the digest, and again within milliseconds by way of the steps."""
        wanted = (parcel.edition.digest, parcel.planned_at, parcel.official_at, parcel.action, parcel.notice)
        last = self._last  # another thread may put another's there meanwhile
        if last is None or last[0] != wanted:
            last = self._last = (wanted, self.fresh(parcel))
        return last[1]

    def fresh(self, parcel: Parcel) -> Rendering:
        """One page per document. Raises ChannelError(CONTENT) for what may not be public."""
        if parcel.action is not Action.WITHDRAW:
            body.refuse_closed(parcel.edition.metadata)
        return Rendering(
            files=tuple(
                RenderedFile(
                    name=addresses.path(parcel.edition.release, one.name),
                    media="text/html; charset=utf-8",
                    body=pages.document(parcel, one, self._site, self._copies.kinds),
                )
                for one in parcel.edition.documents
            ),
        )
