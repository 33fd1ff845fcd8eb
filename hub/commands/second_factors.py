"""Second factors of a person: an authenticator app, recovery codes, and what an administrator can do when all is lost.

Whoever changes one has proved who they are within minutes, and has another token afterwards.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import guessing, sessions, signing_in
from hub.commands.act import Acting, Hub, act
from hub.commands.people import refuse_own
from hub.commands.signing_in import Entered
from hub.core import recovery, totp, workflow
from hub.store import ceremonies, engine, factors, passkeys, people
from hub.store import sessions as stored
from hub.trust import ForeignSealError
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.passkey import Passkey
from schemas.person import Duty, Person
from schemas.session import How, Session

WRONG_CODE = "验证码不正确或已经用过"


@dataclass(frozen=True)
class Owned:
    """What second factors a person has."""

    totp: bool
    passkeys: tuple[Passkey, ...]
    codes_left: int


@dataclass(frozen=True)
class Enrolment:
    """An app that is to be confirmed by its first code. Shown this once: secret for typing, the same as a QR code."""

    secret: str
    uri: str
    qr: bytes  #: an SVG picture


@dataclass(frozen=True)
class Changed:
    """A factor was changed: the session's new token, and recovery codes if there were none. Shown this once."""

    token: str
    codes: tuple[str, ...] = ()


async def owned(hub: Hub, person: Person) -> Owned:
    async with hub.engine.connect() as connection:
        return Owned(
            totp=await factors.is_confirmed(connection, person.id),
            passkeys=tuple(await passkeys.of_person(connection, person.id)),
            codes_left=await factors.codes_left(connection, person.id),
        )


async def begin_totp(hub: Hub, session: Session, person: Person) -> Enrolment:
    """Offer a new app. Run twice, only the second offer can be confirmed. Raises HubError: PROVE_AGAIN, STATE."""
    sessions.require_fresh(session)
    secret = totp.new_secret()
    async with hub.engine.begin() as connection:
        sealed = hub.trust.secret.seal(secret.encode(), person.id)
        if not await factors.begin(connection, person.id, sealed):
            raise HubError(ErrorCode.STATE, state="已启用动态验证码", advice="请先停用，再重新启用。")
    uri = totp.uri(secret, login=person.login, issuer=hub.trust.name)
    return Enrolment(secret=secret, uri=uri, qr=totp.picture(uri))


async def confirm_totp(hub: Hub, session: Session, person: Person, code: str) -> Changed:
    """Turn the offered app on by its first code. Raises HubError: PROVE_AGAIN, LOCKED_OUT, SECOND_FACTOR, STATE."""
    sessions.require_fresh(session)
    keys = guessing.by_person(person.id)
    await guessing.count(hub, keys)
    async with act(hub, person) as acting:
        offered = await factors.find(acting.connection, person.id)
        if offered is None or offered.confirmed:
            state = "已启用动态验证码" if offered else "尚未开始设置"
            raise HubError(ErrorCode.STATE, state=state, advice="请从账号页重新开始。")
        await _use(hub, acting.connection, person, code)
        await guessing.forgive(acting.connection, keys)
        return await changed(acting, session, "totp")


async def remove_totp(hub: Hub, session: Session, person: Person) -> Changed:
    """Turn the app off. May run twice. Raises HubError(PROVE_AGAIN)."""
    sessions.require_fresh(session)
    async with act(hub, person) as acting:
        await factors.remove(acting.connection, person.id)
        return await changed(acting, session, "totp removed")


async def new_codes(hub: Hub, session: Session, person: Person) -> Changed:
    """Give ten new recovery codes; all earlier ones are void. Raises HubError: PROVE_AGAIN, STATE."""
    sessions.require_fresh(session)
    async with act(hub, person) as acting:
        if not await signing_in.ways_of(acting.connection, person.id):
            raise HubError(ErrorCode.STATE, state="没有第二重验证", advice="请先启用动态验证码或添加通行密钥。")
        await factors.remove_codes(acting.connection, person.id)
        return await changed(acting, session, "recovery codes")


