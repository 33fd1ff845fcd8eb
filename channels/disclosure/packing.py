"""The package that a person takes to the column: one ZIP, the same bytes every time that the same parcel is packed."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from channels import body, contract
from channels.disclosure import making, record, sheets
from channels.disclosure.settings import DisclosureSettings
from channels.website.copies.shelf import Copies, available
from schemas import addresses, canonical
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.release import Attachment, Document

EARLIEST = 1980  #: that a ZIP can say


class Packing:
    """Packs for one channel. What is rendered is a function of the parcel; files and copies are found by digest."""

    def __init__(self, settings: DisclosureSettings, tools: contract.Tools) -> None:
        self._settings = settings
        self._blobs = tools.blobs
        self._site_url = tools.site.url
        folder = Path(tools.data_dir) / "copies"
        self._copies = Copies(available(settings.copies), folder, tools.blobs, tools.site)

    def render(self, parcel: Parcel) -> Rendering:
        """Return every text of the package. Raises ChannelError(CONTENT) naming what the column misses."""
        is_gone = parcel.action is Action.WITHDRAW
        for one in parcel.edition.documents if not is_gone else ():
            body.placed(one, parcel.edition.release)  # refuses what is unclean, and a picture that nobody has
        column = self._settings.column_of(parcel.edition.metadata.kind)
        return Rendering(files=sheets.files(parcel, making.package(parcel, column, self._site_url)))

    async def pack(self, parcel: Parcel) -> RenderedFile:
        """Return the ZIP. Raises ChannelError: BUG for a file that the store lacks, CONFIGURATION for a copy."""
        files = {one.name: one.body for one in self.render(parcel).files}
        files["disclosure-record.xsd"] = sheets.SCHEMA
        if parcel.action is not Action.WITHDRAW:
            for one in parcel.edition.documents:
                files |= await self._beside(one)
            files |= await self._texts(parcel)
        day = parcel.edition.metadata.printed_on or parcel.edition.metadata.signed_on
        name = f"{parcel.edition.release}-{parcel.edition.number}-{parcel.action}.zip"
        stamp = (max(day.year, EARLIEST), day.month, day.day, 0, 0, 0)
        return RenderedFile(name=name, media="application/zip", body=_zip(files, stamp))

    async def forget(self, parcel: Parcel) -> None:
        """Of a text that was withdrawn no copy is kept here either. May run twice."""
        await self._copies.forget(parcel.edition)

    async def _beside(self, one: Document) -> dict[str, bytes]:
        """Attachments and pictures at the paths that the record names."""
        listed = [(file, number, False) for number, file in enumerate(one.attachments, 1)]
        listed += [(file, number, True) for number, file in enumerate(one.images, 1)]
        found = {}
        for file, number, is_image in listed:
            named = record.File.of(number, file)
            found[f"{one.name}/{sheets.path(named, is_image=is_image)}"] = await self._read(file)
        return found

    async def _texts(self, parcel: Parcel) -> dict[str, bytes]:
        made = await self._copies.files(parcel.edition)
        release = parcel.edition.release
        return {
            f"{one.name}/text.{kind}": made[addresses.copy(release, one.name, kind)]
            for one in parcel.edition.documents
            for kind in self._copies.kinds
        }

    async def _read(self, file: Attachment) -> bytes:
        try:
            data = await self._blobs.read(file.sha256)
        except KeyError:
            raise contract.ChannelError(Reaction.BUG, "blob_missing", f"附件“{file.name}”不在库中") from None
        if canonical.digest(data) != file.sha256:
            raise contract.ChannelError(Reaction.BUG, "blob_damaged", f"附件“{file.name}”与审核时不一致")
        return data


def _zip(files: Mapping[str, bytes], stamp: tuple[int, int, int, int, int, int]) -> bytes:
    """Stored, not compressed: another version of the compressor would give other bytes."""
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            about = zipfile.ZipInfo(name, stamp)
            about.create_system, about.external_attr = 3, 0o644 << 16
            archive.writestr(about, data)
    return made.getvalue()
