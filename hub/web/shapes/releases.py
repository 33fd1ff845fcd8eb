"""What the API gives of a release: itself, a page of them, the checks, a preview."""

from datetime import datetime

from pydantic import Field

from hub.core.checks import Finding
from schemas.parcel import Remark
from schemas.release import Frozen, Metadata, Release, ReleaseState


class Saved(Release):
    """The release after a document was put, with what an import wants a person to look at."""

    recognised: dict[str, str] = Field(default_factory=dict)  #: 公文要素 found in the file, as suggestions
    warnings: tuple[str, ...] = ()


class ReleaseLine(Frozen):
    """One line of the list."""

    id: int
    state: ReleaseState
    version: int
    metadata: Metadata
    edition: int | None
    official_at: datetime | None
    updated_at: datetime
    urgent: bool = False  #: its newest edition goes, or went, the fast lane (应急发布)


class ReleaseLines(Frozen):
    """One page, newest first. `next` is None on the last one."""

    releases: tuple[ReleaseLine, ...]
    next: int | None


class EditionName(Frozen):
    """Which edition this was."""

    release: int
    number: int
    digest: str


class Findings(Frozen):
    """What the checks say, the blocking ones first."""

    findings: tuple[Finding, ...]


class PreviewFile(Frozen):
    """One piece of a rendering; its bytes are at `…/preview/{channel}/{name}`."""

    name: str
    media: str
    size: int
    sha256: str


class Preview(Frozen):
    """What the channel would be given. `edition` is the number that a draft would get."""

    channel: str
    edition: int
    digest: str
    sha256: str
    files: tuple[PreviewFile, ...]
    remarks: tuple[Remark, ...] = ()  #: what its readers get otherwise than it was written, or do not get
