"""The API's writes: each hands one act to `hub.commands` and decides nothing itself."""

import asyncio
import re
from typing import cast

from pydantic import ValidationError

from hub.commands import drafting, publishing, reviewing
from hub.core import workflow
from hub.intake import convert, sanitise
from hub.store import releases
from hub.store.blobs import Blobs
from hub.web import faults
from hub.web.forms import DocumentText, PublishForm, ReviewForm
from hub.web.route import Ask, Upload
from hub.web.shapes import EditionName, Saved
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import Document, Metadata, Release, Role

_SHOWN = re.compile(r"blob:([0-9a-f]{64})")


async def create(ask: Ask) -> Release:
    return await drafting.create(ask.hub, ask.person, cast("Metadata", ask.form))


async def edit(ask: Ask) -> Release:
    """Change the named fields. What the others were is only right for the version of If-Match, which is asked again."""
    workflow.require(ask.person, Duty.EDITOR)
    before = await _current(ask)
    assert ask.form is not None and not isinstance(ask.form, Upload)  # noqa: S101, PT018 - the route takes a model
    merged = before.metadata.model_dump() | ask.form.model_dump(exclude_unset=True)
    try:
        metadata = Metadata.model_validate(merged)
    except ValidationError as error:
        raise faults.translate(error) from None
    return await drafting.edit(ask.hub, ask.person, ask.release, metadata, version=ask.version)


async def put_document(ask: Ask) -> Saved:
    """Put a document from its text or from a file. Nobody's file is opened before we know that they may write."""
    workflow.require(ask.person, Duty.EDITOR)
    before = await _current(ask)
    if isinstance(ask.form, Upload):
        return await _imported(ask, ask.form, before)
    return await _written(ask, cast("DocumentText", ask.form), before)


async def submit(ask: Ask) -> EditionName:
    return _name(await reviewing.submit(ask.hub, ask.person, ask.release, version=ask.version))


async def review(ask: Ask) -> Release:
    form = cast("ReviewForm", ask.form)
    return await reviewing.review(
        ask.hub, ask.person, ask.release, form.level, form.decision, note=form.note, edition=form.edition
    )


async def publish(ask: Ask) -> EditionName:
    form = cast("PublishForm", ask.form)
    return _name(
        await publishing.publish(ask.hub, ask.person, ask.release, channels=form.channels, at=form.at),
    )


async def _current(ask: Ask) -> Release:
    async with ask.hub.engine.connect() as connection:
        release = await releases.find(connection, ask.release)
    if release is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {ask.release} 的政策发布")
    if ask.version not in {None, release.version}:
        # The act asks again under its lock; asking here spares a long import that could not be kept.
        raise HubError(ErrorCode.CONFLICT)
    return release


async def _imported(ask: Ask, upload: Upload, before: Release) -> Saved:
    read = await convert.convert(upload.filename, upload.data)
    old = before.document(ask.names["name"])
    document = Document(
        **_place(ask.names["name"]),
        title=read.title,
        summary=old.summary if old else "",
        body=read.body,
        attachments=old.attachments if old else (),
        images=tuple(image for image, _ in read.images),
    )
    data = [data for _, data in read.images]
    saved = await _put(ask, document, data)
    return saved.model_copy(update={"recognised": read.recognised, "warnings": read.warnings})


async def _written(ask: Ask, form: DocumentText, before: Release) -> Saved:
    old = before.document(ask.names["name"])
    # Sanitising a long body takes milliseconds that the event loop should not lose.
    body = await asyncio.to_thread(sanitise.sanitise, form.body)
    shown = set(_SHOWN.findall(body))
    images = tuple(image for image in (old.images if old else ()) if image.sha256 in shown)
    if shown - {image.sha256 for image in images}:
        fields = {"/body": "含有尚未上传的图片"}
        raise HubError(ErrorCode.INVALID, detail="正文含有尚未上传的图片，请以文件方式导入", fields=fields)
    document = Document(
        **_place(ask.names["name"]),
        title=form.title,
        summary=form.summary,
        body=body,
        attachments=old.attachments if old else (),
        images=images,
    )
    return await _put(ask, document, [])


async def _put(ask: Ask, document: Document, data: list[bytes]) -> Saved:
    brought = {image.sha256 for image in document.images} if data else set()
    kept = {one.sha256 for one in (*document.attachments, *document.images)} - brought
    blobs = Blobs(ask.hub.engine)
    stored = [await blobs.read(digest) for digest in sorted(kept)]
    release = await drafting.put_document(
        ask.hub, ask.person, ask.release, document, data=[*data, *stored], version=ask.version
    )
    return Saved.model_validate(release.model_dump())


def _place(name: str) -> dict[str, Role | int]:
    if name == Role.POLICY:
        return {"role": Role.POLICY, "number": 0}
    return {"role": Role.INTERPRETATION, "number": int(name.rpartition("-")[2])}


def _name(edition: Edition) -> EditionName:
    return EditionName(release=edition.release, number=edition.number, digest=edition.digest)
