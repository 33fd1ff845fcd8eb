"""The files of an edition at the platform: there under their digests, public only with a record that names them."""

from http import HTTPStatus

from channels import contract
from channels.disclosure.client import Client
from schemas import canonical
from schemas.delivery import Reaction
from schemas.parcel import Parcel


class Files:
    """What was uploaded, and what is to be."""

    def __init__(self, client: Client, blobs: contract.Blobs, *, timeout_seconds: float, upload_seconds: float) -> None:
        self._client = client
        self._blobs = blobs
        self._timeout_seconds = timeout_seconds
        self._upload_seconds = upload_seconds

    async def upload(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Upload what is not there yet. Safe to run twice. Raises ChannelError."""
        for sha256 in _digests(parcel):
            # Dying between upload and note costs one HEAD on the next run: the digest is the file's identity.
            if not notes.get(f"file:{sha256}"):
                await self._upload(sha256)
                await notes.keep(f"file:{sha256}", value=True)

    async def _upload(self, sha256: str) -> None:
        path = f"/api/files/{sha256}"
        known = await self._client.repeat("HEAD", path, seconds=self._timeout_seconds)
        if known.is_success:
            return
        if known.status != HTTPStatus.NOT_FOUND:
            raise known.trouble(repeatable=True)
        try:
            data = await self._blobs.read(sha256)
        except KeyError as error:
            raise contract.ChannelError(Reaction.BUG, "blob_missing", f"存储中缺少附件或图片 {sha256}。") from error
        if canonical.digest(data) != sha256:
            raise contract.ChannelError(Reaction.BUG, "blob_damaged", f"存储中的附件或图片 {sha256} 已损坏。")
        answer = await self._client.repeat("PUT", path, data, seconds=self._upload_seconds)
        if not answer.is_success:
            raise answer.trouble(repeatable=True)


def _digests(parcel: Parcel) -> list[str]:
    """Return the digests of all files of the edition, each once, in the order of the documents."""
    files = (file.sha256 for one in parcel.edition.documents for file in (*one.attachments, *one.images))
    return list(dict.fromkeys(files))
