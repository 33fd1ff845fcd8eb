"""登录第二步, and the ways in without a password: passkeys and single sign-on."""

from hub.commands import passkeys, second_factors, signing_in, single_sign_on
from hub.commands.signing_in import Way
from hub.web.console import cookies, login
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from hub.web.route import Raw
from schemas import canonical
from schemas.errors import ErrorCode, HubError


async def show(visit: Visit) -> Answer:
    """The second step again, after a wrong code. A ticket that is over leads back to the first."""
    try:
        ways = await signing_in.halfway(visit.hub, _ticket(visit))
    except HubError as error:
        return Moved("/login", said=error.message, cookies={cookies.TICKET: None})
    return Page("second.html", login.values(visit, visit.posted.get("next")) | {"second": ways})


async def take(visit: Visit) -> Answer:
    """Take the second step by a code, of the app or of recovery."""
    enter = second_factors.enter_by_recovery if visit.posted.get("way") == Way.RECOVERY else None
    enter = enter or second_factors.enter_by_code
    code = visit.posted.get("code")[:100]
    return login.after_proof(visit, await enter(visit.hub, _ticket(visit), code, **_whence(visit)))


async def second_options(visit: Visit) -> Raw:
    return _json(options=await passkeys.second_options(visit.hub, _ticket(visit)))


async def take_by_passkey(visit: Visit) -> Answer:
    entered = await passkeys.enter_second(visit.hub, _ticket(visit), visit.posted.get("credential"), **_whence(visit))
    return login.after_proof(visit, entered)


async def alone_options(visit: Visit) -> Raw:
    ticket, options = await passkeys.sign_in_options(visit.hub)
    return _json(ticket=ticket, options=options)


async def enter_by_passkey(visit: Visit) -> Answer:
    entered = await passkeys.sign_in(
        visit.hub, visit.posted.get("ticket"), visit.posted.get("credential"), **_whence(visit)
    )
    return login.after_proof(visit, entered)


async def single(visit: Visit) -> Answer:
    """Send the browser to the bureau's identity provider."""
    ticket, address = await single_sign_on.begin(visit.hub)
    return Moved(address, cookies={cookies.ERRAND: ticket})


async def single_back(visit: Visit) -> Answer:
    """The browser comes back from the provider. A refusal is told on the sign-in page."""
    try:
        entered = await single_sign_on.finish(visit.hub, visit.cookies[cookies.ERRAND], visit.query, **_whence(visit))
    except HubError as error:
        return Moved("/login", said=error.message, cookies={cookies.ERRAND: None})
    return login.after_proof(visit, entered)


def _ticket(visit: Visit) -> str:
    ticket = visit.cookies[cookies.TICKET]
    if not ticket:
        raise HubError(ErrorCode.SIGN_IN_AGAIN)
    return ticket


def _whence(visit: Visit) -> dict[str, str]:
    return {"address": visit.address, "agent": visit.agent}


def _json(**values: str) -> Raw:
    return Raw(canonical.encode(values), "application/json")


ROOMS = (
    Room("GET", "/login/second", show, is_open=True),
    Room("POST", "/login/second", take, again=show, is_open=True),
    Room("GET", "/login/second/passkey", second_options, is_open=True, is_quiet=True),
    Room("POST", "/login/second/passkey", take_by_passkey, again=show, is_open=True),
    Room("GET", "/login/passkey", alone_options, is_open=True, is_quiet=True),
    Room("POST", "/login/passkey", enter_by_passkey, again=login.show, is_open=True),
    Room("GET", "/login/single", single, is_open=True),
    Room("GET", single_sign_on.CALLBACK, single_back, is_open=True),
)
