"""The API's writes: each hands one act to `hub.commands` and decides nothing itself."""

from typing import Any, cast

from pydantic import BaseModel, ValidationError

from hub.commands import drafting, opening, publishing, reviewing, writing
from hub.core import workflow
from hub.web import decisions, faults
from hub.web.forms import DocumentText, PublishForm, ReviewForm, SubmitForm
from hub.web.route import Ask, Upload
from hub.web.shapes.releases import EditionName, Saved
from schemas import filled
from schemas.draft import Text
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.particulars import Form, Particulars
from schemas.person import Duty
from schemas.release import Metadata, Release


async def create(ask: Ask) -> Release:
    return await drafting.create(ask.hub, ask.person, cast("Metadata", ask.form))


async def edit(ask: Ask) -> Release:
    """Change the named fields. What the others were is only right for the version of If-Match, which is asked again."""
    workflow.require(ask.person, Duty.EDITOR)
    before = await _current(ask)
    assert ask.form is not None and not isinstance(ask.form, Upload)  # noqa: S101, PT018 - the route takes a model
    merged = _merged(before.metadata, ask.form)
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
        return await _imported(ask, ask.form)
    return await _written(ask, cast("DocumentText", ask.form), before)


async def submit(ask: Ask) -> EditionName:
    form = cast("SubmitForm", ask.form)
    made = await reviewing.submit(ask.hub, ask.person, ask.release, version=ask.version, urgent=form.urgent)
    return _name(made)


async def review(ask: Ask) -> Release:
    form = cast("ReviewForm", ask.form)
    return await decisions.review(ask.hub, ask.person, ask.release, form)


async def publish(ask: Ask) -> EditionName:
    form = cast("PublishForm", ask.form)
    return _name(
        await publishing.publish(
            ask.hub,
            ask.person,
            ask.release,
            channels=form.channels,
            at=form.at,
            choices=form.choices,
            covers=form.covers,
        ),
    )


async def _current(ask: Ask) -> Release:
    async with ask.hub.engine.connect() as connection:
        release = await opening.release(connection, ask.release)
    if ask.version not in {None, release.version}:
        # The act asks again under its lock; asking here spares a long import that could not be kept.
        raise HubError(ErrorCode.CONFLICT)
    return release


async def _imported(ask: Ask, upload: Upload) -> Saved:
    file = (upload.filename, upload.data)
    saved, read = await writing.import_file(
        ask.hub, ask.person, ask.release, ask.names["name"], file, version=ask.version
    )
    beside = {"recognised": read.recognised, "warnings": read.warnings}
    return Saved.model_validate(saved.model_dump() | beside)


def _merged(before: Metadata, named: BaseModel) -> dict[str, Any]:
    """The metadata with what was named. Of its particulars each one that is named changes; a new kind keeps its own."""
    merged = before.model_dump() | named.model_dump(exclude_unset=True, exclude={"particulars"})
    given: Particulars | None = getattr(named, "particulars", None)
    if merged["kind"] is None or ("particulars" in named.model_fields_set and given is None):
        return merged | {"particulars": {}}
    # A field that is named as null is no field of a dump: it is taken off here.
    told = {name: getattr(given, name) for name in given.model_fields_set} if given is not None else {}
    held = filled.kept(merged["kind"], before.particulars.model_dump())
    return merged | {"particulars": {name: said for name, said in (held | told).items() if said is not None}}


async def _written(ask: Ask, form: DocumentText, before: Release) -> Saved:
    old = before.document(ask.names["name"])
    kept = form.form or (old.form if old else Form.TEXT)
    text = Text(title=form.title, summary=form.summary, body=form.body, form=kept)
    try:
        saved = await writing.write(ask.hub, ask.person, ask.release, ask.names["name"], text, version=ask.version)
    except HubError as error:
        error.fields = {f"/{name}": words for name, words in error.fields.items()}
        raise
    return Saved.model_validate(saved.model_dump())


def _name(edition: Edition) -> EditionName:
    return EditionName(release=edition.release, number=edition.number, digest=edition.digest)
