"""Two people, always: whatever is done in whatever order, over generated sequences."""

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.core import workflow
from schemas.edition import Edition
from schemas.errors import HubError
from schemas.person import LEVEL_DUTY, Duty, Lent, Person
from schemas.review import Decision, Level, Review
from tests import making

AT = datetime(2026, 11, 26, tzinfo=UTC)
DUTIES = (Duty.EDITOR, *LEVEL_DUTY.values())
#: Few people with many duties, so that they get in each other's way.
STAFF = {
    "a": {Duty.EDITOR, Duty.FIRST_REVIEWER},
    "b": {Duty.FIRST_REVIEWER, Duty.SECOND_REVIEWER},
    "c": {Duty.SECOND_REVIEWER, Duty.SECRECY_REVIEWER},
    "d": {Duty.SIGNER, Duty.SECRECY_REVIEWER},
    "e": {Duty.SIGNER},
    "f": {Duty.EDITOR},
}
people = st.sampled_from(sorted(STAFF))


class Desk(RuleBasedStateMachine):
    """One release, and everything that people do to it by the rules; only the rules keep them apart."""

    def __init__(self) -> None:
        super().__init__()
        self.text = 0
        self.authors: set[str] = {"f"}
        self.edition: Edition | None = None
        self.frozen_authors: frozenset[str] = frozenset()
        self.reviews: list[Review] = []
        self.is_open = False
        self.lent: set[tuple[str, str, Duty]] = set()

    def person(self, name: str) -> Person:
        own = STAFF[name]
        lent = tuple(
            Lent(duty=duty, giver=giver)
            for giver, receiver, duty in sorted(self.lent)
            if receiver == name and duty not in own
        )
        duties = frozenset(own | {one.duty for one in lent})
        return Person(id=name, login=f"login-{name}", name=name, unit="", duties=duties, lent=lent)

    @rule(who=people)
    def edit(self, who: str) -> None:
        if Duty.EDITOR in STAFF[who]:
            self.text += 1
            self.authors.add(who)
            self.is_open = False

    @precondition(lambda self: not self.is_open)
    @rule()
    def submit(self) -> None:
        number = self.edition.number + 1 if self.edition else 1
        metadata = making.metadata(title=f"第{self.text}稿")
        self.edition = Edition(release=7, number=number, metadata=metadata, documents=making.documents())
        self.frozen_authors = frozenset(self.authors)
        self.is_open = True

    @rule(giver=people, receiver=people, duty=st.sampled_from(DUTIES))
    def lend(self, giver: str, receiver: str, duty: Duty) -> None:
        if giver != receiver and duty in STAFF[giver]:
            self.lent.add((giver, receiver, duty))

    @precondition(lambda self: self.lent)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        self.lent.discard(data.draw(st.sampled_from(sorted(self.lent))))

    @precondition(lambda self: self.is_open)
    @rule(who=people, level=st.sampled_from(Level), decision=st.sampled_from([*Decision, Decision.APPROVE]))
    def review(self, who: str, level: Level, decision: Decision) -> None:
        assert self.edition is not None
        try:
            giver = workflow.check_review(
                self.person(who), level, self.edition, authors=self.frozen_authors, reviews=self.reviews
            )
        except HubError:
            return
        self.reviews.append(
            Review(
                release=7,
                edition=self.edition.number,
                digest=self.edition.digest,
                level=level,
                decision=decision,
                reviewer=who,
                note="",
                at=AT,
                on_behalf_of=giver,
            )
        )
        self.is_open = decision is not Decision.RETURN

    @precondition(lambda self: self.is_open)
    @rule()
    def let_everybody_approve_who_may(self) -> None:
        """Chance alone would seldom bring an edition to its end."""
        for level in workflow.BEFORE:
            for who in sorted(STAFF):
                self.review(who, level, Decision.APPROVE)

    @invariant()
    def nobody_is_behind_two_levels_or_their_own_work(self) -> None:
        if self.edition is None:
            return
        mine = [one for one in self.reviews if one.edition == self.edition.number]
        approved = [one for one in mine if one.decision is Decision.APPROVE]
        behind = [who for one in approved for who in (one.reviewer, one.on_behalf_of) if who]
        assert len(behind) == len(set(behind)), behind
        assert not self.frozen_authors & set(behind)
        for put_up in (one for one in mine if one.decision is Decision.ESCALATE):
            later = mine[mine.index(put_up) + 1 :]
            assert not any(put_up.people & one.people for one in later if one.level is put_up.level)

    @invariant()
    def the_last_gate_says_the_same(self) -> None:
        if self.edition is not None:
            refused = workflow.refusal(self.edition, authors=self.frozen_authors, reviews=self.reviews)
            assert (refused is None) == (not workflow.missing(self.edition, self.reviews))


TestTwoPeople = Desk.TestCase
TestTwoPeople.settings = settings(max_examples=60, stateful_step_count=30)
