"""The API's previews: what a channel would be given, shown in a sandbox, sent nowhere."""

from channels.contract import ChannelError
from hub.web import rendered
from hub.web.rendered import Rendered, subject
from hub.web.route import Ask, Raw
from hub.web.shapes.releases import Preview, PreviewFile
from schemas import canonical
from schemas.errors import ErrorCode, HubError
from schemas.parcel import RenderedFile

__all__ = ["SANDBOX", "get_file", "list_files", "name_of", "subject"]

#: No script, no form, no origin of ours; pictures and styles only from the page's own bytes.
SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


async def list_files(ask: Ask) -> Preview:
    found = await _rendered(ask)
    files = tuple(
        PreviewFile(name=name_of(f), media=f.media, size=len(f.body), sha256=canonical.digest(f.body))
        for f in found.rendering.files
    )
    edition = found.packed.parcel.edition
    return Preview(
        channel=ask.names["channel"],
        edition=edition.number,
        digest=edition.digest,
        sha256=found.rendering.sha256,
        files=files,
        remarks=found.rendering.remarks,
    )


async def get_file(ask: Ask) -> Raw:
    """One file's bytes. The name is compared with those that were rendered and opens nothing."""
    found = await _rendered(ask)
    file = next((f for f in found.rendering.files if name_of(f) == ask.names["file"]), None)
    if file is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个预览文件")
    return Raw(file.body, file.media, headers={"Content-Security-Policy": SANDBOX})


def name_of(file: RenderedFile) -> str:
    """A file's name below a preview's address: some channels name files by their path on a site."""
    return file.name.lstrip("/")


async def _rendered(ask: Ask) -> Rendered:
    packed = await rendered.pack(ask.hub, ask.desk.public_url, ask.release, ask.names["channel"])
    try:
        return await rendered.render(packed)
    except ChannelError as error:
        raise HubError(ErrorCode.BLOCKED, findings=error.trouble.detail) from error
