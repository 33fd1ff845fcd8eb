"""授权代办: a person lends one of their own duties to another from one day to another, and may take it back at once.

A lent duty is used in its giver's stead: the log names both, and every rule that keeps people apart holds for both.
"""

from datetime import date

from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.store import delegations, engine, people
from schemas.delegation import DELEGABLE, MAX_DAYS, Delegation, Offer
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.words import word

#: These work on nothing, so that they can look at everything: nobody lends them a duty.
APART = frozenset({Duty.AUDITOR, Duty.ADMINISTRATOR})


async def give(hub: Hub, person: Person, offer: Offer) -> Delegation:
    """Lend a duty. Durable on return, and used from the first of its days.

    Raises HubError: FORBIDDEN for a duty that is not the person's own (what was lent is not lent on), ISSUED_BY_OTHERS
    for a token that somebody else issued, INVALID (`fields` says what) for a receiver or days that cannot be meant, or
    a duty that is lent already on one of these days.
    """
    _check_duty(person, offer.duty)
    async with act(hub, person) as acting:
        await delegations.lock(acting.connection, person.id)
        receiver = _checked(person, await people.find(acting.connection, login=offer.receiver), offer)
        _check_days(offer, await delegations.today(acting.connection))
        days = (offer.starts_on, offer.ends_on)
        other = await delegations.standing(acting.connection, person.id, offer.duty, *days)
        if other is not None:
            told = f"{other.starts_on} 至 {other.ends_on} 已经授权他人代办“{word(offer.duty)}”，请先撤销或改选日期"
            raise _invalid("starts_on", told)
        now = await engine.now(acting.connection)
        made = await delegations.add(acting.connection, offer, giver=person.id, receiver=receiver.id, at=now)
        _log(acting, EntryType.DELEGATION_GIVEN, made)
    return made


async def revoke(hub: Hub, person: Person, delegation: int) -> Delegation:
    """Take a duty back at once, one that has not begun included: its giver may, and an administrator.

    Raises HubError: NOT_FOUND for one that is neither the person's nor an administrator's to revoke, STATE when over.
    """
    async with act(hub, person) as acting:
        found = await delegations.find(acting.connection, delegation, lock=True)
        may = found is not None and (found.giver == person.id or Duty.ADMINISTRATOR in person.own_duties)
        if found is None or not may or person.disabled_at:
            raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {delegation} 的授权")
        if found.is_over(await delegations.today(acting.connection)):
            raise HubError(ErrorCode.STATE, state="已结束", advice="这项授权已经撤销或到期，无须再撤销。")
        now = await engine.now(acting.connection)
        await delegations.revoke(acting.connection, delegation, by=person.id, at=now)
        _log(acting, EntryType.DELEGATION_REVOKED, found)
        return found.model_copy(update={"revoked_at": now, "revoked_by": person.id})


def _check_duty(person: Person, duty: Duty) -> None:
    own = person.model_copy(update={"duties": person.own_duties, "lent": ()})
    workflow.require(own, duty)
    if person.barred:
        # Whoever came in by a word that is not quite their own lends nothing: it would outlast how they came in.
        raise HubError(ErrorCode.ISSUED_BY_OTHERS, duty=word(duty))
    if duty not in DELEGABLE:
        raise _invalid("duty", f"“{word(duty)}”不能授权他人代办，只有审核、签发和发布可以")


def _checked(person: Person, receiver: Person | None, offer: Offer) -> Person:
    if receiver is None or receiver.disabled_at:
        raise _invalid("receiver", "没有这个账号，或者已经停用")
    if receiver.id == person.id:
        raise _invalid("receiver", "不能授权给自己")
    if offer.duty in receiver.duties:
        raise _invalid("receiver", f"{receiver.name}本来就是{word(offer.duty)}，无须授权")
    if receiver.duties & APART:
        raise _invalid("receiver", "审计员和管理员不办理审核、签发和发布，不能代办")
    return receiver


def _check_days(offer: Offer, today: date) -> None:
    if offer.starts_on < today:
        raise _invalid("starts_on", "不能早于今天：授权不溯及以往")
    if offer.ends_on < offer.starts_on:
        raise _invalid("ends_on", "不能早于开始日期")
    if offer.days > MAX_DAYS:
        raise _invalid("ends_on", f"一次最多 {MAX_DAYS} 天，现为 {offer.days} 天；到期后可以再次授权")


def _invalid(field: str, words: str) -> HubError:
    return HubError(ErrorCode.INVALID, detail=words, fields={field: words})


def _log(acting: Acting, kind: EntryType, made: Delegation) -> None:
    data = {
        "delegation": made.id,
        "giver": made.giver,
        "receiver": made.receiver,
        "duty": made.duty,
        "starts_on": made.starts_on.isoformat(),
        "ends_on": made.ends_on.isoformat(),
        "sha256": made.sha256,
    }
    acting.log(kind, data=data)
