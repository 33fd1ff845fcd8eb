"""Authenticator apps and recovery codes. A secret is stored sealed, a recovery code as its digest."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.release import Frozen

_T = tables.totps
_CODES = tables.recovery_codes
_NOW = text("clock_timestamp()")


class Totp(Frozen):
    """A person's authenticator app: its sealed secret, whether a code has confirmed it, the last step that counted."""

    sealed: bytes
    confirmed: bool
    last_step: int


async def begin(connection: AsyncConnection, person_id: str, sealed: bytes) -> bool:
    """Keep a secret that no code has confirmed yet, instead of an earlier such one. False when one is confirmed."""
    kept = upsert(_T).values(person_id=person_id, secret=sealed)
    values = {"secret": kept.excluded.secret, "last_step": 0}
    kept = kept.on_conflict_do_update(index_elements=["person_id"], set_=values, where=_T.c.confirmed_at.is_(None))
    return bool((await connection.execute(kept)).rowcount)


async def find(connection: AsyncConnection, person_id: str) -> Totp | None:
    """Return it with its row locked, so that of two who bring the same code one is right."""
    query = select(_T).where(_T.c.person_id == person_id).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Totp(sealed=row.secret, confirmed=row.confirmed_at is not None, last_step=row.last_step)


async def used(connection: AsyncConnection, person_id: str, step: int) -> None:
    """Write down that the code of this step has counted; a first one confirms the secret."""
    values = {"last_step": step, "confirmed_at": func.coalesce(_T.c.confirmed_at, func.clock_timestamp())}
    await connection.execute(update(_T).where(_T.c.person_id == person_id).values(values))


async def remove(connection: AsyncConnection, person_id: str) -> bool:
    """Forget the app. False when there was none."""
    return bool((await connection.execute(delete(_T).where(_T.c.person_id == person_id))).rowcount)


async def is_confirmed(connection: AsyncConnection, person_id: str) -> bool:
    query = select(exists().where(_T.c.person_id == person_id, _T.c.confirmed_at.is_not(None)))
    return bool((await connection.execute(query)).scalar_one())


async def any_sealed(connection: AsyncConnection) -> bool:
    """Whether anything in the store needs the hub's secret to be read."""
    return bool((await connection.execute(select(exists().select_from(_T)))).scalar_one())


async def set_codes(connection: AsyncConnection, person_id: str, codes: Iterable[str]) -> None:
    """Give the person these recovery codes instead of all earlier ones."""
    await remove_codes(connection, person_id)
    rows = [{"person_id": person_id, "digest": _digest(code)} for code in codes]
    await connection.execute(insert(_CODES), rows)


async def remove_codes(connection: AsyncConnection, person_id: str) -> None:
    await connection.execute(delete(_CODES).where(_CODES.c.person_id == person_id))


async def use_code(connection: AsyncConnection, person_id: str, code: str) -> bool:
    """Use up a recovery code. False when it is not one of the person's, or was used."""
    mine = (_CODES.c.person_id == person_id, _CODES.c.digest == _digest(code), _CODES.c.used_at.is_(None))
    return bool((await connection.execute(update(_CODES).where(*mine).values(used_at=_NOW))).rowcount)


async def codes_left(connection: AsyncConnection, person_id: str) -> int:
    mine = (_CODES.c.person_id == person_id, _CODES.c.used_at.is_(None))
    left: int = (await connection.execute(select(func.count()).select_from(_CODES).where(*mine))).scalar_one()
    return left


def _digest(code: str) -> bytes:
    return sha256(code.encode(errors="surrogatepass")).digest()
