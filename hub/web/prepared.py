"""One file of the public tree as it is answered: read once for each of its states, with all that is said with it.

Every text is kept in each coding that was asked for.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from multidict import CIMultiDict

from hub.web import coding, headers, media
from hub.web.ready import Ready

#: Longer texts are compressed beside the loop: others need not wait.
_LONG = 64 * 1024
#: Assets carry their content's hash in their name and may be kept for ever; everything else is asked about each time.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "public, max-age=0, must-revalidate"
#: What only a body has. Everything else is said with a 304 too: whoever keeps the file updates what it keeps with it,
#: and an attachment must not come into the site's own policy that way.
_OF_A_BODY = frozenset({"Content-Type", "Content-Encoding", "Accept-Ranges"})

State = tuple[int, int, int]


@dataclass(frozen=True)
class Shape:
    """One representation: the bytes in one coding, with everything that is said with them."""

    body: bytes
    etag: str
    headers: CIMultiDict[str]

    @cached_property
    def ready(self) -> Ready:
        """The whole of it as one answer, made when it is asked for first."""
        return Ready(self.body, self.headers)


@dataclass(frozen=True)
class File:
    """One file as last read: what identifies this state of it on disk, and its answers, prepared."""

    path: str
    state: State
    modified: float
    plain: Shape
    is_text: bool
    others: dict[str, Shape] = field(default_factory=dict)  #: by coding, once it was asked for

    @property
    def weight(self) -> int:
        """Bytes that it holds in memory."""
        return len(self.plain.body) + sum(len(shape.body) for shape in self.others.values())


def read(path: str, inside: PurePosixPath, state: State, modified: float) -> File:
    """Return the file at the path; `inside` is its place in the tree. Raises OSError."""
    body = Path(path).read_bytes()
    etag = sha256(body).hexdigest()[:32]
    said = said_with(inside)
    said["ETag"] = f'"{etag}"'
    said["Last-Modified"] = formatdate(modified, usegmt=True)
    said["Accept-Ranges"] = "bytes"
    is_text = media.is_own(inside) and len(body) >= coding.LEAST
    return File(path, state, modified, Shape(body, etag, said), is_text)


async def coded(plain: Shape, wanted: str) -> Shape:
    """Return the text in this coding, under a name of its own."""
    if len(plain.body) > _LONG:
        body = await asyncio.to_thread(coding.pressed, plain.body, wanted)
    else:
        body = coding.pressed(plain.body, wanted)
    etag = f"{plain.etag}-{wanted}"
    said = plain.headers.copy()
    # Parts are only given of the plain bytes: a coded text is another one, with a name of its own.
    del said["Accept-Ranges"]
    said["ETag"] = f'"{etag}"'
    said["Content-Encoding"] = wanted
    return Shape(body, etag, said)


def said_with(path: PurePosixPath) -> CIMultiDict[str]:
    """What is said with a file of this name, whatever is in it; the site's own headers included."""
    said = CIMultiDict(headers.HEADERS)
    said["Cache-Control"] = IMMUTABLE if path.parent.name == "assets" else REVALIDATE
    said["Content-Type"] = media.of(path)
    if path.parts[:1] == ("feeds",):
        said["Access-Control-Allow-Origin"] = "*"  # readers that run in a browser
    if media.is_own(path):
        said["Vary"] = coding.VARY
        return said
    # What staff attached is handed over, never run in the site's own name.
    said["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if path.suffix not in media.SHOWN:
        said["Content-Disposition"] = "attachment"
    return said


def brief(shape: Shape, more: Mapping[str, str] = MappingProxyType({})) -> CIMultiDict[str]:
    """What is said of the file where nothing of it is sent."""
    said = {name: value for name, value in shape.headers.items() if name not in _OF_A_BODY}
    return CIMultiDict(said | dict(more))
