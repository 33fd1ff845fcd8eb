"""Serves the public tree: prepared files with validators, answered from memory while they are unchanged on disk.

nginx gives the same answers from the same tree (`docs/operations/nginx.conf`); tests/web/test_nginx.py compares them.
"""

import os
import stat
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from aiohttp import web

from hub.web import coding, prepared, ready, validators
from hub.web.prepared import IMMUTABLE, REVALIDATE, File, Shape
from hub.web.validators import UnsatisfiableError
from schemas.recent import Recent

__all__ = ["IMMUTABLE", "REVALIDATE", "Tree"]

#: Bytes of files kept in memory; the rest is read from disk each time.
CACHE_BYTES = 64 * 1024 * 1024
#: Larger ones are sent by the kernel and never come into memory.
LARGE = 4 * 1024 * 1024


class Tree:
    """The files below one folder, and nothing beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: Recent[str, File] = Recent(CACHE_BYTES, lambda file: file.weight)  #: by what is asked for

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET or HEAD for a file; 404 for everything that is not a plain file inside the tree."""
        asked = request.match_info["path"]
        file = self._find(asked)
        if file is None:
            raise self._elsewhere(asked)
        if isinstance(file, web.FileResponse):
            return file
        said = request.headers
        is_part = "Range" in said
        # Parts are parts of the plain bytes.
        wanted = coding.accepted(said.get(coding.VARY, "")) if file.is_text and not is_part else ""
        shape = file.plain if not wanted else file.others.get(wanted) or await self._coded(asked, file, wanted)
        judged = validators.judged(said, shape.etag, file.modified)
        if judged != 200:  # noqa: PLR2004 - nothing is sent
            return web.Response(status=judged, headers=prepared.brief(shape))
        if is_part and request.method == "GET":
            return _partial(request, file, shape)
        if ready.fits(request):
            return shape.ready
        return web.Response(body=shape.body, headers=shape.headers.copy())

    def _find(self, asked: str) -> File | web.FileResponse | None:
        """The file as it is on disk now; only what has changed, or was never asked for, is looked at closely."""
        known = self._files.get(asked)
        path = known.path if known else self._locate(asked)
        if path is None:
            return None
        try:
            found = os.lstat(path)
        except (OSError, ValueError):  # too long, or what no file system can spell
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        state = (found.st_ino, found.st_mtime_ns, found.st_size)
        if known and known.state == state:
            return known
        if found.st_size > LARGE:
            said = prepared.said_with(_inside(asked))
            return web.FileResponse(path, headers=said)
        return self._files.put(asked, prepared.read(path, _inside(asked), state, found.st_mtime))

    def _locate(self, asked: str) -> str | None:
        """The only way from an address into the tree: one spelling for each file, and none that leads out of it."""
        *folders, last = asked.split("/")
        parts = [*folders, last or "index.html"]
        if any(not part or part.startswith(".") or "\x00" in part or "\\" in part for part in parts):
            return None
        return str(self._folder.joinpath(*parts))

    def _elsewhere(self, asked: str) -> web.HTTPException:
        """Whoever leaves out the last stroke of a folder is shown the way."""
        folder = self._locate(asked)
        if folder and not asked.endswith("/") and _is_file(Path(folder, "index.html")):
            place = "/" + "/".join(quote(part) for part in PurePosixPath(asked).parts) + "/"
            return web.HTTPMovedPermanently(place)
        return web.HTTPNotFound()

    async def _coded(self, asked: str, file: File, wanted: str) -> Shape:
        """The text in another coding, made now and kept with the file."""
        made = await prepared.coded(file.plain, wanted)
        shape = file.others.setdefault(wanted, made)
        # Somebody else may have made it meanwhile, or the file may be another one by now.
        if shape is made and self._files.get(asked) is file:
            self._files.put(asked, file)
        return shape


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # as above: an address of thousands of letters is no trouble of ours
        return False


def _inside(asked: str) -> PurePosixPath:
    return PurePosixPath(asked + "index.html" if not asked or asked.endswith("/") else asked)


def _partial(request: web.Request, file: File, shape: Shape) -> web.Response:
    """The bytes that are asked for, or all of them where the asker has a part of something else."""
    size = len(shape.body)
    try:
        span = validators.span(request.headers, shape.etag, file.modified, size)
    except UnsatisfiableError:
        return web.Response(status=416, headers=prepared.brief(shape, {"Content-Range": f"bytes */{size}"}))
    if span is None:
        return web.Response(body=shape.body, headers=shape.headers.copy())
    said = shape.headers.copy()
    del said["Accept-Ranges"]  # said by answering so
    said["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return web.Response(status=206, body=shape.body[span.start : span.stop], headers=said)
