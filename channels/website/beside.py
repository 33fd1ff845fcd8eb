"""What stands beside the pages of a release: its attachments and images, and what older editions left there. Pure."""

from dataclasses import dataclass

from schemas import addresses
from schemas.parcel import Parcel
from schemas.release import Attachment

#: The highest number of an interpretation (`schemas.release.Document`).
MOST_READINGS = 99


@dataclass(frozen=True)
class File:
    """One of them with its public path."""

    path: str
    attachment: Attachment


def files(parcel: Parcel) -> list[File]:
    """Every attachment and image of the edition with its public path."""
    release = parcel.edition.release
    return [
        *(
            File(addresses.attachment(release, one.name, number, file.name), file)
            for one in parcel.edition.documents
            for number, file in enumerate(one.attachments, 1)
        ),
        *(
            File(addresses.image(release, image.sha256, image.media), image)
            for one in parcel.edition.documents
            for image in one.images
        ),
    ]


def remains(parcel: Parcel) -> list[str]:
    """What any edition of the release may have left beside the pages of this one: files, images, older readings."""
    release = parcel.edition.release
    shown = {addresses.path(release, one.name) for one in parcel.edition.documents}
    names = ["policy", *(f"interpretation-{number}" for number in range(1, MOST_READINGS + 1))]
    pages_ = [addresses.path(release, name) for name in names]
    folders = [page.removesuffix(".html") for page in pages_]
    return [*(page for page in pages_ if page not in shown), *folders, addresses.images(release)]
