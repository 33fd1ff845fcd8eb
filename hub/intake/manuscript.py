"""What intake hands over: a clean text, its images, what was recognised in it; and its form on the child's pipe."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from hub.intake import errors, notices, sanitise
from hub.intake.notices import Notice
from schemas import text
from schemas.draft import Hint
from schemas.release import Attachment

#: What `schemas.release.Document` takes: characters of body, images, characters of title.
MAX_BODY = 2_000_000
MAX_IMAGES = 100
MAX_TITLE = 200


@dataclass(frozen=True)
class Manuscript:
    """One file as a document to be. Nothing of it is stored yet.

    `hints` holds suggestions that a person confirms, each with the words it was read from: `doc_no` 发文字号,
    `signed_on` 成文日期, `printed_on` 印发日期, `effective_on` 施行日期 and `expires_on` 失效日期 (ISO), `addressees`
    主送机关, `issuer` 发文机关, `note` 附注, `secrecy` (as `schemas.release.Secrecy`).
    """

    title: str
    body: str  #: clean HTML as `sanitise` lets through, images as `blob:<sha256>`
    images: tuple[tuple[Attachment, bytes], ...] = ()
    hints: dict[str, Hint] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    @property
    def recognised(self) -> dict[str, str]:
        """The hints' values alone."""
        return {name: hint.value for name, hint in self.hints.items()}

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notices' Chinese sentences alone."""
        return tuple(one.message for one in self.notices)


def pack(manuscript: Manuscript) -> bytes:
    """Write the manuscript as one JSON object, image bytes in base64."""
    images = [[image.model_dump(mode="json"), base64.b64encode(data).decode()] for image, data in manuscript.images]
    fields = {
        "title": manuscript.title,
        "body": manuscript.body,
        "images": images,
        "hints": {name: hint.model_dump() for name, hint in manuscript.hints.items()},
        "notices": [one.packed() for one in manuscript.notices],
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def unpack(packed: dict[str, Any]) -> Manuscript:
    """Read what `pack` wrote, as if the writer had been taken over by its input.

    Raises IntakeError (`broken`) for an image that is not its digest, `too_long` for a body beyond the bound. The body
    is sanitised once more: a child that a hostile file took over still cannot bring a script into the store.
    """
    body = str(packed["body"])
    if len(body) > MAX_BODY:
        raise errors.IntakeError(errors.Code.TOO_LONG)
    return Manuscript(
        title=text.one_line(str(packed["title"]))[:MAX_TITLE],
        body=sanitise.sanitise(body),
        images=tuple(_image(meta, encoded) for meta, encoded in packed["images"][:MAX_IMAGES]),
        hints={str(name): _hint(one) for name, one in packed["hints"].items()},
        notices=notices.unpacked(packed["notices"]),
    )


def _hint(packed: dict[str, Any]) -> Hint:
    value, sentence = (text.one_line(str(packed[name])) for name in ("value", "sentence"))
    return Hint(value=value, sentence=sentence, sure=bool(packed["sure"]))


def _image(meta: dict[str, Any], encoded: str) -> tuple[Attachment, bytes]:
    image = Attachment.model_validate(meta)
    data = base64.b64decode(encoded, validate=True)
    if hashlib.sha256(data).hexdigest() != image.sha256 or len(data) != image.size:
        raise errors.IntakeError(errors.Code.BROKEN)
    return image, data
