"""A person's sessions once begun: proving again who one is, the list, and every way to end them."""

from datetime import timedelta

from hub.commands import guessing, passwords
from hub.commands.act import Hub, act
from hub.core import workflow
from hub.store import people, sessions
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.session import Session

#: For so long after a proof a person may change what they prove themselves with.
FRESH = timedelta(minutes=10)


async def prove(hub: Hub, session: Session, person: Person, password: str) -> str:
    """The person gives the password once more; return the session's new token. Raises HubError: LOCKED_OUT, INVALID."""
    await check_own(hub, person, password, field="password")
    async with hub.engine.begin() as connection:
        token = await sessions.renew(connection, session)
    if token is None:
        raise HubError(ErrorCode.UNAUTHENTICATED)
    return token


async def check_own(hub: Hub, person: Person, password: str, *, field: str) -> str:
    """Return the person's hash if the password is theirs. Raises HubError: LOCKED_OUT, INVALID naming `field`."""
    keys = guessing.by_person(person.id)
    await guessing.count(hub, keys)
    async with hub.engine.connect() as connection:
        stored = await people.password_hash(connection, person.id)
    right = await passwords.verify(stored, password[: passwords.LONGEST + 1])
    if stored is None or not right:
        raise HubError(ErrorCode.INVALID, detail="密码不正确", fields={field: "不正确"})
    async with hub.engine.begin() as connection:
        await guessing.forgive(connection, keys)
    return stored


def require_fresh(session: Session) -> None:
    """Raise HubError(PROVE_AGAIN) unless the person proved who they are a few minutes ago.

    A session left open, or stolen, must not be enough to take the account over for good.
    """
    if session.read_at - session.proven_at > FRESH:
        raise HubError(ErrorCode.PROVE_AGAIN)


async def listed(hub: Hub, person: Person) -> list[Session]:
    """The person's own sessions, the one last seen first."""
    async with hub.engine.connect() as connection:
        return await sessions.of_person(connection, person.id)


async def sign_out(hub: Hub, session: Session) -> None:
    """End this session. May run twice."""
    async with hub.engine.begin() as connection:
        await sessions.end(connection, session.person, session.id)


async def end(hub: Hub, person: Person, session_id: str) -> None:
    """End one of the person's own sessions. May run twice."""
    async with hub.engine.begin() as connection:
        await sessions.end(connection, person.id, session_id)


async def end_others(hub: Hub, session: Session) -> int:
    """Sign out everywhere else; return how many sessions that ended."""
    async with hub.engine.begin() as connection:
        return await sessions.end_all(connection, session.person, but=session.id)


async def end_of(hub: Hub, by: Person, login: str) -> int:
    """An administrator signs a person out everywhere; return how many sessions ended. Raises HubError: NOT_FOUND."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = await people.find(acting.connection, login=login)
        if person is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
        ended = await sessions.end_all(acting.connection, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "sessions ended"})
    return ended


async def end_everything(hub: Hub, by: Person) -> int:
    """An administrator signs everybody out, themselves included; return how many sessions ended."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        ended = await sessions.end_everything(acting.connection)
        acting.log(EntryType.PERSON_CHANGED, data={"what": "all sessions ended"})
    return ended
