"""A log entry: one act, as canonical JSON bytes. The bytes are the leaf; verifiers never write them again."""

from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from pydantic import Field

from schemas import canonical
from schemas.release import Frozen

#: Fixed, because Asia/Shanghai itself was +09:00 for some summers and a proof must not depend on a zone file.
BEIJING = timezone(timedelta(hours=8))
#: C2SP tlog-tiles stores an entry's length in two bytes.
MAX_BYTES = 65_535


class EntryType(StrEnum):
    """Every kind of act that the log knows."""

    LOG_OPENED = "log.opened"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    DELEGATION_GIVEN = "delegation.given"  #: a person lends one duty to another, from a day to a day
    DELEGATION_REVOKED = "delegation.revoked"
    RELEASE_CREATED = "release.created"
    RELEASE_EDITED = "release.edited"
    RELEASE_SUBMITTED = "release.submitted"
    RELEASE_REVIEWED = "release.reviewed"
    RELEASE_APPROVED = "release.approved"
    RELEASE_PUBLISHED = "release.published"  #: the button: deliveries exist, with their planned time
    RELEASE_COUNTERSIGNED = "release.countersigned"  #: a level that an urgent edition was spared says its word (补签)
    RELEASE_DERIVED = "release.derived"  #: made from a restricted original, with passages taken out (区分处理)
    SEND_INTENT = "send.intent"
    SEND_RESULT = "send.result"
    SIGHTING = "sighting"
    RELEASE_OFFICIAL = "release.official"  #: the official time; at most one per release
    DELIVERY_TROUBLED = "delivery.troubled"
    DELIVERY_CHANGED = "delivery.changed"  #: a person's hand: retry, cancel, postpone, settle
    STANDING_PROPOSED = "standing.proposed"  #: one person proposes to withdraw, repeal, amend, extend …
    STANDING_CONFIRMED = "standing.confirmed"  #: another one confirms: only then is anything sent
    STANDING_DECLINED = "standing.declined"
    STANDING_FOLLOWED = "standing.followed"  #: an act of time: what was approved with a document holds from now on
    WITHDRAWAL_SEEN = "withdrawal.seen"  #: our own look found that the public address no longer shows the text
    PUBLICATION_LOST = "publication.lost"  #: a later look of ours found it gone, though nobody withdrew it
    PUBLICATION_BACK = "publication.back"  #: what was lost is there again
    LOSS_NOTED = "loss.noted"  #: a person has taken note of a loss, and says what is done about it
    CHANNEL_CHANGED = "channel.changed"  #: a person paused or resumed it
    DISPATCH_SENT = "dispatch.sent"  #: units were told of an official time or of what holds now
    DISPATCH_ACKNOWLEDGED = "dispatch.acknowledged"  #: 签收: somebody of the unit has read it
    DISPATCH_URGED = "dispatch.urged"  #: units that have not acknowledged were reminded
    BACKFILE_IMPORTED = "backfile.imported"  #: a sheet of older documents was brought (存量文件)
    BACKFILE_FILED = "backfile.filed"  #: files were put beside one, or taken away
    BACKFILE_ASSIGNED = "backfile.assigned"  #: another unit decides on it
    BACKFILE_PROPOSED = "backfile.proposed"  #: its unit proposes a 公开属性
    BACKFILE_CONFIRMED = "backfile.confirmed"  #: another person confirms: it is decided
    BACKFILE_DECLINED = "backfile.declined"
    BACKFILE_CONVERTED = "backfile.converted"  #: what is to be opened was made a release
    OFFICE_CHANGED = "office.changed"  #: an administrator changed units, calendar, set phrases or templates


class Act(Frozen):
    """One act before it has a time and a place. `who` is a person's id, or `worker:<name>` for an act of time."""

    type: EntryType
    who: str
    release: int | None = None
    edition: int | None = None
    digest: str | None = None
    channel: str | None = None
    action: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)

    def body(self, at: datetime) -> bytes:
        """The entry's bytes at this time. Raises ValueError when they would not fit an entry bundle."""
        fields = {
            "v": 1,
            "t": self.type.value,
            "at": stamp(at),
            "who": self.who,
            "rel": self.release,
            "ed": self.edition,
            "digest": self.digest,
            "chan": self.channel,
            "act": self.action,
            "data": self.data or None,
        }
        encoded = canonical.encode({k: v for k, v in fields.items() if v is not None})
        if len(encoded) > MAX_BYTES:
            raise ValueError("a log entry holds digests of documents, never documents")
        return encoded


def stamp(at: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ss.sss+08:00`, 29 characters (GB/T 7408.1-2023), rounded down to the millisecond."""
    return at.astimezone(BEIJING).isoformat(timespec="milliseconds")
