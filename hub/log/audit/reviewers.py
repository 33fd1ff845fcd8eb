"""Who is behind the reviews: no author, nobody twice, nobody after an escalation, nobody in another's stead unasked.

Memory grows by one short text for each author, approval, escalation and delegation.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

CREATED = "release.created"
EDITED = "release.edited"
REVIEWED = "release.reviewed"
COUNTERSIGNED = "release.countersigned"
GIVEN = "delegation.given"
REVOKED = "delegation.revoked"

Path = tuple[str, ...]
#: What is read of each type, in the order in which canonical JSON has it.
READ: dict[str, tuple[Path, ...]] = {
    CREATED: (("at",), ("rel",), ("who",)),
    EDITED: (("at",), ("rel",), ("who",)),
    REVIEWED: (
        ("at",),
        ("data", "decision"),
        ("data", "for"),
        ("data", "level"),
        ("digest",),
        ("ed",),
        ("rel",),
        ("who",),
    ),
    COUNTERSIGNED: (
        ("at",),
        ("data", "for"),
        ("data", "level"),
        ("digest",),
        ("ed",),
        ("rel",),
        ("who",),
    ),
    GIVEN: (
        ("at",),
        ("data", "delegation"),
        ("data", "duty"),
        ("data", "ends_on"),
        ("data", "receiver"),
        ("data", "starts_on"),
        ("who",),
    ),
    REVOKED: (("at",), ("data", "delegation")),
}
#: Missing in entries that were written before duties could be lent.
OPTIONAL: frozenset[Path] = frozenset({("data", "for")})
_NOBODY = b"null"
_APPROVE, _ESCALATE = b'"approve"', b'"escalate"'
_SIGNER = b'"signer"'
_DUTY = {b'"first"': b'"first_reviewer"', b'"second"': b'"second_reviewer"', b'"secrecy"': b'"secrecy_reviewer"'}
#: An act that was begun before midnight is logged after it.
_GRACE = b"T00:05"

Told = tuple[int, str, tuple[bytes, ...]]


class _Lent(NamedTuple):
    giver: bytes
    receiver: bytes
    duty: bytes
    starts_on: bytes
    until: bytes

    def covers(self, at: bytes) -> bool:
        """Whether it was in use at this moment; all are spelt alike, so texts compare as moments do."""
        return self.starts_on <= at[1:11] and at[1:17] <= self.until


class Reviewers:
    """Everybody who wrote, decided, escalated, or lent a duty so far."""

    def __init__(self) -> None:
        self._authors: set[bytes] = set()
        self._approved: set[bytes] = set()
        self._escalated: set[bytes] = set()
        self._lent: dict[bytes, _Lent] = {}

    def tell(self, desk: list[Told]) -> Iterator[tuple[int, str, str]]:
        """Take what the next bundle tells and yield index, type and code for every act in it that breaks a law."""
        for index, kind, told in desk:
            for code in self._hear(kind, told):
                yield index, kind, code

    def _hear(self, kind: str, told: tuple[bytes, ...]) -> Iterator[str]:
        if kind == REVIEWED:
            yield from self._review(told)
        elif kind == COUNTERSIGNED:
            # What a level says after the publication binds its people as an approval before it does.
            at, giver, level, *named = told
            yield from self._review((at, _APPROVE, giver, level, *named))
        elif kind == GIVEN:
            _, number, duty, ends_on, receiver, starts_on, giver = told
            if lent := _lent(giver, receiver, duty, starts_on, ends_on):
                self._lent[number] = lent
        elif kind == REVOKED:
            self._lent.pop(told[1], None)
        else:
            self._authors.add(_key(*told[1:]))

    def _review(self, told: tuple[bytes, ...]) -> Iterator[str]:
        at, decision, giver, level, digest, edition, release, who = told
        people = {who} if giver == _NOBODY else {who, giver}
        if giver != _NOBODY and not self._is_lent(giver, who, level, at):
            yield "act.review_unasked"
        escalated = {_key(release, edition, digest, level, one) for one in people}
        if escalated & self._escalated:
            yield "act.review_after_escalation"
        if decision == _ESCALATE:
            self._escalated |= escalated
        if decision != _APPROVE:
            return
        if any(_key(release, one) in self._authors for one in people):
            yield "act.own_work"
        approved = {_key(release, edition, digest, one) for one in people}
        if approved & self._approved:
            yield "act.review_twice"
        self._approved |= approved

    def _is_lent(self, giver: bytes, receiver: bytes, level: bytes, at: bytes) -> bool:
        """A signer's duty also decides where a level was escalated."""
        wanted = {_DUTY.get(level, _SIGNER), _SIGNER}
        return any(
            (one.giver, one.receiver) == (giver, receiver) and one.duty in wanted and one.covers(at)
            for one in self._lent.values()
        )


def _lent(giver: bytes, receiver: bytes, duty: bytes, starts_on: bytes, ends_on: bytes) -> _Lent | None:
    try:
        over = date.fromisoformat(ends_on[1:-1].decode()) + timedelta(days=1)
    except (ValueError, OverflowError):
        # What ends on no day lends nothing.
        return None
    return _Lent(giver, receiver, duty, starts_on[1:-1], over.isoformat().encode() + _GRACE)


def _key(*told: bytes) -> bytes:
    return b",".join(told)