async def enter_by_code(hub: Hub, ticket: str, code: str, *, address: str, agent: str) -> Entered:
    """Take the second step by the app's code. Raises HubError: SIGN_IN_AGAIN, LOCKED_OUT, SECOND_FACTOR."""
    person = await _counted(hub, ticket)
    async with hub.engine.begin() as connection:
        await _use(hub, connection, person, code)
        return await step_taken(hub, connection, ticket, person, How.PASSWORD_TOTP, address=address, agent=agent)


async def enter_by_recovery(hub: Hub, ticket: str, code: str, *, address: str, agent: str) -> Entered:
    """Take the second step by a recovery code, which is used up. Raises HubError as `enter_by_code` does."""
    person = await _counted(hub, ticket)
    async with act(hub, person) as acting:
        if not await factors.use_code(acting.connection, person.id, recovery.typed(code)):
            raise HubError(ErrorCode.SECOND_FACTOR, detail="恢复码不正确或已经用过")
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "recovery code used"})
        how = How.PASSWORD_RECOVERY
        return await step_taken(hub, acting.connection, ticket, person, how, address=address, agent=agent)


async def reset(hub: Hub, by: Person, login: str) -> None:
    """An administrator takes all second factors of a person away and ends their sessions. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for one's own account.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        connection = acting.connection
        person = await people.find(connection, login=login)
        if person is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
        refuse_own(by, person)
        await factors.remove(connection, person.id)
        await passkeys.remove(connection, person.id)
        await factors.remove_codes(connection, person.id)
        await ceremonies.drop(connection, person.id)
        await stored.end_all(connection, person.id)
        await guessing.clear(connection, login, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "second factors reset"})


async def step_taken(
    hub: Hub, connection: AsyncConnection, ticket: str, person: Person, how: How, *, address: str, agent: str
) -> Entered:
    """End the second step, which succeeded, and begin the session. Raises HubError(SIGN_IN_AGAIN) for a second time."""
    if await ceremonies.take(connection, signing_in.SECOND_STEP, ticket) is None:
        raise HubError(ErrorCode.SIGN_IN_AGAIN)
    await guessing.forgive(connection, guessing.by_person(person.id))
    return await signing_in.enter(hub, connection, person, how, address=address, agent=agent)


async def changed(acting: Acting, session: Session, what: str) -> Changed:
    """Log the change of a factor, renew the session's token, and see to the recovery codes."""
    connection, person = acting.connection, acting.person
    acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": what})
    token = await stored.renew(connection, session)
    if token is None:
        raise HubError(ErrorCode.UNAUTHENTICATED)
    return Changed(token, await _codes(connection, person))


async def _codes(connection: AsyncConnection, person: Person) -> tuple[str, ...]:
    """Whoever has a factor has codes, and whoever has none has no use for them."""
    if not await signing_in.ways_of(connection, person.id):
        await factors.remove_codes(connection, person.id)
        return ()
    if await factors.codes_left(connection, person.id):
        return ()
    codes = recovery.new()
    await factors.set_codes(connection, person.id, codes)
    return tuple(map(recovery.shown, codes))


async def _counted(hub: Hub, ticket: str) -> Person:
    async with hub.engine.connect() as connection:
        person = await signing_in.expected(connection, ticket)
    await guessing.count(hub, guessing.by_person(person.id))
    return person


async def _use(hub: Hub, connection: AsyncConnection, person: Person, code: str) -> None:
    """Let the code of the person's app count, once. Raises HubError: SECOND_FACTOR, SECRET_KEY."""
    kept = await factors.find(connection, person.id)
    if kept is None:
        raise HubError(ErrorCode.SECOND_FACTOR, detail=WRONG_CODE)
    try:
        secret = hub.trust.secret.open(kept.sealed, person.id).decode()
    except ForeignSealError:
        detail = f"账号 {person.login} 的动态验证码密钥是用另一个密钥文件加密的"
        advice = "请管理员恢复原来的 secret.key，或重设该账号的第二重验证。"
        raise HubError(ErrorCode.SECRET_KEY, detail=detail, advice=advice) from None
    step = totp.step_of(secret, code, now=await engine.now(connection), after=kept.last_step)
    if step is None:
        raise HubError(ErrorCode.SECOND_FACTOR, detail=WRONG_CODE)
    await factors.used(connection, person.id, step)
