"""What a backup says of itself, and the names in it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.entry import stamp
from schemas.release import Frozen

#: The member that is written last, because it knows the digests of all others; its own stands in its name.
MANIFEST = "manifest-{sha256}.json"
STORE = "store.dump"
SITE = "site/"
KEYS = "keys/"
#: As bytes on disk; one for a million pages needs 130 MB.
MAX_MANIFEST = 1_000_000_000

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(Frozen):
    """The last member: what is in the backup, and what the log was when it was taken."""

    format: Literal["gongbu-backup/1"] = "gongbu-backup/1"
    made_at: datetime
    app_role: str  #: whose rights the dump names
    schema_revision: str  #: the newest migration in it
    entries: Annotated[int, Field(ge=0)]  #: log entries in it
    checkpoint: str  #: the newest signed one; empty for a log that nobody has signed yet
    has_keys: bool
    members: dict[str, Sha256]  #: member → digest of its bytes

    def sentence(self) -> str:
        """What an operator is told of it."""
        keys = "含密钥文件" if self.has_keys else "不含密钥文件"
        pages = sum(name.startswith(SITE) for name in self.members)
        return f"{stamp(self.made_at)}，日志 {self.entries} 条，网站文件 {pages} 个，{keys}"
