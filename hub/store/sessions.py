"""Sessions: who is signed in on which browser. The token is shown to its browser once; only its digest is kept."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, exists, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import people, tables
from schemas.person import Person
from schemas.session import How, Session
from schemas.text import one_line

_T = tables.sessions
_NOW = text("clock_timestamp()")
#: How many bytes of the digest name a session.
_NAME = 8
#: A visit is written down at most this often.
TOUCH_EVERY = timedelta(minutes=1)
MAX_ADDRESS = 64
_BATCH = 1_000
MAX_AGENT = 300


def digest(token: str) -> bytes:
    # A cookie can hold anything, lone surrogates included.
    return sha256(token.encode(errors="surrogatepass")).digest()


async def create(
    connection: AsyncConnection,
    person_id: str,
    *,
    how: How,
    address: str,
    agent: str,
    idle: timedelta,
    longest: timedelta,
) -> str:
    """Begin a session and return its token, which is stored nowhere. Sessions that are over are cleared away."""
    # Rows that somebody else is clearing away are left to them: two who wait for each other's would both be refused.
    over = select(_T.c.digest).where(_T.c.expires_at < _NOW).limit(_BATCH).with_for_update(skip_locked=True)
    await connection.execute(delete(_T).where(_T.c.digest.in_(over.scalar_subquery())))
    token = secrets.token_urlsafe(32)
    values = {"digest": digest(token), "person_id": person_id, "how": how}
    values |= {"address": one_line(address)[:MAX_ADDRESS], "agent": one_line(agent)[:MAX_AGENT]}
    now = func.clock_timestamp()
    ends_at = now + longest
    await connection.execute(
        insert(_T).values(**values, expires_at=func.least(now + idle, ends_at), ends_at=ends_at),
    )
    return token


async def find(connection: AsyncConnection, token: str) -> tuple[Session, Person] | None:
    """Return the live session of this token and its person: one query by primary keys, for it runs at every visit.

    None when it has ended, was ended, or the account is disabled. The digest is compared by the index: there is nothing
    to time.
    """
    row = (await connection.execute(_FIND, {"token": digest(token)})).one_or_none()
    return (_session(row), people.person(row)) if row else None


async def of_person(connection: AsyncConnection, person_id: str) -> list[Session]:
    """The person's live sessions, the one last seen first."""
    query = _live().where(_T.c.person_id == person_id).order_by(_T.c.seen_at.desc())
    return [_session(row) for row in await connection.execute(query)]


async def touch(connection: AsyncConnection, session: Session, *, idle: timedelta) -> None:
    """Write down that the session was seen, if that was not done within a minute. It never outlives its end."""
    due = _T.c.seen_at < func.clock_timestamp() - TOUCH_EVERY
    seen = {"seen_at": _NOW, "expires_at": func.least(func.clock_timestamp() + idle, _T.c.ends_at)}
    await connection.execute(update(_T).where(_named(session.person, session.id), due).values(seen))


async def renew(connection: AsyncConnection, session: Session) -> str | None:
    """Give the session another token because its trust rose; the old one is worth nothing from the commit on.

    None when the session has ended meanwhile.
    """
    token = secrets.token_urlsafe(32)
    live = (_named(session.person, session.id), _T.c.expires_at > _NOW)
    changed = await connection.execute(update(_T).where(*live).values(digest=digest(token), proven_at=_NOW))
    return token if changed.rowcount else None


async def end(connection: AsyncConnection, person_id: str, session_id: str) -> bool:
    """End one session of the person. False when there is none of this id."""
    return bool((await connection.execute(delete(_T).where(_named(person_id, session_id)))).rowcount)


async def end_all(connection: AsyncConnection, person_id: str, *, but: str | None = None) -> int:
    """End every session of the person, except the one whose id is `but`. Return how many there were."""
    mine = delete(_T).where(_T.c.person_id == person_id)
    if but is not None:
        mine = mine.where(func.substring(_T.c.digest, 1, _NAME) != _bytes(but))
    return (await connection.execute(mine)).rowcount


async def end_everything(connection: AsyncConnection) -> int:
    """Sign everybody out. Return how many sessions there were."""
    return (await connection.execute(delete(_T))).rowcount


def _live() -> Select[Any]:
    p, totps, passkeys = tables.people, tables.totps, tables.passkeys
    confirmed = exists().where(totps.c.person_id == p.c.id, totps.c.confirmed_at.is_not(None))
    owned = exists().where(passkeys.c.person_id == p.c.id)
    return (
        select(
            _T.c.digest,
            _T.c.how,
            _T.c.address,
            _T.c.agent,
            _T.c.created_at.label("began_at"),
            _T.c.proven_at,
            _T.c.seen_at,
            _T.c.expires_at,
            _T.c.ends_at,
            func.clock_timestamp().label("read_at"),
            or_(confirmed, owned).label("has_factor"),
            p,
        )
        .join(p, p.c.id == _T.c.person_id)
        .where(_T.c.expires_at > _NOW, p.c.disabled_at.is_(None))
    )


#: Built once: it runs at every visit.
_FIND = _live().where(_T.c.digest == bindparam("token"))


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.digest[:_NAME].hex(),
        person=row.id,
        how=How(row.how),
        address=row.address,
        agent=row.agent,
        created_at=row.began_at,
        proven_at=row.proven_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        ends_at=row.ends_at,
        read_at=row.read_at,
        must_change=row.must_change,
        has_factor=row.has_factor,
    )


def _named(person_id: str, session_id: str) -> Any:
    return (_T.c.person_id == person_id) & (func.substring(_T.c.digest, 1, _NAME) == _bytes(session_id))


def _bytes(session_id: str) -> bytes:
    try:
        return bytes.fromhex(session_id)
    except ValueError:
        return b""
