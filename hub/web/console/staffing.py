"""管理：人员. Who works here, with which duties, and how they get in."""

import secrets
from typing import Annotated, Any

from pydantic import Field

from hub.commands import people, second_factors, sessions, single_sign_on, tokens
from hub.store import offices, tenants
from hub.store import people as stored
from hub.web.console import hands
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Frozen, Line
from schemas.words import word

ADMIN = Duty.ADMINISTRATOR
LOGIN = "{login:[a-z][a-z0-9._-]{1,31}}"
#: Two lines of random letters: shown once, and the person must choose another at once.
GIVEN_BYTES = 9
#: Duties that one person should not hold together, because the rules would keep them apart on every release.
TOGETHER = (Duty.EDITOR, Duty.FIRST_REVIEWER, Duty.SECOND_REVIEWER, Duty.SECRECY_REVIEWER, Duty.SIGNER)


class Hire(Frozen):
    """A new account."""

    login: str
    name: Line
    unit: Line
    duties: Annotated[tuple[Duty, ...], Field(min_length=1)]


async def show_all(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        everybody = await stored.every(connection)
        units = [unit.name for unit in await offices.units(connection) if not unit.is_closed]
    covered = {duty: [p for p in everybody if duty in p.duties and not p.disabled_at] for duty in Duty}
    values = {"everybody": everybody, "units": units, "duties": _duties(), "covered": covered}
    return Page("people.html", values)


async def hire(visit: Visit) -> Answer:
    _require_fresh(visit)
    form = visit.posted.filled(Hire)
    password = secrets.token_urlsafe(GIVEN_BYTES)
    person = await people.add(
        visit.hub,
        visit.person,
        login=form.login.strip().lower(),
        name=form.name,
        unit=form.unit,
        duties=form.duties,
        password=password,
    )
    return Page("given.html", {"one": person, "password": password})


async def show_one(visit: Visit) -> Page:
    one = await _found(visit)
    owned = await second_factors.owned(visit.hub, one)
    live = await sessions.listed(visit.hub, one)
    async with visit.hub.engine.connect() as connection:
        units = [unit.name for unit in await offices.units(connection) if not unit.is_closed]
        acts_for = [member.unit for member in await tenants.belonging(connection, one.id)]
    known = {"duties": _duties(), "together": TOGETHER, "units": units, "acts_for": acts_for}
    return Page("person.html", {"one": one, "owned": owned, "live": live, **known, **await hands.told(visit, one)})


async def set_duties(visit: Visit) -> Answer:
    one = await _trusted(visit)
    known = {duty.value: duty for duty in Duty}
    wanted = [known[name] for name in visit.posted.every("duties") if name in known]
    await people.set_duties(visit.hub, visit.person, one.login, wanted)
    return Moved(_place(one), said=f"{one.name}的职责已更改，现在起生效。")


async def move(visit: Visit) -> Answer:
    one = await _trusted(visit)
    moved = await people.move(visit.hub, visit.person, one.login, visit.posted.get("unit"))
    return Moved(_place(one), said=f"{one.name}现属{moved.unit}。已写的文件仍属原单位。")


async def give_password(visit: Visit) -> Answer:
    one = await _trusted(visit)
    password = secrets.token_urlsafe(GIVEN_BYTES)
    await people.set_password(visit.hub, visit.person, one.login, password)
    return Page("given.html", {"one": one, "password": password})


async def act(visit: Visit) -> Answer:
    """One of the acts that need nothing but the person."""
    one, what = await _trusted(visit), visit.names["what"]
    acts, said = _ACTS[what]
    await acts(visit.hub, visit.person, one.login)
    return Moved(_place(one), said=f"{one.name}：{said}。")


async def give_token(visit: Visit) -> Answer:
    one = await _trusted(visit)
    token = await tokens.issue(visit.hub, visit.person, one.login, label=visit.posted.get("label"))
    return Page("given.html", {"one": one, "password": token})


async def revoke_token(visit: Visit) -> Answer:
    one = await _found(visit)
    await tokens.revoke(visit.hub, visit.person, one.login, visit.posted.get("token"))
    return Moved(_place(one), said=f"{one.name}的该令牌已吊销，使用它的程序不能再访问。")


_ACTS: dict[str, tuple[Any, str]] = {
    "disable": (people.disable, "账号已停用，登录和令牌全部失效"),
    "enable": (people.enable, "账号已恢复"),
    "unlock": (people.unlock, "登录限制已解除"),
    "factors": (second_factors.reset, "第二重验证已清除"),
    "sessions": (sessions.end_of, "全部登录已退出"),
    "single": (single_sign_on.unbind, "单点登录绑定已解除"),
}


def _duties() -> list[tuple[str, str, str]]:
    return [(duty.value, word(duty), _ABOUT[duty]) for duty in Duty]


_ABOUT = {
    Duty.EDITOR: "起草、修改、提交审核；不能审核自己写过的稿件",
    Duty.FIRST_REVIEWER: "初审",
    Duty.SECOND_REVIEWER: "复审",
    Duty.SIGNER: "终审签发；确认撤回、废止等",
    Duty.SECRECY_REVIEWER: "保密审查",
    Duty.RECEIVER: "代本单位签收送达的文件",
    Duty.PUBLISHER: "审核通过后发布，处理投递和渠道",
    Duty.AUDITOR: "查看一切，不能改动",
    Duty.ADMINISTRATOR: "管理人员、渠道和词库，不接触内容",
}


async def _trusted(visit: Visit) -> Person:
    """The person, for an act that gives power away: who acts has proved a moment ago who they are."""
    _require_fresh(visit)
    return await _found(visit)


def _require_fresh(visit: Visit) -> None:
    assert visit.session is not None  # noqa: S101 - these rooms are not open
    sessions.require_fresh(visit.session)


async def _found(visit: Visit) -> Person:
    async with visit.hub.engine.connect() as connection:
        one = await stored.find(connection, login=visit.names["login"])
    if one is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {visit.names['login']}")
    return one


def _place(one: Person) -> str:
    return f"/admin/people/{one.login}"


_ONE = f"/admin/people/{LOGIN}"
ROOMS = (
    *ways("/admin/people", show_all, hire, ADMIN),
    Room("GET", _ONE, show_one, frozenset({ADMIN})),
    Room("POST", f"{_ONE}/duties", set_duties, frozenset({ADMIN}), again=show_one),
    Room("POST", f"{_ONE}/unit", move, frozenset({ADMIN}), again=show_one),
    Room("POST", f"{_ONE}/password", give_password, frozenset({ADMIN}), again=show_one),
    Room("POST", f"{_ONE}/token", give_token, frozenset({ADMIN}), again=show_one),
    Room("POST", f"{_ONE}/token/revoke", revoke_token, frozenset({ADMIN}), again=show_one),
    Room("POST", f"{_ONE}/{{what:{'|'.join(_ACTS)}}}", act, frozenset({ADMIN}), again=show_one),
)
