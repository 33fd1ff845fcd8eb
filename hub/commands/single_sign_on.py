"""Single sign-on: the bureau's identity provider vouches for somebody who has an account here. It never makes one.

The browser keeps a ticket in a cookie. State, nonce and the PKCE verifier are derived from it, so they are bound to
this browser and stand in no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub import oidc
from hub.commands import guessing, signing_in
from hub.commands.act import Acting, Hub, act
from hub.commands.signing_in import MAX_LOGIN, Entered
from hub.core import workflow
from hub.oidc import ProviderError
from hub.provider import Provider
from hub.store import ceremonies, engine, identities, people
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.session import How
from schemas.text import one_line

_log = structlog.get_logger()

KIND = "single sign-on"
#: Where the provider sends browsers back to, below the console's address. It is to be registered there.
CALLBACK = "/login/callback"
MAX_SUBJECT = 255
MAX_CODE = 2_000


@dataclass(frozen=True)
class _Derived:
    state: str
    nonce: str
    verifier: str


async def begin(hub: Hub) -> tuple[str, str]:
    """Return a ticket for the browser's cookie and the provider's address to send it to.

    The cookie must be SameSite=Lax: the browser comes back from another site. Raises HubError: SINGLE_SIGN_ON,
    UNAVAILABLE.
    """
    provider = _provider(hub)
    try:
        endpoints = await oidc.discover(provider)
        async with hub.engine.begin() as connection:
            ticket = await ceremonies.begin(connection, KIND)
    except ProviderError as error:
        raise _refused(str(error)) from None
    except ceremonies.FullError:
        raise HubError(ErrorCode.UNAVAILABLE, detail="同时登录的人过多") from None
    made = _derived(hub, ticket)
    to = oidc.authorization(
        provider, endpoints, redirect=_redirect(hub), state=made.state, nonce=made.nonce, verifier=made.verifier
    )
    return ticket, to


async def finish(hub: Hub, ticket: str, query: Mapping[str, str], *, address: str, agent: str) -> Entered:
    """Take what the provider sent the browser back with. `query` is that of the callback's address.

    Raises HubError: SIGN_IN_AGAIN, LOCKED_OUT, SINGLE_SIGN_ON.
    """
    provider = _provider(hub)
    keys = guessing.by_address(address)
    await guessing.count(hub, keys)
    async with hub.engine.begin() as connection:
        begun = await ceremonies.take(connection, KIND, ticket)
        now = int((await engine.now(connection)).timestamp())
    made = _derived(hub, ticket)
    if begun is None or not compare_digest(query.get("state", "").encode(errors="surrogatepass"), made.state.encode()):
        raise HubError(ErrorCode.SIGN_IN_AGAIN)
    code = _code(provider, query)
    try:
        claims = await oidc.redeem(
            provider,
            await oidc.discover(provider),
            code=code,
            redirect=_redirect(hub),
            verifier=made.verifier,
            nonce=made.nonce,
            now=now,
        )
    except ProviderError as error:
        raise _refused(str(error)) from None
    person = await _person(hub, provider, claims)
    async with hub.engine.begin() as connection:
        await guessing.forgive(connection, keys)
        return await signing_in.enter(hub, connection, person, How.SINGLE_SIGN_ON, address=address, agent=agent)


async def unbind(hub: Hub, by: Person, login: str) -> None:
    """Forget which identity the account is bound to: the next sign-in binds it anew. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        person = await people.find(acting.connection, login=login)
        if person is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
        await identities.unbind(acting.connection, person.id)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "single sign-on unbound"})


async def _person(hub: Hub, provider: Provider, claims: Mapping[str, object]) -> Person:
    """The account that is meant: the one bound to the subject, else the one that the claim names, bound from now on.

    A name can be given to somebody else at the provider, a subject cannot. So an account that is bound stays bound.
    """
    subject = one_line(str(claims["sub"]))[:MAX_SUBJECT]
    async with hub.engine.connect() as connection:
        person = await identities.find(connection, provider.issuer, subject)
        found = person or await _named(connection, provider, claims)
    if found.disabled_at:
        raise _refused("账号已停用，请联系管理员")
    if person is None:
        async with act(hub, found) as acting:
            await _bind(acting, provider, subject)
    return found


async def _named(connection: AsyncConnection, provider: Provider, claims: Mapping[str, object]) -> Person:
    login = claims.get(provider.claim)
    if provider.claim == "email" and claims.get("email_verified") is not True:
        raise _refused("身份提供方没有核实您的邮箱")
    if not isinstance(login, str) or not login.strip():
        raise _refused(f"身份提供方没有给出 {provider.claim}，请联系管理员")
    person = await people.find(connection, login=one_line(login).lower()[:MAX_LOGIN])
    if person is None:
        _log.warning("single_sign_on.unknown")
        raise _refused("本系统没有与您对应的账号，请联系管理员开通")
    return person


async def _bind(acting: Acting, provider: Provider, subject: str) -> None:
    if await identities.is_bound(acting.connection, provider.issuer, acting.person.id):
        raise _refused("同名账号已与另一人绑定，请联系管理员核实")
    await identities.bind(acting.connection, provider.issuer, subject, acting.person.id)
    acting.log(EntryType.PERSON_CHANGED, data={"person": acting.person.id, "what": "single sign-on bound"})


def _code(provider: Provider, query: Mapping[str, str]) -> str:
    # RFC 9207: an answer of another provider that was led here by mistake or on purpose.
    if query.get("iss", provider.issuer) != provider.issuer:
        raise _refused("应答来自另一个身份提供方")
    if "error" in query:
        _log.warning("single_sign_on.refused", error=query["error"][:100])
        denied = query["error"] == "access_denied"
        raise _refused("您在身份提供方取消了登录" if denied else "身份提供方没有同意登录")
    code = query.get("code", "")
    if not code or len(code) > MAX_CODE:
        raise _refused("身份提供方没有给出授权码")
    return code


def _derived(hub: Hub, ticket: str) -> _Derived:
    state, nonce, verifier = (hub.trust.secret.mark(f"{of} of {ticket}") for of in ("state", "nonce", "verifier"))
    return _Derived(state, nonce, verifier)


def _redirect(hub: Hub) -> str:
    return hub.trust.staff_url + CALLBACK


def _provider(hub: Hub) -> Provider:
    if hub.trust.provider is None:
        raise _refused("没有启用单点登录")
    return hub.trust.provider


def _refused(why: str) -> HubError:
    return HubError(ErrorCode.SINGLE_SIGN_ON, detail=why)
