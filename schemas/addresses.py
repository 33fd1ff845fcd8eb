"""Where a document lives on the bureau's own site. An address never changes, nor is it reused (国办发〔2017〕47号)."""

from schemas.release import Role

#: Column codes are the pinyin initials that government sites use: 政策文件, 政策解读.
COLUMN = {Role.POLICY: "zcwj", Role.INTERPRETATION: "zcjd"}


def path(release: int, name: str) -> str:
    """The path of a document: `/zcwj/1001.html`, `/zcjd/1001-1.html`. `name` is `Document.name`."""
    if name == "policy":
        return f"/{COLUMN[Role.POLICY]}/{release}.html"
    return f"/{COLUMN[Role.INTERPRETATION]}/{release}-{name.removeprefix('interpretation-')}.html"


def attachment(release: int, name: str, number: int, filename: str) -> str:
    """The path of the document's attachment with this number (from 1); the file's own ending is kept."""
    ending = filename.rpartition(".")[2].lower() if "." in filename else "bin"
    return f"{path(release, name).removesuffix('.html')}/attachment-{number}.{ending[:8]}"


def image(release: int, sha256: str, media: str) -> str:
    """The path of an image in a document's body."""
    return f"/images/{release}/{sha256[:16]}.{media.rpartition('/')[2]}"
