"""What this person may do with a release now, and what not, with the reason. It only tells: commands decide."""

from collections.abc import Iterable, Iterator

from hub.core import workflow
from schemas.delivery import FINAL, Action, Delivery, DeliveryState
from schemas.edition import Edition
from schemas.errors import HubError
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.release import Frozen, Release, ReleaseState
from schemas.review import Review
from schemas.rulebook import USUAL, Rulebook
from schemas.words import word


class Opening(Frozen):
    """One act: where it is done, whether it may be done now, and why or why not."""

    name: str
    path: str  #: below the release's address
    can: bool
    words: str


class Case(Frozen):
    """All that decides what may be done with a release."""

    release: Release
    edition: Edition | None  #: its newest one
    authors: tuple[str, ...] = ()  #: of the edition
    reviews: tuple[Review, ...] = ()  #: of the edition
    deliveries: tuple[Delivery, ...] = ()
    channels: frozenset[str] = frozenset()  #: all that are configured
    rules: Rulebook = USUAL

    @property
    def is_public(self) -> bool:
        """Whether anything of it may be in public."""
        return any(one.action is Action.PUBLISH and (one.intended_at or one.accepted_at) for one in self.deliveries)

    @property
    def taken(self) -> frozenset[str]:
        """The channels that the newest edition goes to already; a cancelled delivery does not count."""
        return frozenset(
            one.channel
            for one in self.deliveries
            if one.action is Action.PUBLISH
            and one.edition == self.release.edition
            and one.state is not DeliveryState.CANCELLED
        )


def openings(case: Case, person: Person) -> tuple[Opening, ...]:
    """Every act on the release, those that this person may do now first."""
    found = [_write(case, person), *_reviews(case, person), _publish(case, person), _after(case, person)]
    return tuple(sorted(found, key=lambda one: not one.can))


def main(found: Iterable[Opening], state: ReleaseState) -> Opening | None:
    """The one next step for this person, None where the release waits for nobody or for somebody else."""
    step = {ReleaseState.DRAFT: "write", ReleaseState.IN_REVIEW: "review", ReleaseState.APPROVED: "publish"}.get(state)
    return next((one for one in found if one.can and one.path == step), None)


def _lacks(person: Person, *duties: Duty) -> str:
    return "" if person.duties.intersection(duties) else f"须由{'或'.join(word(duty) for duty in duties)}办理"


def _write(case: Case, person: Person) -> Opening:
    lacks = _lacks(person, Duty.EDITOR)
    sending = any(one.action is Action.PUBLISH and one.state not in FINAL for one in case.deliveries)
    left = any(one.intended_at and one.state not in FINAL for one in case.deliveries)
    if case.release.official_at is None and sending and left:
        lacks = lacks or "正在投递，请等各渠道有结果后再改"
    words = {
        ReleaseState.DRAFT: "修改内容，检查无误后提交审核",
        ReleaseState.IN_REVIEW: "可以修改；一经修改，已有的审核全部失效，须重新提交",
        ReleaseState.APPROVED: "可以修改；一经修改，四级审核全部失效",
    }.get(case.release.state, "可以修改；修改后以新版本重新审核、发布，公开的内容在此之前不变")
    return Opening(name="修改", path="write", can=not lacks, words=lacks or words)


def _reviews(case: Case, person: Person) -> Iterator[Opening]:
    if case.edition is None or case.release.state is not ReleaseState.IN_REVIEW:
        return
    for level in workflow.missing(case.edition, case.reviews):
        refused = ""
        try:
            workflow.check_review(person, level, case.edition, authors=case.authors, reviews=case.reviews)
        except HubError as error:
            refused = _lacks(person, LEVEL_DUTY[level]) or error.message
        yield Opening(
            name=word(level), path="review", can=not refused, words=refused or f"请审阅第 {case.edition.number} 版"
        )


def _publish(case: Case, person: Person) -> Opening:
    lacks = _lacks(person, Duty.PUBLISHER) or _unready(case)
    there = case.taken
    if not lacks and there >= case.channels:
        lacks = "这一版已交付全部渠道"
    words = "可以增加没有发过的渠道" if there else "审核全部通过，可以发布"
    return Opening(name="发布", path="publish", can=not lacks, words=lacks or words)


def _unready(case: Case) -> str:
    if case.release.state is ReleaseState.DRAFT or case.edition is None:
        return "还在起草，提交并通过全部审核后才能发布"
    refused = workflow.refusal(case.edition, authors=case.authors, reviews=case.reviews, rules=case.rules)
    return refused.message if refused else ""


def _after(case: Case, person: Person) -> Opening:
    lacks = _lacks(person, Duty.EDITOR, Duty.PUBLISHER, Duty.SIGNER)
    if not case.is_public:
        lacks = "还没有在任何渠道公开"
    words = "撤回、废止、修改、延长有效期：一人提出，签发人确认"
    return Opening(name="发布后办理", path="after", can=not lacks, words=lacks or words)
