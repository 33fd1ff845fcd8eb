"""Serves the public tree: prepared files with validators, answered from memory while they are unchanged on disk."""

import mimetypes
import stat
from collections import OrderedDict
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path, PurePosixPath

from aiohttp import web

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
    """One file as last read, with what identifies this state of it on disk."""

    state: tuple[int, int, int]
    body: bytes
    etag: str
    modified: float


class Tree:
    """The files below one folder, and nothing beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: OrderedDict[Path, File] = OrderedDict()
        self._held = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET or HEAD for a file; 404 for everything that is not a plain file inside the tree."""
        path = self._locate(request.match_info["path"])
        file = self._read(path) if path else None
        if path is None or file is None:
            raise web.HTTPNotFound
        headers = {"ETag": f'"{file.etag}"', "Last-Modified": formatdate(file.modified, usegmt=True)}
        headers["Cache-Control"] = IMMUTABLE if path.parent.name == "assets" else REVALIDATE
        if _unchanged(request, file):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = _media(path)
        if path.suffix not in TYPES or path.name.startswith("attachment-"):
            # What staff attached is handed over, never run in the site's own name.
            headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
            if path.suffix not in SHOWN:
                headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.body, headers=headers)

    def _locate(self, requested: str) -> Path | None:
        parts = PurePosixPath(requested or "index.html").parts
        if any(part in {"..", "/"} or part.startswith(".") or "\x00" in part or "\\" in part for part in parts):
            return None
        path = self._folder.joinpath(*parts)
        return path / "index.html" if requested.endswith("/") else path

    def _read(self, path: Path) -> File | None:
        try:
            found = path.lstat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        state = (found.st_ino, found.st_mtime_ns, found.st_size)
        known = self._files.get(path)
        if known and known.state == state:
            self._files.move_to_end(path)
            return known
        body = path.read_bytes()
        return self._keep(path, File(state, body, sha256(body).hexdigest()[:32], found.st_mtime))

    def _keep(self, path: Path, file: File) -> File:
        old = self._files.pop(path, None)
        self._held += len(file.body) - (len(old.body) if old else 0)
        self._files[path] = file
        while self._held > CACHE_BYTES:
            _, dropped = self._files.popitem(last=False)
            self._held -= len(dropped.body)
        return file


def _unchanged(request: web.Request, file: File) -> bool:
    """RFC 9110: If-None-Match decides alone where it is given."""
    if "If-None-Match" in request.headers:
        return any(tag.value in {file.etag, "*"} for tag in request.if_none_match or ())
    since = request.if_modified_since
    return since is not None and int(file.modified) <= since.timestamp()


def _media(path: Path) -> str:
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
