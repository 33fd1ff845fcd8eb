"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) as data. Pure."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

VERSION = "https://jsonfeed.org/version/1.1"


class _Object(BaseModel):
    """An object of the format: what is None is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def encoded(self) -> bytes:
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


class Author(_Object):
    """Whoever issued the document, or runs the site."""

    name: str


class Hub(_Object):
    """Where one can ask to be told of changes."""

    type: str
    url: str


class Attachment(_Object):
    """One file beside the text."""

    url: str
    mime_type: str
    title: str
    size_in_bytes: int


class Item(_Object):
    """One document. The text is given as HTML, or as words where there is none."""

    id: str
    url: str
    title: str
    content_html: str | None = None
    content_text: str | None = None
    summary: str
    date_published: str
    date_modified: str
    authors: tuple[Author, ...]
    tags: tuple[str, ...]
    language: str = "zh-CN"
    attachments: tuple[Attachment, ...] | None = None
    gongbu: Mapping[str, str] = Field(alias="_gongbu")


class Head(_Object):
    """A feed without its items."""

    version: str = VERSION
    title: str
    home_page_url: str
    feed_url: str
    description: str
    next_url: str | None = None  #: the same feed's older items
    authors: tuple[Author, ...]
    language: str = "zh-CN"
    hubs: tuple[Hub, ...] | None = None


def spliced(head: Head, items: Sequence[bytes]) -> bytes:
    """The feed: its head with these items, one a line, as they were encoded."""
    return head.encoded().removesuffix(b"}") + b',"items":[\n' + b",\n".join(items) + b"\n]}\n"
