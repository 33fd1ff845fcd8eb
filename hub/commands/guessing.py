"""Guessing is slowed down: each attempt counts as in vain before it is looked at, and is forgiven when it was right."""

import re
import secrets
from hashlib import sha256
from math import ceil

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub import remote
from hub.commands.act import Hub
from hub.core import lockout
from hub.core.lockout import Rule
from hub.store import engine, throttles
from schemas.errors import ErrorCode, HubError

_log = structlog.get_logger()

#: Clearing away goes with one attempt in so many: it looks at the whole table.
_PRUNE_EVERY = 64
_PLAIN = re.compile(r"[A-Za-z0-9.:/_%-]{1,45}")
Keys = dict[str, Rule]


def by_login(login: str, address: str) -> Keys:
    """What an attempt to sign in is counted under. An unknown login is counted like a known one."""
    return {f"login:{_short(login)}": lockout.PERSON, f"address:{_short(remote.place(address))}": lockout.ADDRESS}


def by_person(person_id: str) -> Keys:
    """What an attempt at a second factor or at an old password is counted under."""
    return {f"person:{person_id}": lockout.PERSON}


def by_address(address: str) -> Keys:
    """What an attempt without a name is counted under."""
    return {f"address:{_short(remote.place(address))}": lockout.ADDRESS}


async def count(hub: Hub, keys: Keys) -> None:
    """Count an attempt, durable on return. Raises HubError(LOCKED_OUT), and counts nothing, while any key is locked.

    Attempts at the same moment come one after another here, so none slips through between looking and counting.
    """
    async with hub.engine.begin() as connection:
        if secrets.randbelow(_PRUNE_EVERY) == 0:
            await throttles.prune(connection)
        found = [(await throttles.lock(connection, key), rule) for key, rule in sorted(keys.items())]
        now = await engine.now(connection)
        waits = [one.locked_until - now for one, _ in found if one.locked_until and lockout.is_locked(one, now)]
        if waits:
            raise HubError(ErrorCode.LOCKED_OUT, minutes=ceil(max(waits).total_seconds() / 60))
        for one, rule in found:
            after = lockout.counted(one, rule, now)
            await throttles.save(connection, after)
            if after.locked_until:
                _log.warning(
                    "sign_in.locked", key=one.key, failures=after.failures, until=after.locked_until.isoformat()
                )


async def forgive(connection: AsyncConnection, keys: Keys) -> None:
    """The attempt was right: a person's count begins anew; an address is forgiven this one attempt only.

    Else whoever has an account of their own could guess at others' without end.
    """
    for key, rule in sorted(keys.items()):
        if rule is lockout.ADDRESS:
            await throttles.save(connection, lockout.forgiven(await throttles.lock(connection, key), rule))
        else:
            await throttles.clear(connection, key)


async def clear(connection: AsyncConnection, login: str, person_id: str) -> None:
    """An administrator lets the person try again at once."""
    await throttles.clear(connection, f"login:{_short(login)}", *by_person(person_id))


def _short(told: str) -> str:
    """As it is if it looks like one; of anything else a digest, because keys are bounded and may be logged."""
    if _PLAIN.fullmatch(told):
        return told
    return sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]
