"""Documents' pages from parcels. Pure but for what is kept of the last ones, which changes no byte."""

from collections.abc import Mapping

from channels import body
from channels.contract import ChannelError, Site
from channels.website import pages, sight
from channels.website.copies.shelf import Copies
from schemas import addresses
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.recent import Recent

#: Renderings that are kept, which are large, and what was tried, which is not.
KEPT, TRIED = 16, 512
NOT_SHOWN = "生成的网页没有完整显示审定的文本，未对外发布。请把文件编号告诉系统维护人员"


class Renderer:
    """One website's. May be asked in any thread, in several at once."""

    def __init__(self, site: Site, copies: Copies) -> None:
        self._site = site
        self._copies = copies
        self._last: Recent[object, Rendering] = Recent(KEPT)
        self._tried: Recent[object, bool] = Recent(TRIED)

    def kept(self, parcel: Parcel) -> Rendering:
        """As `fresh`: the hub asks to log the digest, and again within milliseconds by way of the steps."""
        return self._last.get(_wanted(parcel)) or self._last.put(_wanted(parcel), self.fresh(parcel))

    def try_out(self, parcel: Parcel, rendering: Rendering) -> None:
        """Look at the pages as at those that the public gets. Raises ChannelError(BUG) for those that fall short."""
        if not sight.shows_all([page.body for page in rendering.files], parcel):
            raise ChannelError(Reaction.BUG, "not_shown", NOT_SHOWN)
        self._tried.put(_told(parcel), True)

    def has_tried(self, parcel: Parcel) -> bool:
        """Whether this process tried pages that tell the same: nothing new happens when it renders them again."""
        return self._tried.get(_told(parcel)) is not None

    def known(self, parcel: Parcel) -> Mapping[str, bytes]:
        """Path → bytes of a publication's pages, as far as they are kept and were tried, but for their dates.

        Whoever gets just these has been shown the edition, and need not read them to know it.
        """
        is_tried = parcel.action is Action.PUBLISH and self.has_tried(parcel)
        found = self._last.get(_wanted(parcel)) if is_tried else None
        return {page.name: page.body for page in found.files} if found else {}

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


def _told(parcel: Parcel) -> object:
    """What pages tell, but for their dates."""
    return (parcel.edition.digest, parcel.action, parcel.notice)


def _wanted(parcel: Parcel) -> object:
    """What a rendering depends on besides the site."""
    return (parcel.edition.digest, parcel.planned_at, parcel.official_at, parcel.action, parcel.notice)
