"""Serves the public tree: prepared files with validators, answered from memory while they are unchanged on disk."""

import mimetypes
import os
import stat
from collections import OrderedDict
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path, PurePosixPath

from aiohttp import web
from multidict import CIMultiDict

from hub.web import headers

#: Bytes of files kept in memory; the rest is read from disk each time.
CACHE_BYTES = 64 * 1024 * 1024
#: Assets carry their content's hash in their name and may be kept for ever; everything else is asked about each time.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "public, max-age=0, must-revalidate"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
#: Attachments and images that a browser shows by itself; all else is saved.
SHOWN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".txt"})


@dataclass(frozen=True)
class File:
    """One file as last read: what identifies this state of it on disk, and its answer, prepared."""

    path: str
    state: tuple[int, int, int]
    body: bytes
    etag: str
    modified: float
    headers: CIMultiDict[str]


class Tree:
    """The files below one folder, and nothing beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: OrderedDict[str, File] = OrderedDict()  #: by what is asked for
        self._held = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET or HEAD for a file; 404 for everything that is not a plain file inside the tree."""
        file = self._find(request.match_info["path"])
        if file is None:
            raise web.HTTPNotFound
        if _unchanged(request, file):
            kept = {name: file.headers[name] for name in ("ETag", "Last-Modified", "Cache-Control")}
            return web.Response(status=304, headers=kept)
        return web.Response(body=file.body, headers=file.headers.copy())

    def _find(self, asked: str) -> File | None:
        """The file as it is on disk now; only what has changed, or was never asked for, is looked at closely."""
        known = self._files.get(asked)
        path = known.path if known else self._locate(asked)
        if path is None:
            return None
        try:
            found = os.lstat(path)
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        state = (found.st_ino, found.st_mtime_ns, found.st_size)
        if known and known.state == state:
            self._files.move_to_end(asked)
            return known
        return self._keep(asked, _read(path, state, found.st_mtime))

    def _locate(self, asked: str) -> str | None:
        parts = PurePosixPath(asked or "index.html").parts
        if any(part in {"..", "/"} or part.startswith(".") or "\x00" in part or "\\" in part for part in parts):
            return None
        path = self._folder.joinpath(*parts)
        return str(path / "index.html" if asked.endswith("/") else path)

    def _keep(self, asked: str, file: File) -> File:
        old = self._files.pop(asked, None)
        self._held += len(file.body) - (len(old.body) if old else 0)
        self._files[asked] = file
        while self._held > CACHE_BYTES:
            _, dropped = self._files.popitem(last=False)
            self._held -= len(dropped.body)
        return file


def _read(path: str, state: tuple[int, int, int], modified: float) -> File:
    body = Path(path).read_bytes()
    etag = sha256(body).hexdigest()[:32]
    return File(path, state, body, etag, modified, _headers(PurePosixPath(path), etag, modified))


def _headers(path: PurePosixPath, etag: str, modified: float) -> CIMultiDict[str]:
    """Everything that is said with the file, the site's own headers included."""
    said = CIMultiDict(headers.OURS)
    said["ETag"] = f'"{etag}"'
    said["Last-Modified"] = formatdate(modified, usegmt=True)
    said["Cache-Control"] = IMMUTABLE if path.parent.name == "assets" else REVALIDATE
    said["Content-Type"] = _media(path)
    if path.suffix not in TYPES or path.name.startswith("attachment-"):
        # What staff attached is handed over, never run in the site's own name.
        said["Content-Security-Policy"] = "sandbox; default-src 'none'"
        if path.suffix not in SHOWN:
            said["Content-Disposition"] = "attachment"
    return said


def _unchanged(request: web.Request, file: File) -> bool:
    """RFC 9110: If-None-Match decides alone where it is given."""
    if "If-None-Match" in request.headers:
        return any(tag.value in {file.etag, "*"} for tag in request.if_none_match or ())
    since = request.if_modified_since
    return since is not None and int(file.modified) <= since.timestamp()


def _media(path: PurePosixPath) -> str:
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
