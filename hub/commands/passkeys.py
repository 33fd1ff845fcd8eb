"""Passkeys (WebAuthn): registered by a signed-in person; then the second step after a password, or alone.

Each ceremony hands out options for the browser's `navigator.credentials` and takes its answer as JSON. A challenge is
kept in the store and ends with the first answer, right or wrong.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import guessing, second_factors, sessions, signing_in
from hub.commands.act import Hub, act
from hub.commands.second_factors import Changed
from hub.commands.signing_in import Confined, Entered
from hub.core import passkeys as rules
from hub.core.passkeys import Party, RefusedError
from hub.store import ceremonies, passkeys, people
from hub.store import sessions as stored
from schemas import text
from schemas.errors import ErrorCode, HubError
from schemas.passkey import Passkey
from schemas.person import Person
from schemas.session import How, Session

_log = structlog.get_logger()

REGISTER = "register passkey"
ENTER = "enter by passkey"
PROVE = "prove by passkey"
#: More than anybody has devices.
MOST = 20
MAX_NAME = 40
FOREIGN = "这个通行密钥没有在本账号登记"


def possible(hub: Hub) -> bool:
    """Whether browsers offer passkeys at the console's address."""
    return _party(hub).is_possible


async def begin_registration(hub: Hub, session: Session, person: Person) -> tuple[str, str]:
    """Return a ticket and the options JSON for `navigator.credentials.create`. Raises HubError: PROVE_AGAIN, STATE."""
    sessions.require_fresh(session)
    if signing_in.confined(hub, session) is Confined.MUST_CHANGE:
        # Whoever was told the password could otherwise keep a way in that outlives it.
        raise HubError(ErrorCode.STATE, state="密码由管理员设定", advice="请先更改密码。")
    async with hub.engine.begin() as connection:
        has = await passkeys.of_person(connection, person.id)
        if len(has) >= MOST:
            raise HubError(ErrorCode.STATE, state=f"已有 {MOST} 个通行密钥", advice="请先删除不再使用的。")
        asked = rules.ask_new(_party(hub), person, has)
        ticket = await ceremonies.begin(connection, REGISTER, person.id, challenge=asked.challenge)
    return ticket, asked.options


async def finish_registration(
    hub: Hub, session: Session, person: Person, ticket: str, credential: str, name: str
) -> Changed:
    """Keep the new passkey under the person's name for it. Raises HubError: PROVE_AGAIN, SIGN_IN_AGAIN, PASSKEY."""
    sessions.require_fresh(session)
    challenge = await _taken(hub, REGISTER, ticket, person.id)
    with _told():
        key, public_key, count, transports = rules.made(_party(hub), credential, challenge)
    async with act(hub, person) as acting:
        if await passkeys.find(acting.connection, key):
            raise HubError(ErrorCode.PASSKEY, detail="它已经登记过")
        called = text.one_line(name)[:MAX_NAME] or "通行密钥"
        await passkeys.add(
            acting.connection,
            person.id,
            key,
            public_key=public_key,
            sign_count=count,
            name=called,
            transports=transports,
        )
        return await second_factors.changed(acting, session, "passkey")


async def remove(hub: Hub, session: Session, person: Person, key: str) -> Changed:
    """Remove one of the person's passkeys, named by its id as base64url. May run twice. Raises PROVE_AGAIN."""
    sessions.require_fresh(session)
    async with act(hub, person) as acting:
        await passkeys.remove(acting.connection, person.id, rules.bytes_of(key))
        return await second_factors.changed(acting, session, "passkey removed")


async def second_options(hub: Hub, ticket: str) -> str:
    """The options JSON for the second step, for this person's passkeys alone. Raises HubError(SIGN_IN_AGAIN)."""
    async with hub.engine.begin() as connection:
        person = await signing_in.expected(connection, ticket)
        asked = rules.ask(_party(hub), await passkeys.of_person(connection, person.id))
        await ceremonies.note(connection, signing_in.SECOND_STEP, ticket, challenge=asked.challenge)
    return asked.options


