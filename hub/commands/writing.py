"""What people bring to a document: words, or a file. Everything is cleaned before it is stored."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

from pydantic import ValidationError

from hub.commands import drafting
from hub.commands.act import Hub
from hub.core import workflow
from hub.intake import convert, sanitise
from hub.intake.errors import IntakeError
from hub.intake.manuscript import Manuscript
from hub.store import drafts
from schemas import faults
from schemas.draft import Text
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment, Document, Release, Role

_SHOWN = re.compile(r"blob:([0-9a-f]{64})")
_PICTURE = re.compile(r'<img(?: alt="[^"]*")?(?: src="blob:([0-9a-f]{64})")(?: alt="[^"]*")?>')
_ALT = re.compile(r' alt="([^"]*)"')
#: A file of this name and these bytes.
File = tuple[str, bytes]


async def cleaned(text: Text, alts: Mapping[str, str] | None = None) -> Text:
    """The text as it may be stored and shown. `alts` are pictures' words by digest, as typed beside the text."""
    # Sanitising a long body takes milliseconds that the event loop should not lose.
    body = await asyncio.to_thread(sanitise.sanitise, text.body)
    return Text(title=text.title, summary=text.summary, body=_described(body, alts or {}), form=text.form)


async def read(file: File, *, settle: bool = False) -> Manuscript:
    """Read a file in the bounded child. `settle` reads one under discussion as if all of it had been accepted.

    Raises HubError(INTAKE) with the sentence for the person.
    """
    try:
        return await convert.convert(*file, settle=settle)
    except IntakeError as error:
        raise HubError(ErrorCode.INTAKE, detail=error.message) from None


async def read_clipboard(html: str, *, whole: bool = False) -> Manuscript:
    """Read what was copied elsewhere; `whole` as a document of its own. Raises HubError(INTAKE)."""
    try:
        return await convert.paste(html, whole=whole)
    except IntakeError as error:
        raise HubError(ErrorCode.INTAKE, detail=error.message) from None


async def write(
    hub: Hub,
    person: Person,
    release: int,
    name: str,
    text: Text,
    *,
    alts: Mapping[str, str] | None = None,
    seen: str | None = None,
    version: int | None = None,
    note: Mapping[str, object] | None = None,
) -> Release:
    """Save the text of the policy or an interpretation; its attachments stay. The person's unsaved text is settled.

    Pictures must be the document's own or brought by this person since. `seen` is the mark of the text that the person
    began on. Raises HubError: CONFLICT when it is another one by now, INVALID with the fields.
    """
    workflow.require(person, Duty.EDITOR)
    clean = await cleaned(text, alts)
    async with hub.engine.connect() as connection:
        draft = await drafts.find(connection, release, name, person.id)
    brought = draft.images if draft else ()
    saved = await drafting.revise(
        hub,
        person,
        release,
        name,
        lambda old: written(name, old, clean, brought),
        version=version,
        seen=seen,
        note=note,
    )
    # If the process dies before this, the unsaved text equals the saved one and is offered to nobody.
    async with hub.engine.begin() as connection:
        await drafts.drop(connection, release, name, person.id)
    return saved


async def import_file(
    hub: Hub, person: Person, release: int, name: str, file: File, *, version: int | None = None
) -> tuple[Release, Manuscript]:
    """Put a file's text in place of the document's; summary and attachments stay. Raises HubError(INTAKE)."""
    workflow.require(person, Duty.EDITOR)
    manuscript = await read(file)
    text = Text(title=manuscript.title, body=manuscript.body)
    images = tuple(image for image, _ in manuscript.images)

    def revision(old: Document | None) -> Document:
        kept = {"summary": old.summary, "form": old.form} if old else {}
        return written(name, old, text.model_copy(update=kept), images)

    data = [data for _, data in manuscript.images]
    saved = await drafting.revise(hub, person, release, name, revision, data=data, version=version)
    return saved, manuscript


def written(name: str, old: Document | None, text: Text, brought: Sequence[Attachment]) -> Document:
    """The document with this text. Raises HubError(INVALID) for a picture that nobody brought into it."""
    known = {image.sha256: image for image in (*brought, *(old.images if old else ()))}
    shown = pictures(text.body)
    if set(shown) - known.keys():
        fields = {"body": "含有尚未上传的图片"}
        raise HubError(
            ErrorCode.INVALID, detail="正文含有尚未上传的图片，请以文件方式导入，或在编辑页插入", fields=fields
        )
    images = tuple(known[digest] for digest in shown)
    if old is not None:
        return made(old, **_titled(old, text), images=images)
    return made(None, **place(name), **text.model_dump(), images=images)


def pictures(body: str) -> list[str]:
    """The digests of the pictures that the body shows, each once."""
    return list(dict.fromkeys(_SHOWN.findall(body)))


def retitled(old: Document, text: Text) -> Document:
    """The document as it would read with this text, unchecked: for looking at, not for saving."""
    return old.model_copy(update=_titled(old, text))


def place(name: str) -> dict[str, Role | int]:
    """The role and number that a document's name says."""
    if name == Role.POLICY:
        return {"role": Role.POLICY, "number": 0}
    return {"role": Role.INTERPRETATION, "number": int(name.rpartition("-")[2])}


def made(old: Document | None, **values: Any) -> Document:
    """The document with these values, checked. Raises HubError(INVALID) that names the fields."""
    try:
        return Document.model_validate({**(old.model_dump() if old else {}), **values})
    except ValidationError as error:
        wrong = {place.split(".")[0]: words for place, words in faults.fields(error).items()}
        raise HubError(ErrorCode.INVALID, detail=faults.sentence(wrong), fields=wrong) from None


def alt(body: str, digest: str) -> str:
    """The words of the body's picture with this digest, empty where it has none."""
    picture = next((one[0] for one in _PICTURE.finditer(body) if one[1] == digest), "")
    words = _ALT.search(picture)
    return unescape(words[1]) if words else ""


def _titled(old: Document, text: Text) -> dict[str, Any]:
    # The policy's title is one of the 公文要素, and changes with them.
    title = text.title or (old.title if old.role is Role.POLICY else "")
    return {"title": title, "summary": text.summary, "body": text.body, "form": text.form}


def _described(body: str, alts: Mapping[str, str]) -> str:
    def picture(found: re.Match[str]) -> str:
        words = alts.get(found[1])
        if words is None:
            return found[0]
        return f'<img src="blob:{found[1]}" alt="{escape(" ".join(words.split())[:500])}">'

    # What the sanitiser writes has one form, and so is found; the words are escaped and keep that form.
    return sanitise.sanitise(_PICTURE.sub(picture, body)) if alts else body
