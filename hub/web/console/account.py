"""本人账号: password, second factors, and where one is signed in."""

from typing import Any

from markupsafe import Markup

from hub.commands import passkeys, people, second_factors, sessions, signing_in, tokens
from hub.commands.second_factors import Changed
from hub.web.console import cookies, hands
from hub.web.console.places import safe
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from hub.web.route import Raw
from schemas import canonical, text
from schemas.errors import ErrorCode, HubError
from schemas.session import Session

MAX_NAME = 60


def _session(visit: Visit) -> Session:
    assert visit.session is not None  # noqa: S101 - these rooms are not open
    return visit.session


async def show(visit: Visit) -> Page:
    session = _session(visit)
    values: dict[str, Any] = {
        "owned": await second_factors.owned(visit.hub, visit.person),
        "sessions": await sessions.listed(visit.hub, visit.person),
        "confined": signing_in.confined(visit.hub, session),
        "passkeys": passkeys.possible(visit.hub),
        "needed": visit.hub.trust.second_factor,
        **await hands.told(visit, visit.person),
    }
    return Page("account.html", values)


async def set_password(visit: Visit) -> Answer:
    old, new, again = (visit.posted.get(name) for name in ("old", "password", "again"))
    if new != again:
        raise HubError(ErrorCode.INVALID, detail="两次输入的新密码不一致", fields={"again": "与新密码不一致"})
    token = await people.change_own(visit.hub, _session(visit), visit.person, old=old, new=new)
    return Moved("/me", said="密码已更改，其他设备上的登录已全部退出。", cookies={cookies.SESSION: token})


async def show_totp(visit: Visit) -> Answer:
    """Offer an app; after a wrong code the offer stands, so that nobody has to scan twice."""
    if visit.refusal:
        return Page("totp.html", {"enrolment": None, "qr": ""})
    enrolment = await second_factors.begin_totp(visit.hub, _session(visit), visit.person)
    return Page("totp.html", {"enrolment": enrolment, "qr": Markup(enrolment.qr.decode())})  # noqa: S704 - segno's own


async def confirm_totp(visit: Visit) -> Answer:
    code = visit.posted.get("code")[:100]
    return _changed(
        await second_factors.confirm_totp(visit.hub, _session(visit), visit.person, code), "动态验证码已启用"
    )


async def remove_totp(visit: Visit) -> Answer:
    changed = await second_factors.remove_totp(visit.hub, _session(visit), visit.person)
    return _changed(changed, "动态验证码已停用")


async def new_codes(visit: Visit) -> Answer:
    return _changed(await second_factors.new_codes(visit.hub, _session(visit), visit.person), "恢复码已更换")


async def passkey_options(visit: Visit) -> Raw:
    ticket, options = await passkeys.begin_registration(visit.hub, _session(visit), visit.person)
    return Raw(canonical.encode({"ticket": ticket, "options": options}), "application/json")


async def add_passkey(visit: Visit) -> Answer:
    name = text.one_line(visit.posted.get("name"))[:MAX_NAME] or "通行密钥"
    ticket, credential = visit.posted.get("ticket"), visit.posted.get("credential")
    changed = await passkeys.finish_registration(visit.hub, _session(visit), visit.person, ticket, credential, name)
    return _changed(changed, f"通行密钥“{name}”已添加")


async def remove_passkey(visit: Visit) -> Answer:
    changed = await passkeys.remove(visit.hub, _session(visit), visit.person, visit.posted.get("key"))
    return _changed(changed, "通行密钥已删除")


async def give_token(visit: Visit) -> Answer:
    session = _session(visit)
    sessions.require_fresh(session)
    if signing_in.confined(visit.hub, session):
        words = "请先办完本页上方提示的事"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"label": words})
    token = await tokens.issue(visit.hub, visit.person, visit.person.login, label=visit.posted.get("label"))
    return Page("given.html", {"one": visit.person, "password": token, "back": "/me"})


async def revoke_token(visit: Visit) -> Answer:
    await tokens.revoke(visit.hub, visit.person, visit.person.login, visit.posted.get("token"))
    return Moved("/me", said="该令牌已吊销，使用它的程序不能再访问。")


async def end(visit: Visit) -> Answer:
    await sessions.end(visit.hub, visit.person, visit.posted.get("session"))
    return Moved("/me", said="该设备上的登录已退出。")


async def end_others(visit: Visit) -> Answer:
    ended = await sessions.end_others(visit.hub, _session(visit))
    return Moved("/me", said=f"其他设备上的 {ended} 个登录已退出。")


async def show_proof(visit: Visit) -> Page:
    owned = await second_factors.owned(visit.hub, visit.person)
    following = safe(visit.query.get("next", "") or visit.posted.get("next", "/me"))
    return Page("prove.html", {"next": following, "has_passkeys": bool(owned.passkeys)})


async def prove(visit: Visit) -> Answer:
    token = await sessions.prove(visit.hub, _session(visit), visit.person, visit.posted.get("password"))
    return Moved(safe(visit.posted.get("next", "/me")), said="身份已验证。", cookies={cookies.SESSION: token})


async def proof_options(visit: Visit) -> Raw:
    ticket, options = await passkeys.prove_options(visit.hub, visit.person)
    return Raw(canonical.encode({"ticket": ticket, "options": options}), "application/json")


async def prove_by_passkey(visit: Visit) -> Answer:
    ticket, credential = visit.posted.get("ticket"), visit.posted.get("credential")
    token = await passkeys.prove(visit.hub, _session(visit), visit.person, ticket, credential)
    return Moved(safe(visit.posted.get("next", "/me")), said="身份已验证。", cookies={cookies.SESSION: token})


def _changed(changed: Changed, said: str) -> Answer:
    """What follows a changed factor: new recovery codes are shown this once, otherwise back to the account."""
    kept: dict[str, str | None] = {cookies.SESSION: changed.token}
    if changed.codes:
        return Page("codes.html", {"codes": changed.codes, "done": said}, cookies=kept)
    return Moved("/me", said=f"{said}。", cookies=kept)


ROOMS = (
    Room("GET", "/me", show),
    Room("POST", "/me/password", set_password, again=show),
    *ways("/me/totp", show_totp, confirm_totp),
    Room("POST", "/me/totp/remove", remove_totp, again=show),
    Room("POST", "/me/codes", new_codes, again=show),
    Room("GET", "/me/passkeys/options", passkey_options, is_quiet=True),
    Room("POST", "/me/passkeys", add_passkey, again=show),
    Room("POST", "/me/passkeys/remove", remove_passkey, again=show),
    Room("POST", "/me/tokens", give_token, again=show),
    Room("POST", "/me/tokens/revoke", revoke_token, again=show),
    Room("POST", "/me/sessions/end", end, again=show),
    Room("POST", "/me/sessions/others", end_others, again=show),
    *ways("/me/prove", show_proof, prove),
    Room("GET", "/me/prove/options", proof_options, is_quiet=True),
    Room("POST", "/me/prove/passkey", prove_by_passkey, again=show_proof),
)
