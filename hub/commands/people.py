"""Accounts: added and disabled by an administrator, or by whoever runs the command line on the machine itself."""

from collections.abc import Iterable
from uuid import uuid4

from pydantic import ValidationError

from hub.commands import guessing, passwords
from hub.commands.act import Hub, act
from hub.commands.sessions import check_own
from hub.core import workflow
from hub.store import ceremonies, people, sessions
from schemas import faults
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import APPROVING, MACHINE, Duty, Person
from schemas.session import Session

#: The command line on the machine itself acts as this: whoever can run it can read the database anyway.
OPERATOR = Person(id=MACHINE, login="operator", name="本机运维", unit="", duties=frozenset({Duty.ADMINISTRATOR}))
NAMES = {"login": "账号名", "name": "姓名", "unit": "处室或单位", "duties": "职责"}
LOGIN_FORM = "应为 2 至 32 位，以小写字母开头，只含小写字母、数字和 . _ -"


async def add(
    hub: Hub,
    by: Person,
    *,
    login: str,
    name: str,
    unit: str,
    duties: Iterable[Duty],
    password: str | None = None,
    must_change: bool = True,
) -> Person:
    """Add an account. The person must choose another password when signing in first, unless `must_change` is false.

    Raises HubError: FORBIDDEN, INVALID for a login that is taken or malformed, a weak password.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    person = _made(login=login, name=name, unit=unit, duties=frozenset(duties))
    hashed = await _hash(hub, person, password) if password is not None else None
    async with act(hub, by) as acting:
        if await people.find(acting.connection, login=login):
            raise HubError(ErrorCode.INVALID, detail=f"账号 {login} 已存在", fields={"login": "已存在"})
        forced = must_change and hashed is not None
        await people.add(acting.connection, person, hashed, must_change=forced)
        duties_sorted = sorted(person.duties)
        acting.log(EntryType.PERSON_ADDED, data={"person": person.id, "duties": duties_sorted})
    return person


async def set_password(hub: Hub, by: Person, login: str, password: str, *, must_change: bool = True) -> None:
    """Set somebody's password, who is told by whom, and must choose another at the next sign-in.

    With `must_change` false it need not be changed; an administrator cannot say so of whoever reviews, signs or
    confirms. Ends their sessions.

    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for a weak one, or for one's own account, whose password is changed
    by `change_own`.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with hub.engine.connect() as connection:
        person = _found(await people.find(connection, login=login), login)
    refuse_own(by, person)
    hashed = await _hash(hub, person, password)
    async with act(hub, by) as acting:
        forced = must_change or (by.id != MACHINE and bool(person.duties & APPROVING))
        await people.set_password(acting.connection, person.id, hashed, must_change=forced, by=by.id)
        await sessions.end_all(acting.connection, person.id)
        await ceremonies.drop(acting.connection, person.id)
        await guessing.clear(acting.connection, login, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "password"})


async def change_own(hub: Hub, session: Session, person: Person, *, old: str, new: str) -> str:
    """A person chooses another password, giving the old one. Ends all their other sessions.

    Return this session's new token. Raises HubError: LOCKED_OUT, INVALID (`fields` says which of the two is wrong).
    """
    stored = await check_own(hub, person, old, field="old")
    if passwords.normal(old) == passwords.normal(new):
        raise HubError(ErrorCode.INVALID, detail="新密码不能与原密码相同", fields={"password": "与原密码相同"})
    hashed = await _hash(hub, person, new)
    async with act(hub, person) as acting:
        if await people.password_hash(acting.connection, person.id) != stored:
            raise HubError(ErrorCode.CONFLICT)
        await people.set_password(acting.connection, person.id, hashed)
        await sessions.end_all(acting.connection, person.id, but=session.id)
        await ceremonies.drop(acting.connection, person.id)
        token = await sessions.renew(acting.connection, session)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "own password"})
        if token is None:
            raise HubError(ErrorCode.UNAUTHENTICATED)
    return token


async def unlock(hub: Hub, by: Person, login: str) -> None:
    """Let a person who is locked out try again at once. May run twice. Raises HubError: FORBIDDEN, NOT_FOUND."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        await guessing.clear(acting.connection, login, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "unlocked"})


async def disable(hub: Hub, by: Person, login: str) -> None:
    """Close somebody's account, revoke its tokens and end its sessions. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for one's own.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        refuse_own(by, person)
        await people.disable(acting.connection, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "disabled"})


async def enable(hub: Hub, by: Person, login: str) -> None:
    """Open a closed account again; its tokens stay revoked. May run twice. Raises HubError: FORBIDDEN, NOT_FOUND."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        await people.enable(acting.connection, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "enabled"})


async def set_duties(hub: Hub, by: Person, login: str, duties: Iterable[Duty]) -> Person:
    """Give the account these duties instead of those that it has. What it did with the old ones stands.

    May run twice. Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for no duty at all, or one's own account: nobody makes
    themselves a signer.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    wanted = frozenset(duties)
    if not wanted:
        raise HubError(
            ErrorCode.INVALID, detail="至少要有一项职责；不再使用的账号请停用", fields={"duties": "至少一项"}
        )
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        refuse_own(by, person, "duties")
        await people.set_duties(acting.connection, person.id, wanted)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "duties", "duties": sorted(wanted)})
    return person.model_copy(update={"duties": wanted})


async def move(hub: Hub, by: Person, login: str, unit: str) -> Person:
    """Put the person into another unit; what they wrote stays with the unit that it was written for. May run twice.

    Whoever acts for another unit acts for the new one now. Raises HubError: FORBIDDEN, NOT_FOUND, INVALID.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        moved = _made(login=person.login, name=person.name, unit=unit, duties=person.duties)
        await people.move(acting.connection, person.id, moved.unit)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "unit", "unit": moved.unit})
    return person.model_copy(update={"unit": moved.unit, "home": ""})


def refuse_own(by: Person, person: Person, field: str = "login") -> None:
    """Raise HubError(INVALID) for an administrator who would do this to their own account: it takes another one."""
    if by.id == person.id:
        words = "不能对自己的账号办理，请由另一位管理员办理"
        raise HubError(ErrorCode.INVALID, detail=words, fields={field: words})


def _made(**values: object) -> Person:
    try:
        return Person.model_validate({"id": uuid4().hex, **values})
    except ValidationError as error:
        wrong = faults.fields(error)
        told = {NAMES.get(place, place): LOGIN_FORM if place == "login" else why for place, why in wrong.items()}
        raise HubError(ErrorCode.INVALID, detail=faults.sentence(told), fields=wrong) from None


def _found(person: Person | None, login: str) -> Person:
    if person is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
    return person


async def _hash(hub: Hub, person: Person, password: str) -> str:
    return await passwords.hashed(password, person=person, mixed=hub.trust.mixed_passwords)
