"""What may be said of a release after its publication, and what follows on each channel. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from hub.core import workflow
from hub.core.planning import PREPARE_AHEAD
from schemas.delivery import FINAL, Action, Delivery, DeliveryState, Planned
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Release, ReleaseState
from schemas.standing import Proposal, Standing, StandingKind
from schemas.words import word

K = StandingKind
#: What may be said next. A withdrawal is final for its editions: only a new edition, reviewed anew, comes after it.
FOLLOWS: dict[StandingKind, frozenset[StandingKind]] = {
    K.IN_FORCE: frozenset(K),
    K.AMENDED: frozenset(K),
    K.REPEALED: frozenset({K.IN_FORCE, K.WITHDRAWN}),
    K.EXPIRED: frozenset({K.IN_FORCE, K.REPEALED, K.WITHDRAWN}),
    K.WITHDRAWN: frozenset(),
}
#: Only these can go on until another day.
EXTENDS = frozenset({K.IN_FORCE, K.AMENDED})
#: States in which people work on an edition that a withdrawal voids: it must be written and reviewed anew.
VOIDED = frozenset({ReleaseState.IN_REVIEW, ReleaseState.APPROVED, ReleaseState.PUBLISHING})


def action(kind: StandingKind) -> Action:
    """What channels are asked to do."""
    return Action.WITHDRAW if kind is K.WITHDRAWN else Action.ANNOTATE


def holding(current: Standing | None, edition: int) -> StandingKind:
    """What holds of the edition."""
    return current.kind if current and current.governs(edition) else K.IN_FORCE


def places(found: Iterable[Delivery], keeping: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Channel → the editions that are, or may be, public there and that no withdrawal is after, oldest first.

    `found` is every delivery of a release, `keeping` the channels where a correction stands beside what it corrects.
    """
    there: dict[str, set[int]] = defaultdict(set)
    for one in sorted(found, key=lambda one: one.id):
        if one.state is DeliveryState.CANCELLED:
            continue
        if one.action is Action.WITHDRAW:
            is_gone = {one.edition}.__contains__ if one.channel in keeping else one.edition.__ge__
            there[one.channel] = {edition for edition in there[one.channel] if not is_gone(edition)}
        elif one.action is Action.PUBLISH and (one.intended_at or one.accepted_at):
            there[one.channel].add(one.edition)
    return {channel: tuple(sorted(editions)) for channel, editions in there.items() if editions}


def check(
    release: Release,
    current: Standing | None,
    proposal: Proposal | Standing,
    *,
    public: Mapping[str, tuple[int, ...]],
    today: date,
) -> None:
    """Raise HubError unless this may be said of the release now. `public` is what `places` found.

    STATE for a release that nobody can have seen, or whose present standing admits no such next one; INVALID for dates
    that cannot be meant.
    """
    newest = max((edition for editions in public.values() for edition in editions), default=0)
    before = holding(current, newest)
    if proposal.kind not in FOLLOWS[before]:
        advice = "撤回的内容只能修改后重新审核、以新版本发布。" if before is K.WITHDRAWN else "请核对现在的效力状态。"
        raise HubError(ErrorCode.STATE, state=word(before), advice=advice)
    if not public:
        raise HubError(ErrorCode.STATE, state=word(release.state), advice="还没有在任何渠道公开，无须办理。")
    if proposal.kind is not K.WITHDRAWN and release.official_at is None:
        raise HubError(ErrorCode.STATE, state=word(release.state), advice="尚未正式发布，只能撤回，不能标注效力。")
    _check_dates(proposal, before, today)


def _check_dates(proposal: Proposal | Standing, before: StandingKind, today: date) -> None:
    kind, since, until = proposal.kind, proposal.effective_on, proposal.expires_on
    if since and since > today:
        # Nothing is automatic here: a mark for a day to come would be false until then.
        raise _invalid("effective_on", f"“{word(kind)}”自当日起才能标注，请在 {since} 当日或之后提出")
    if until and (kind not in EXTENDS or until < today):
        raise _invalid("expires_on", "只有仍然有效的文件可以延长有效期，且新的失效日期不得早于今天")
    if kind is before is K.IN_FORCE and not until:
        raise _invalid("expires_on", "文件现在有效；如为延长有效期，请填写新的失效日期")


def _invalid(field: str, detail: str) -> HubError:
    return HubError(ErrorCode.INVALID, detail=detail, fields={field: detail})


def check_proposer(person: Person) -> None:
    """Raise HubError(FORBIDDEN) unless the duty is the person's own: who lent it could otherwise confirm its use."""
    own = person.model_copy(update={"duties": person.own_duties, "lent": ()})
    workflow.require(own, Duty.EDITOR, Duty.PUBLISHER)


def check_ruling(person: Person, standing: Standing, *, confirms: bool) -> str | None:
    """Raise HubError unless this person may decide on the proposal now: two people, always.

    Return in whose stead: None for a duty of one's own, else who has lent it, and never the proposer. Its proposer may
    take it back, which needs nobody else: nothing happens then.
    """
    is_own = person.id == standing.proposed_by
    if person.disabled_at or not (Duty.SIGNER in person.duties or (is_own and not confirms)):
        raise HubError(ErrorCode.FORBIDDEN, duty=word(Duty.SIGNER))
    if standing.ruling is not None:
        raise HubError(ErrorCode.STATE, state=word(standing.ruling), advice="这项提议已有结论。")
    steads = person.givers(Duty.SIGNER) or (None,)
    others = [giver for giver in steads if giver != standing.proposed_by]
    if confirms and (is_own or not others):
        raise HubError(ErrorCode.OWN_PROPOSAL)
    return (others or [None])[0]


def follow(
    standing: Standing,
    public: Mapping[str, tuple[int, ...]],
    able: Collection[str],
    keeping: Collection[str],
    *,
    digests: Mapping[int, str],
    at: datetime,
) -> list[Planned]:
    """The deliveries that must exist, on the channels that are able to.

    A place where a correction replaced what it corrects holds one text, and the newest edition speaks for it.
    """
    wanted = [
        (channel, edition)
        for channel, editions in public.items()
        if channel in able
        for edition in (editions if channel in keeping else editions[-1:])
    ]
    return [
        Planned(
            release=standing.release,
            edition=edition,
            digest=digests[edition],
            channel=channel,
            action=action(standing.kind),
            planned_at=at,
            due_at=at,
            standing=standing.id,
        )
        for channel, edition in wanted
    ]


def is_called_off(one: Delivery, kind: StandingKind) -> bool:
    """Whether a delivery that has not left is taken out of the queue: the new word is in what goes instead.

    A withdrawal that waits is never called off by a later word.
    """
    if one.state in FINAL or one.intended_at or one.action is Action.WITHDRAW:
        return False
    return kind is K.WITHDRAWN or one.action in {Action.PUBLISH, Action.ANNOTATE}


def again(one: Delivery, standing: Standing, *, now: datetime) -> Planned | None:
    """A publication that was called off goes again behind the mark, and carries it. None after a withdrawal."""
    if standing.kind is K.WITHDRAWN or one.action is not Action.PUBLISH:
        return None
    return Planned(
        release=one.release,
        edition=one.edition,
        digest=one.digest,
        channel=one.channel,
        action=one.action,
        planned_at=one.planned_at,
        due_at=max(now, one.planned_at - PREPARE_AHEAD),
        standing=standing.id,
        choice=one.choice,
        cover=one.cover,
    )
