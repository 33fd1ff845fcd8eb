"""The cover of a draft on the platform: drawn, or cut from a picture that a publisher chose; uploaded once."""

import asyncio

from channels import contract
from channels.wechat import client, cover, errors, event, photo
from schemas.delivery import Reaction
from schemas.parcel import Parcel

PAGE = 20
#: A cover is looked for among so many pages of material, the newest first.
MAX_PAGES = 3


async def original(blobs: contract.Blobs, sha256: str) -> bytes:
    """Return a picture of the edition. Raises ChannelError(CONTENT) when it is not there any more."""
    try:
        return await blobs.read(sha256)
    except KeyError:
        raise contract.ChannelError(Reaction.CONTENT, "image", "正文图片已不存在，请重新插入") from None


class Covers:
    """The account's covers."""

    def __init__(self, calls: client.Client, blobs: contract.Blobs) -> None:
        self._calls = calls
        self._blobs = blobs

    async def picture(self, parcel: Parcel, bureau: str) -> bytes:
        """Return the file that is uploaded. Raises ChannelError(CONTENT) for a chosen picture that makes none."""
        if parcel.cover:
            if all(parcel.cover != one.sha256 for document in parcel.edition.documents for one in document.images):
                raise contract.ChannelError(Reaction.CONTENT, "image", "选作封面的图片不在这一版的正文中，请重新选择")
            return await asyncio.to_thread(photo.cover, await original(self._blobs, parcel.cover))
        title, font = parcel.edition.metadata.title, cover.installed_font()
        return await asyncio.to_thread(cover.jpeg, parcel.edition.digest, title, bureau, font)

    async def media_id(self, parcel: Parcel, notes: contract.Notes, bureau: str) -> str:
        """Return the platform's number for it, uploading it if nobody has. Safe to run again after a crash anywhere."""
        known = notes.get("cover.media_id")
        if isinstance(known, str):
            return known
        name = f"{parcel.key}.jpg"
        found = await self._find(name) if notes.get("cover.intent") else None
        if found is None:
            await notes.keep("cover.intent", name)
            # If the process dies after this call, the next run finds the cover by its name.
            data = await self.picture(parcel, bureau)
            found = event.text(await self._calls.upload("material/add_material", name, data, "image/jpeg"), "media_id")
        await notes.keep("cover.media_id", found)
        return found

    async def renew(self, notes: contract.Notes) -> None:
        """Forget a cover that the platform does not know (deleted by hand), once; then it is a person's."""
        if notes.get("cover.renewed"):
            raise contract.ChannelError(Reaction.CONTENT, errors.GONE, "微信不接受草稿的封面，请联系系统管理员")
        await notes.keep("cover.renewed", True)
        await notes.keep("cover.intent", None)
        await notes.keep("cover.media_id", None)
        raise contract.ChannelError(Reaction.RETRY, errors.GONE, "封面素材已被删除，将重新上传", retry_after_seconds=0)

    async def _find(self, name: str) -> str | None:
        for page in range(MAX_PAGES):
            question = {"type": "image", "offset": page * PAGE, "count": PAGE}
            items = event.items(await self._calls.read("material/batchget_material", question))
            for item in items:
                if item.get("name") == name:
                    return event.text(item, "media_id")
            if len(items) < PAGE:
                break
        return None
