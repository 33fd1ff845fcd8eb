"""Where a document lives on the bureau's own site. An address never changes, nor is it reused (国办发〔2017〕47号)."""

from schemas.release import Role

#: Column codes are the pinyin initials that government sites use: 政策文件, 政策解读.
COLUMN = {Role.POLICY: "zcwj", Role.INTERPRETATION: "zcjd"}
#: Endings that an attachment keeps: what offices attach, and nothing that a browser would run as a page of the site.
# fmt: off
ENDINGS = frozenset({
    "pdf", "ofd", "ceb", "rtf", "txt", "csv",
    "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "dps", "odt", "ods", "odp",
    "zip", "rar", "7z",
    "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "mp3", "mp4", "dwg", "dxf",
})
# fmt: on
#: Pictures that a browser draws and never runs; SVG is a program.
PICTURES = frozenset({"png", "jpeg", "gif", "webp", "bmp"})
#: Web servers know nothing of it but that it is bytes.
OTHER = "bin"


def path(release: int, name: str) -> str:
    """The path of a document: `/zcwj/1001.html`, `/zcjd/1001-1.html`. `name` is `Document.name`."""
    if name == "policy":
        return f"/{COLUMN[Role.POLICY]}/{release}.html"
    return f"/{COLUMN[Role.INTERPRETATION]}/{release}-{name.removeprefix('interpretation-')}.html"


def attachment(release: int, name: str, number: int, filename: str) -> str:
    """The path of the document's attachment with this number (from 1); the file's own ending is kept if harmless."""
    ending = filename.rpartition(".")[2].lower()
    return f"{path(release, name).removesuffix('.html')}/attachment-{number}.{ending if ending in ENDINGS else OTHER}"


def copy(release: int, name: str, kind: str) -> str:
    """The path of the document's text as a file to keep: `/zcwj/1001/text.docx`."""
    return f"{path(release, name).removesuffix('.html')}/text.{kind}"


def comparison(release: int) -> str:
    """The page that shows the release's policy beside the one that amended or replaced it."""
    return f"/compare/{release}"


def images(release: int) -> str:
    """The folder of all images of the release."""
    return f"/images/{release}"


def image(release: int, sha256: str, media: str) -> str:
    """The path of an image in a document's body."""
    kind = media.removeprefix("image/")
    return f"{images(release)}/{sha256[:16]}.{kind if kind in PICTURES else OTHER}"
