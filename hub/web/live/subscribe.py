"""Subscribing by mail: the form, and the pages that the links in mails lead to.

Programs that check mails open every link in them, so a GET changes nothing: each act is a POST by a button, or by the
mailbox's own (RFC 8058). The slip stands in the address, which is therefore sent on to nobody and kept in no log.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web
from aiohttp.http_exceptions import BadHttpMessage

from hub.commands import subscribing
from hub.core.subscribing import Terms
from hub.web.keys import HUB
from hub.web.live import limits
from hub.web.live.page import FRESH, show
from schemas import columns
from schemas.errors import ErrorCode, HubError
from schemas.subscription import Frequency, Wish

MEDIA = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MAX_BODY = 16_384
#: Whoever is led away from such a page must not take its address along.
OPEN = {**FRESH, "Referrer-Policy": "no-referrer"}
SECRET = {**OPEN, "X-Robots-Tag": "noindex"}
PATH = "/subscribe"
TITLE = "邮件订阅"
NAMES = ("address", *Wish.model_fields)
LEFT = "已取消全部订阅"
#: What is said of a slip of no use: to confirm, and to manage or to leave.
SPENT = (
    "这个链接不完整、已经过期（有效期 48 小时），或者这项订阅已经取消。请从邮件里重新打开完整的网址，或者再申请一次。"
)
BROKEN = "这个链接不完整。请打开任意一封订阅邮件，从邮件末尾重新打开完整的网址；每一封里的都可以用。"
#: The days by their number, 1 is Monday.
DAYS = dict(enumerate("一二三四五六日", 1))


async def form(request: web.Request) -> web.Response:
    """The form, as the address may have filled it in; where mail is not offered, where else news can be had."""
    return await _form(request, {name: request.query.get(name, "") for name in ("column", "issuer", "theme")}, {})


async def ask(request: web.Request) -> web.Response:
    """Take the form. The answer says the same of every address."""
    if request.app[HUB].mail is None:
        return _absent(request)
    typed = await _typed(request)
    try:
        await subscribing.ask(request.app[HUB], typed, place=request[limits.ASKER])
    except HubError as error:
        if error.code is not ErrorCode.INVALID:
            raise
        return await _form(request, typed, error.fields)
    return show(request, "subscribe_asked.html", "请到邮箱确认", headers=SECRET, address=typed["address"].strip())


async def look(request: web.Request) -> web.Response:
    """What a confirmation would confirm, and its button; of what is confirmed already, that it is."""
    found = await subscribing.find(request.app[HUB], _slip(request))
    if found is None:
        return _useless(request, SPENT)
    if found.confirmed_at:
        return _told(request, "subscribe_confirmed.html", "已经订阅", one=found)
    return _told(request, "subscribe_confirm.html", "确认订阅", one=found)


async def confirm(request: web.Request) -> web.Response:
    found = await subscribing.confirm(request.app[HUB], _slip(request))
    if found is None:
        return _useless(request, SPENT)
    return _told(request, "subscribe_confirmed.html", "订阅成功", one=found)


async def manage(request: web.Request) -> web.Response:
    """What somebody has subscribed to, each with its end."""
    found = await subscribing.mine(request.app[HUB], _slip(request))
    if found is None:
        return _useless(request, BROKEN)
    return _told(request, "subscribe_manage.html", "我的订阅", found=found, ended=False)


async def change(request: web.Request) -> web.Response:
    """End the one that is named, or all where none is."""
    slip, number = _slip(request), (await _typed(request)).get("subscription", "")
    if number and not (number.isascii() and number.isdigit() and len(number) <= 15):  # noqa: PLR2004 - our numbers fit
        return _useless(request, BROKEN)
    if not await subscribing.end(request.app[HUB], slip, int(number) if number else None):
        return _useless(request, BROKEN)
    found = await subscribing.mine(request.app[HUB], slip)
    if not found:
        return show(request, "subscribe_left.html", LEFT, headers=SECRET)
    # A title of its own: it is what a screen reader says first.
    return _told(request, "subscribe_manage.html", "已取消这一项", found=found, ended=True)


async def ask_to_leave(request: web.Request) -> web.Response:
    """The button, for whoever follows the mailbox's link by hand; and the way to end some of them only."""
    if await subscribing.mine(request.app[HUB], _slip(request)) is None:
        return _useless(request, BROKEN)
    return show(request, "subscribe_leave.html", "取消订阅", headers=SECRET, slip=_slip(request))


