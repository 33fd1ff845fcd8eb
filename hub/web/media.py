"""What kind of bytes a file of the public tree holds, by its ending: one table for both servers, ours and nginx.

The table is ours and not the system's: another machine's /etc/mime.types must not change an answer. A test compares it
with `docs/operations/nginx.conf`.
"""

from pathlib import PurePosixPath

#: What the hub writes itself: shown under the site's own policy, and compressed on its way.
OWN = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
}
#: What staff attach, and copies of a text: handed over, never run in the site's own name.
FOREIGN = {
    ".pdf": "application/pdf",
    ".ofd": "application/ofd",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".rtf": "application/rtf",
    ".zip": "application/zip",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
}
#: Where the feeds are, what those of JSON are called, and the one file there that is none: the index of them all.
FEEDS, FEED, INDEX = "feeds", "application/feed+json; charset=utf-8", "index.json"
#: Anything else is bytes and nothing more.
OTHER = "application/octet-stream"
#: Foreign files that a browser draws by itself; all else is saved.
SHOWN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".txt"})


def of(path: PurePosixPath) -> str:
    """Return the media type of the file at this path, which is taken from the tree's root."""
    ending = path.suffix
    if ending == ".json" and path.parts[:1] == (FEEDS,) and path.name != INDEX:
        return FEED
    return OWN.get(ending) or FOREIGN.get(ending) or OTHER


def is_own(path: PurePosixPath) -> bool:
    """Whether the hub wrote it: an attachment is foreign whatever it ends in."""
    return path.suffix in OWN and not path.name.startswith("attachment-")
