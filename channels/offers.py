"""What a channel may offer besides the contract. The hub looks whether it does; nothing depends on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from schemas.budget import Budget
from schemas.edition import Edition
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt


@dataclass(frozen=True)
class Watch:
    """How often it is looked whether a publication is still there."""

    pauses: tuple[float, ...]  #: seconds from the sighting to the first look, and on; the last one repeats for ever
    looks: Budget  #: at most so many looks at this channel, over all of its publications


@runtime_checkable
class Scenic(Protocol):
    """A channel whose readers see more than its rendering: a style sheet, a cover. For previews alone."""

    def scenery(self, parcel: Parcel) -> tuple[RenderedFile, ...]:
        """Return it under the names by which the rendering calls it. None of it is logged, approved or sent."""


@runtime_checkable
class Covered(Protocol):
    """A channel that shows one picture for the whole: its own, or one of the edition's that a publisher chose."""

    async def cover(self, parcel: Parcel) -> tuple[RenderedFile, ...]:
        """Return it as readers will see it, one file for each shape. `parcel.cover` names the one that was chosen.

        Raises ChannelError(CONTENT) for a picture that it does not take, with what is wrong with it.
        """


@runtime_checkable
class Early(Protocol):
    """A channel that can make something of an edition before its reviews are done."""

    async def ahead(self, edition: Edition) -> None:
        """Make what takes time, where nobody outside finds it. May run twice; nothing depends on it but speed."""


@runtime_checkable
class Prompt(Protocol):
    """A channel that may have nothing to do before its commit: nothing to upload, and the rendering tried before."""

    def render(self, parcel: Parcel) -> Rendering: ...

    def is_ready(self, parcel: Parcel) -> bool:
        """Whether `prepare` would find nothing to do, so that the intent can be written with the claim.

        Then `render` is asked at once, inside a transaction: true only where both end within milliseconds, for an
        edition that this process has rendered before.
        """


@runtime_checkable
class Handed(Protocol):
    """A channel where a person carries each edition the last part of the way, then says where the public finds it.

    Its `commit` ends with ChannelError(HAND): from then on it may become public. Withdrawals and marks go the same way.
    """

    async def bundle(self, parcel: Parcel) -> RenderedFile:
        """Return the file that the person takes there: same parcel, same bytes. Raises ChannelError."""


@runtime_checkable
class Lacking(Protocol):
    """A channel that can tell what its settings ask of this machine in vain."""

    def lacks(self) -> list[str]:
        """Return a sentence for each: what is missing, what happens without it, what to do. Looks, changes nothing."""


@runtime_checkable
class Tended(Protocol):
    """A channel with something beside its publications: pages and feeds that stand before the first of them."""

    async def tend(self) -> None:
        """Bring all of it up to date: what is missing, what older software wrote, what it forgot.

        Called by every worker at its start and now and then; cheap when nothing is to be done. May run twice, in
        several processes at once, beside commits, and may die anywhere. Durable on return.
        """


@runtime_checkable
class Heedful(Protocol):
    """A channel that shows what people keep beside releases: how the public reaches the bureau's units."""

    async def heed(self) -> None:
        """Show what changed of it since the last time.

        Called by every worker every minute; almost free when nothing changed. Else as `Tended.tend`.
        """


@runtime_checkable
class Watchful(Protocol):
    """A channel that can be asked, long after, whether what it showed is still there."""

    @property
    def watch(self) -> Watch: ...

    async def still_there(self, parcel: Parcel, receipt: Receipt, addresses: Mapping[str, str]) -> tuple[Loss, ...]:
        """Look at every document at its address. Changes nothing; the hub counts the look before it is made.

        Returns what is gone, one loss per document: only what certainly is. Raises NotYetError or ChannelError when
        nothing can be said now; then it is asked again later.
        """
