"""Tokens for programs: issued by their owner, or by an administrator for somebody else; listed; revoked one by one.

One that an administrator issued for somebody else never reviews, signs or confirms
(docs/decisions/0026-whose-hand-it-was.md).
"""

import secrets
from datetime import datetime, timedelta

from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.store import engine, people, tokens
from schemas import text
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person, Token

TOKEN_DAYS = 365
#: Of one person, at a time.
MOST = 20
MAX_LABEL = 60


async def issue(hub: Hub, by: Person, login: str, *, label: str, days: int = TOKEN_DAYS) -> str:
    """Return a new bearer token for a program of this person. It is shown this once; only its digest is kept.

    Raises HubError: FORBIDDEN for somebody else's unless an administrator asks, and while the person has still to
    choose a password of their own; NOT_FOUND; INVALID without a label; TOO_LARGE for too many.
    """
    label = text.one_line(label)[:MAX_LABEL]
    if not label:
        raise HubError(ErrorCode.INVALID, detail="请写明令牌给哪个程序使用", fields={"label": "必须填写"})
    token = "gb_" + secrets.token_urlsafe(32)
    async with act(hub, by) as acting:
        person = await _whose(acting, by, login)
        if by.id == person.id and await people.must_change(acting.connection, person.id):
            # Whoever was told the password could otherwise take a token that outlives it.
            raise HubError(ErrorCode.INVALID, detail="请先更改由管理员设定的密码", fields={"label": "请先更改密码"})
        expires_at: datetime = await engine.now(acting.connection) + timedelta(days=days)
        if len(await _live(acting, person)) >= MOST:
            raise HubError(ErrorCode.TOO_LARGE, limit=f"每人 {MOST} 个有效令牌")
        named = await tokens.add(acting.connection, person.id, token, label=label, made_by=by.id, expires_at=expires_at)
        what = "own token" if by.id == person.id else "token"
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": what, "token": named})
    return token


async def revoke(hub: Hub, by: Person, login: str, token_id: str) -> None:
    """End one token: what it is shown for from now on is refused. May run twice.

    Raises HubError: FORBIDDEN for somebody else's unless an administrator asks, NOT_FOUND.
    """
    async with act(hub, by) as acting:
        person = await _whose(acting, by, login)
        done = await tokens.revoke(acting.connection, person.id, token_id)
        if done is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {token_id[:32]} 的令牌")
        if done:
            acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "token revoked", "token": token_id})


async def listed(hub: Hub, person: Person) -> list[Token]:
    """The person's tokens, the newest first, those that are over included."""
    async with hub.engine.connect() as connection:
        return await tokens.of_person(connection, person.id)


async def _whose(acting: Acting, by: Person, login: str) -> Person:
    if by.disabled_at or by.login != login:
        workflow.require(by, Duty.ADMINISTRATOR)
    person = await people.find(acting.connection, login=login)
    if person is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
    return person


async def _live(acting: Acting, person: Person) -> list[Token]:
    now = await engine.now(acting.connection)
    return [one for one in await tokens.of_person(acting.connection, person.id) if one.is_live(now)]
