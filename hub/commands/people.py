"""Accounts: added and disabled by an administrator, or by whoever runs the command line on the machine itself."""

import asyncio
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from pydantic import ValidationError

from hub.commands.act import Hub, act
from hub.core import workflow
from hub.store import engine, people
from schemas import faults
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person

#: The command line on the machine itself acts as this: whoever can run it can read the database anyway.
OPERATOR = Person(id="operator", login="operator", name="本机运维", unit="", duties=frozenset({Duty.ADMINISTRATOR}))
#: RFC 9106's second recommended option: 64 MiB, three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
MIN_PASSWORD = 12
TOKEN_DAYS = 365
NAMES = {"login": "账号名", "name": "姓名", "unit": "处室或单位", "duties": "职责"}
LOGIN_FORM = "应为 2 至 32 位，以小写字母开头，只含小写字母、数字和 . _ -"


async def add(
    hub: Hub, by: Person, *, login: str, name: str, unit: str, duties: Iterable[Duty], password: str | None = None
) -> Person:
    """Add an account. Raises HubError: FORBIDDEN, INVALID for a login that is taken or malformed, a weak password."""
    workflow.require(by, Duty.ADMINISTRATOR)
    person = _made(login=login, name=name, unit=unit, duties=frozenset(duties))
    hashed = await _hash(password) if password is not None else None
    async with act(hub, by) as acting:
        if await people.find(acting.connection, login=login):
            raise HubError(ErrorCode.INVALID, detail=f"账号 {login} 已存在", fields={"login": "已存在"})
        await people.add(acting.connection, person, hashed)
        duties_sorted = sorted(person.duties)
        acting.log(EntryType.PERSON_ADDED, data={"person": person.id, "duties": duties_sorted})
    return person


async def set_password(hub: Hub, by: Person, login: str, password: str) -> None:
    """Set a password. Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for a weak one."""
    workflow.require(by, Duty.ADMINISTRATOR)
    hashed = await _hash(password)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        await people.set_password(acting.connection, person.id, hashed)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "password"})


async def disable(hub: Hub, by: Person, login: str) -> None:
    """Close an account and revoke its tokens. May run twice."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
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

    May run twice. Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for no duty at all.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    wanted = frozenset(duties)
    if not wanted:
        raise HubError(
            ErrorCode.INVALID, detail="至少要有一项职责；不再使用的账号请停用", fields={"duties": "至少一项"}
        )
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        await people.set_duties(acting.connection, person.id, wanted)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "duties", "duties": sorted(wanted)})
    return person.model_copy(update={"duties": wanted})


async def issue_token(hub: Hub, by: Person, login: str, *, label: str, days: int = TOKEN_DAYS) -> str:
    """Return a new bearer token for a program of this person. It is shown this once; only its digest is kept."""
    workflow.require(by, Duty.ADMINISTRATOR)
    token = "gb_" + secrets.token_urlsafe(32)
    async with act(hub, by) as acting:
        person = _found(await people.find(acting.connection, login=login), login)
        expires_at: datetime = await engine.now(acting.connection) + timedelta(days=days)
        await people.add_token(acting.connection, person.id, token, label=label, expires_at=expires_at)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "token"})
    return token


async def verify(hub: Hub, login: str, password: str) -> Person | None:
    """Return the account if the password is its own. Takes as long for an unknown login as for a known one."""
    async with hub.engine.connect() as connection:
        person = await people.find(connection, login=login)
        stored = await people.password_hash(connection, person.id) if person else None
    right = await asyncio.to_thread(_matches, stored or _decoy(), password)
    return person if person and stored and right and not person.disabled_at else None


def _made(**values: object) -> Person:
    try:
        return Person.model_validate({"id": uuid4().hex, **values})
    except ValidationError as error:
        wrong = faults.fields(error)
        told = {NAMES.get(place, place): LOGIN_FORM if place == "login" else why for place, why in wrong.items()}
        raise HubError(ErrorCode.INVALID, detail=faults.sentence(told), fields=wrong) from None


async def _hash(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise HubError(ErrorCode.INVALID, detail=f"密码至少 {MIN_PASSWORD} 位", fields={"password": "过短"})
    return await asyncio.to_thread(_HASHER.hash, password)


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except VerificationError:
        return False


def _found(person: Person | None, login: str) -> Person:
    if person is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
    return person


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_hex())
