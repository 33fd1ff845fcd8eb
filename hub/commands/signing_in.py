"""Signing in: a password, a second factor where the person has one, and then a session with a token of its own.

No session exists before the last proof, so there is nothing half-signed-in to be misused: between the two steps the
browser holds a ticket that opens nothing but the second one.
"""

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import guessing, passwords
from hub.commands.act import Hub
from hub.store import ceremonies, factors, passkeys, people, sessions
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.session import How, SecondFactor, Session
from schemas.text import one_line

_log = structlog.get_logger()

#: The kind of ceremony between password and second factor.
SECOND_STEP = "second step"
MAX_LOGIN = 64


class Way(StrEnum):
    """How the second step can be taken."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class Confined(StrEnum):
    """Why a person reaches nothing but their own account."""

    MUST_CHANGE = "must_change"  #: an administrator chose the password
    NEEDS_FACTOR = "needs_factor"  #: the bureau demands a second factor


@dataclass(frozen=True)
class Entered:
    """Signed in. The token goes into the browser's cookie and nowhere else."""

    token: str
    session: Session
    person: Person


@dataclass(frozen=True)
class Halfway:
    """The password was right and the person has a second factor. The ticket lives for five minutes in the browser."""

    ticket: str
    ways: frozenset[Way]


async def sign_in(hub: Hub, login: str, password: str, *, address: str, agent: str) -> Entered | Halfway:
    """Sign in by password. Each call that comes in time begins another session; its token was never seen before.

    Raises HubError: LOCKED_OUT after too many attempts in vain for this login or from this address; WRONG_SIGN_IN in
    the same words and after the same time for an unknown login, a wrong password, a disabled account.
    """
    login = one_line(login).lower()[:MAX_LOGIN]
    keys = guessing.by_login(login, address)
    await guessing.count(hub, keys)
    async with hub.engine.connect() as connection:
        person, stored = await people.credentials(connection, login) or (None, None)
    right = await passwords.verify(stored, password[: passwords.LONGEST + 1])
    if person is None or stored is None or not right or person.disabled_at:
        # What was typed as a login may be a password: only names of accounts are written down.
        _log.warning("sign_in.refused", login=person.login if person else "?", address=address)
        raise HubError(ErrorCode.WRONG_SIGN_IN)
    again = await passwords.renewed(stored, password)
    async with hub.engine.begin() as connection:
        await guessing.forgive(connection, keys)
        if again is not None:
            await people.rehash(connection, person.id, before=stored, after=again)
        if ways := await ways_of(connection, person.id):
            return Halfway(await ceremonies.begin(connection, SECOND_STEP, person.id), ways)
        return await enter(hub, connection, person, How.PASSWORD, address=address, agent=agent)


async def ways_of(connection: AsyncConnection, person_id: str) -> frozenset[Way]:
    """How the person can take the second step; empty for one who has no second factor."""
    ways = set()
    if await factors.is_confirmed(connection, person_id):
        ways.add(Way.TOTP)
    if await passkeys.of_person(connection, person_id):
        ways.add(Way.PASSKEY)
    if ways and await factors.codes_left(connection, person_id):
        ways.add(Way.RECOVERY)
    return frozenset(ways)


async def halfway(hub: Hub, ticket: str) -> frozenset[Way]:
    """The ways of a ticket, to show its page again. Raises HubError(SIGN_IN_AGAIN)."""
    async with hub.engine.connect() as connection:
        person = await expected(connection, ticket)
        return await ways_of(connection, person.id)


async def expected(connection: AsyncConnection, ticket: str) -> Person:
    """Who has shown a password with this ticket. Raises HubError(SIGN_IN_AGAIN) when it is over."""
    begun = await ceremonies.find(connection, SECOND_STEP, ticket)
    person = await people.get(connection, begun.person) if begun and begun.person else None
    if person is None or person.disabled_at:
        raise HubError(ErrorCode.SIGN_IN_AGAIN)
    return person


async def enter(
    hub: Hub, connection: AsyncConnection, person: Person, how: How, *, address: str, agent: str
) -> Entered:
    """Begin a session, in the transaction in which the last proof was accepted."""
    lives = {"idle": hub.trust.idle, "longest": hub.trust.longest}
    token = await sessions.create(connection, person.id, how=how, address=address, agent=agent, **lives)
    found = await sessions.find(connection, token)
    if found is None:
        # Disabled between the proof and now.
        raise HubError(ErrorCode.WRONG_SIGN_IN)
    _log.info("sign_in.entered", login=person.login, address=address, how=how.value)
    return Entered(token, *found)


async def touch(hub: Hub, session: Session) -> None:
    """Keep a session alive that was just read; written down at most once a minute."""
    if session.read_at - session.seen_at >= sessions.TOUCH_EVERY:
        async with hub.engine.begin() as connection:
            await sessions.touch(connection, session, idle=hub.trust.idle)


def confined(hub: Hub, session: Session) -> Confined | None:
    """Whether, and why, the person may see only their own account for now."""
    if session.must_change and session.how is not How.SINGLE_SIGN_ON:
        return Confined.MUST_CHANGE
    # Who comes by single sign-on has shown the provider what it asks for.
    if hub.trust.second_factor is SecondFactor.REQUIRED and session.how is not How.SINGLE_SIGN_ON:
        return None if session.has_factor else Confined.NEEDS_FACTOR
    return None


def csrf(hub: Hub, session: Session) -> str:
    """What every form of this session carries. It changes with the token."""
    return hub.trust.secret.mark(f"form of {session.person} {session.id}")


def check(hub: Hub, session: Session, given: str) -> None:
    """Raise HubError(STALE_FORM) unless the form was made for this session. Compared in constant time."""
    if not compare_digest(csrf(hub, session).encode(), given.encode(errors="surrogatepass")):
        raise HubError(ErrorCode.STALE_FORM)