async def enter_second(hub: Hub, ticket: str, credential: str, *, address: str, agent: str) -> Entered:
    """Take the second step by a passkey. Raises HubError: SIGN_IN_AGAIN, LOCKED_OUT, PASSKEY."""
    async with hub.engine.begin() as connection:
        person = await signing_in.expected(connection, ticket)
        begun = await ceremonies.find(connection, signing_in.SECOND_STEP, ticket)
        # Another try needs another challenge, whatever becomes of this one.
        await ceremonies.note(connection, signing_in.SECOND_STEP, ticket)
    await guessing.count(hub, guessing.by_person(person.id))
    challenge = str(begun.data.get("challenge", "")) if begun else ""
    async with hub.engine.begin() as connection:
        await _use(hub, connection, credential, challenge, owner=person.id, alone=False)
        how = How.PASSWORD_PASSKEY
        return await second_factors.step_taken(hub, connection, ticket, person, how, address=address, agent=agent)


async def sign_in_options(hub: Hub) -> tuple[str, str]:
    """Return a ticket and options JSON to sign in by a passkey alone: whose, the device says. Raises UNAVAILABLE."""
    asked = rules.ask(_party(hub), (), alone=True)
    try:
        async with hub.engine.begin() as connection:
            ticket = await ceremonies.begin(connection, ENTER, challenge=asked.challenge)
    except ceremonies.FullError:
        raise HubError(ErrorCode.UNAVAILABLE, detail="同时登录的人过多") from None
    return ticket, asked.options


async def sign_in(hub: Hub, ticket: str, credential: str, *, address: str, agent: str) -> Entered:
    """Sign in by a passkey alone, whose device has verified its user. Raises HubError as `enter_second` does."""
    keys = guessing.by_address(address)
    await guessing.count(hub, keys)
    challenge = await _taken(hub, ENTER, ticket, None)
    async with hub.engine.begin() as connection:
        used = await _use(hub, connection, credential, challenge, owner=None, alone=True)
        person = await people.get(connection, used.person)
        if person is None or person.disabled_at:
            raise HubError(ErrorCode.PASSKEY, detail="账号已停用")
        await guessing.forgive(connection, keys)
        return await signing_in.enter(hub, connection, person, How.PASSKEY, address=address, agent=agent)


async def prove_options(hub: Hub, person: Person) -> tuple[str, str]:
    """Return a ticket and options JSON for a signed-in person to prove once more who they are."""
    async with hub.engine.begin() as connection:
        asked = rules.ask(_party(hub), await passkeys.of_person(connection, person.id), alone=True)
        ticket = await ceremonies.begin(connection, PROVE, person.id, challenge=asked.challenge)
    return ticket, asked.options


async def prove(hub: Hub, session: Session, person: Person, ticket: str, credential: str) -> str:
    """Return the session's new token, after `prove_options`. Raises HubError: SIGN_IN_AGAIN, PASSKEY."""
    challenge = await _taken(hub, PROVE, ticket, person.id)
    async with hub.engine.begin() as connection:
        await _use(hub, connection, credential, challenge, owner=person.id, alone=True)
        token = await stored.renew(connection, session)
    if token is None:
        raise HubError(ErrorCode.UNAUTHENTICATED)
    return token


async def _taken(hub: Hub, kind: str, ticket: str, person_id: str | None) -> str:
    """The challenge of a ceremony, which ends here: what is answered to it a second time comes too late."""
    async with hub.engine.begin() as connection:
        begun = await ceremonies.take(connection, kind, ticket)
    if begun is None or begun.person != person_id:
        raise HubError(ErrorCode.SIGN_IN_AGAIN)
    return str(begun.data["challenge"])


async def _use(
    hub: Hub, connection: AsyncConnection, credential: str, challenge: str, *, owner: str | None, alone: bool
) -> Passkey:
    """Let an answer count once. `owner` is whose passkey it must be, `alone` whether the device must know its user."""
    with _told():
        key, handle = rules.read(credential)
        known = await passkeys.find(connection, key)
        if known is None or owner not in {None, known.person} or (handle and handle != known.person.encode()):
            raise RefusedError(FOREIGN, "not registered for this person")
        count = rules.used(_party(hub), credential, challenge, known, alone=alone)
    await passkeys.used(connection, known.id, count)
    return known


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RefusedError as error:
        _log.warning("passkey.refused", why=error.why)
        raise HubError(ErrorCode.PASSKEY, detail=str(error)) from None


def _party(hub: Hub) -> Party:
    return Party(id=hub.trust.host, origin=hub.trust.origin, name=hub.trust.name)
