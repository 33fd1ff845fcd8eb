"""What the story of a release after its publication must be: two people for every word, and what is withdrawn stays so.

What time carries out rests on what was approved before: the edition that says it, or a standing that two people made.

The name of an act that shows a standing ends in its number, as in `annotate/7` and `withdraw/7`.
"""

from collections.abc import Iterable, Iterator

PROPOSED = "standing.proposed"
CONFIRMED = "standing.confirmed"
FOLLOWED = "standing.followed"
SEEN = "withdrawal.seen"

Told = tuple[int, str, tuple[bytes, ...]]

#: What the rules read of each type, in the order in which canonical JSON has it.
READ: dict[str, tuple[tuple[str, ...], ...]] = {
    PROPOSED: (("at",), ("data", "kind"), ("data", "sha256"), ("data", "standing"), ("rel",), ("who",)),
    CONFIRMED: (
        ("at",),
        ("data", "for"),
        ("data", "kind"),
        ("data", "sha256"),
        ("data", "standing"),
        ("ed",),
        ("rel",),
        ("who",),
    ),
    FOLLOWED: (
        ("at",),
        ("data", "by"),
        ("data", "kind"),
        ("data", "number"),
        ("data", "of"),
        ("data", "standing"),
        ("data", "what"),
        ("rel",),
    ),
    SEEN: (("act",), ("at",), ("chan",), ("ed",), ("rel",)),
}
_WITHDRAWN = b'"withdrawn"'


def is_said(act: bytes) -> bool:
    """Whether an act shows a standing and so needs its confirmation. A withdrawal always does."""
    return b"/" in act or act == b'"withdraw"'


def act_of(kind: bytes, standing: bytes) -> bytes:
    """The spelling of the act that a confirmed standing allows."""
    return b'"%s/%s"' % (b"withdraw" if kind == _WITHDRAWN else b"annotate", standing)


def needed(by: bytes, number: bytes, of: bytes, what: bytes) -> tuple[bytes, ...]:
    """What an act of time rests on: the approval of an edition, or a confirmed standing, as their own keys have it."""
    return (what, number, of) if by == b'"edition"' else (act_of(what, number), of)


class Standings:
    """All that was proposed and confirmed so far."""

    def __init__(self) -> None:
        self._proposed: dict[tuple[bytes, bytes], tuple[bytes, bytes, bytes]] = {}
        self._withdrawn: dict[bytes, int] = {}  #: release → the newest edition that its withdrawals void

    def tell(self, said: Iterable[Told]) -> Iterator[tuple[int, str, str]]:
        """Take what a chapter tells, in its order, and yield index, type and code for what breaks a law.

        `said`: proposals and confirmations, and every intent as (act, edition, release).
        """
        for index, kind, told in said:
            if kind == PROPOSED:
                _, what, sha256, standing, release, who = told
                self._proposed[release, standing] = (what, sha256, who)
            elif kind == CONFIRMED:
                if code := self._confirm(told):
                    yield index, kind, code
            elif kind == FOLLOWED:
                if told[2] == _WITHDRAWN:
                    yield index, kind, "act.standing_unfounded"
            elif self._withdrawn and self._is_back(*told):
                yield index, kind, "act.sent_after_withdrawal"

    def _confirm(self, told: tuple[bytes, ...]) -> str:
        _, giver, what, sha256, standing, edition, release, who = told
        proposed = self._proposed.get((release, standing))
        if what == _WITHDRAWN:
            self._withdrawn[release] = max(_number(edition), self._withdrawn.get(release, 0))
        if proposed is None or proposed[:2] != (what, sha256):
            return "act.standing_unproposed"
        return "act.standing_own_proposal" if proposed[2] in {who, giver} else ""

    def _is_back(self, act: bytes, edition: bytes, release: bytes) -> bool:
        """Whether an intent would bring back what is withdrawn."""
        return not act.startswith(b'"withdraw') and _number(edition) <= self._withdrawn.get(release, 0)


def _number(spelt: bytes) -> int:
    """The edition's number, as types are checked before; 1 for what has none."""
    return int(spelt) if spelt.isdigit() else 1