async def leave(request: web.Request) -> web.Response:
    """End all, whatever the body says: mailboxes send `List-Unsubscribe=One-Click` (RFC 8058)."""
    if not await subscribing.end(request.app[HUB], _slip(request)):
        return _useless(request, BROKEN)
    return show(request, "subscribe_left.html", LEFT, headers=SECRET)


async def _form(request: web.Request, typed: Mapping[str, str], wrong: Mapping[str, str]) -> web.Response:
    hub = request.app[HUB]
    if hub.mail is None:
        return _absent(request)
    fields: dict[str, Any] = {
        "typed": {**dict.fromkeys(NAMES, ""), "frequency": Frequency.DAILY, **typed},
        "wrong": wrong,
    }
    fields |= {"offered": await subscribing.choices(hub), "frequencies": list(Frequency), "when": _when(hub.mail)}
    if wrong:
        # The title says so: it is what a screen reader says first.
        return show(request, "subscribe.html", f"还没有提交：{TITLE}", status=422, headers=SECRET, **fields)
    return show(request, "subscribe.html", TITLE, headers=OPEN, canonical=_canonical(request), **fields)


def _when(terms: Terms | None) -> dict[Frequency, str]:
    """When each leaves, in words. Nothing leaves where mail is switched off: then there is no hour to tell."""
    if terms is None:
        return dict.fromkeys(Frequency, "")
    return {
        Frequency.AT_ONCE: "文件正式发布后即发",
        Frequency.DAILY: f"每天 {terms.hour} 时（北京时间），没有更新不发",
        Frequency.WEEKLY: f"每周{DAYS[terms.weekday]} {terms.hour} 时（北京时间），没有更新不发",
    }


def _told(request: web.Request, template: str, title: str, **fields: Any) -> web.Response:
    """A page about subscriptions that there are."""
    names = {code: one.name for code, one in columns.COLUMNS.items()}
    when = _when(request.app[HUB].mail)
    return show(request, template, title, headers=SECRET, names=names, when=when, **fields)


def _absent(request: web.Request) -> web.Response:
    return show(request, "subscribe_absent.html", TITLE, canonical=_canonical(request))


def _canonical(request: web.Request) -> str:
    """Where searchers find the form: only as it stands before anybody has filled it in."""
    return PATH if request.method == hdrs.METH_GET and not request.query_string else ""


def _useless(request: web.Request, why: str) -> web.Response:
    return show(request, "subscribe_useless.html", "链接不能使用", status=404, headers=SECRET, why=why)


def _slip(request: web.Request) -> str:
    return request.query.get("t", "")


async def _typed(request: web.Request) -> dict[str, str]:
    """The form's fields; a file is none. Raises HubError(UNREADABLE)."""
    if (request.content_length or 0) > MAX_BODY or request.content_type not in MEDIA:
        raise HubError(ErrorCode.UNREADABLE, detail="不是本页的表单")
    try:
        posted = await request.post()
    except (ValueError, LookupError, RuntimeError, AssertionError, BadHttpMessage, web.RequestPayloadError) as error:
        raise HubError(ErrorCode.UNREADABLE, detail="表单不完整") from error
    return {name: value for name, value in posted.items() if isinstance(value, str)}


def routes() -> list[web.RouteDef]:
    return [
        web.get(PATH, form),
        web.post(PATH, ask),
        web.get("/subscribe/confirm", look),
        web.post("/subscribe/confirm", confirm),
        web.get("/subscribe/manage", manage),
        web.post("/subscribe/manage", change),
        web.get("/subscribe/leave", ask_to_leave),
        web.post("/subscribe/leave", leave),
    ]
