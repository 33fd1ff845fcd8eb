"""What intake hands over: a clean text, its images, what was recognised in it; and its form on the child's pipe."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from hub.intake import errors, sanitise
from schemas import text
from schemas.release import Attachment

#: What `schemas.release.Document` takes: characters of body, images, characters of title.
MAX_BODY = 2_000_000
MAX_IMAGES = 100
MAX_TITLE = 200


@dataclass(frozen=True)
class Manuscript:
    """One file as a document to be. Nothing of it is stored yet.

    `recognised` holds suggestions that a person confirms: `doc_no` 发文字号, `signed_on` 成文日期 and `printed_on`
    印发日期 (ISO), `addressees` 主送机关, `issuer` 发文机关, `note` 附注, `secrecy` (as `schemas.release.Secrecy`).
    """

    title: str
    body: str  #: clean HTML as `sanitise` lets through, images as `blob:<sha256>`
    images: tuple[tuple[Attachment, bytes], ...] = ()
    recognised: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()  #: Chinese sentences for the editor


def pack(manuscript: Manuscript) -> bytes:
    """Write the manuscript as one JSON object, image bytes in base64."""
    images = [[image.model_dump(mode="json"), base64.b64encode(data).decode()] for image, data in manuscript.images]
    fields = {
        "title": manuscript.title,
        "body": manuscript.body,
        "images": images,
        "recognised": manuscript.recognised,
        "warnings": manuscript.warnings,
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
        recognised={str(key): text.one_line(str(value)) for key, value in packed["recognised"].items()},
        warnings=tuple(text.one_line(str(warning)) for warning in packed["warnings"]),
    )


def _image(meta: dict[str, Any], encoded: str) -> tuple[Attachment, bytes]:
    image = Attachment.model_validate(meta)
    data = base64.b64decode(encoded, validate=True)
    if hashlib.sha256(data).hexdigest() != image.sha256 or len(data) != image.size:
        raise errors.IntakeError(errors.Code.BROKEN)
    return image, data
