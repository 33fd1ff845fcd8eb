"""What `gongbu check` thinks of what it sees: pure judgements, and two short looks at clock and log."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from channels.broken import Broken
from channels.contract import Channel, Lacking
from hub.app import House
from hub.core.circuit import opens_at
from hub.log import checkpoint
from hub.site import SiteSettings
from hub.store import engine, log, tenants
from schemas import footer
from schemas.circuit import Circuit
from schemas.entry import stamp
from schemas.office import Reachable

MAX_SKEW_SECONDS = 2.0
#: A worker signs every second; an entry that waits so long has nobody who signs.
MAX_UNSIGNED_SECONDS = 10.0
CODE_LENGTH = 10


class Grade(StrEnum):
    """How bad it is."""

    WRONG = "wrong"  #: something does not work: the command fails
    CAUTION = "caution"  #: it works, and somebody should know


@dataclass(frozen=True)
class Finding:
    """One thing to act on, with what to do."""

    grade: Grade
    code: str
    words: str

    def told(self) -> dict[str, Any]:
        return asdict(self)


def site(settings: SiteSettings) -> list[Finding]:
    """What a government site must carry and this one does not (国办发〔2017〕47号), one finding each."""
    told = []
    if not (settings.code.isdigit() and len(settings.code) == CODE_LENGTH):
        told.append("网站标识码没有填写或不是 10 位数字：请设置 [site] 的 code。")
    if settings.bureau == SiteSettings.model_fields["bureau"].default:
        told.append("主办单位没有填写：请设置 [site] 的 bureau。")
    filled = {label: value.strip() for label, value in settings.footer.items() if value.strip()}
    told += [words for one in footer.EXPECTED if (words := _lacks(one, filled))]
    return [Finding(Grade.CAUTION, "site", f"网页应标明的项目（国办发〔2017〕47号）：{words}") for words in told]


def _lacks(one: footer.Item, filled: Mapping[str, str]) -> str:
    """What to say of one entry of the footer; nothing when it is there."""
    values = [value for label, value in filled.items() if one.mark in label]
    if not values:
        return f'页脚没有“{one.name}”：请在 [site.footer] 中添加 "{one.name}" = "{one.example}"。'
    if one.is_address and not any(map(footer.WEB.fullmatch, values)):
        return f"页脚的“{one.name}”应当是可以打开的链接：请在 [site.footer] 中填写完整网址，如 {one.example}。"
    return ""


async def guide(store: AsyncEngine) -> list[Finding]:
    """What the public is not told of how to reach the units (条例 第十二条)."""
    async with store.connect() as connection:
        found = await tenants.reachable(connection)
    return unreached(found)


def unreached(offices: Sequence[Reachable]) -> list[Finding]:
    """What to say of these ways to reach the units."""
    if not offices:
        words = "网站的公开指南栏目没有公开工作机构的联系方式（条例第十二条）：请管理员在“管理—单位”中填写。"
        return [Finding(Grade.CAUTION, "guide", words)]
    told = [(one.name, "、".join(one.contact.missing)) for one in offices if one.contact.missing]
    words = "公开指南栏目的联系方式（条例第十二条）：{name}没有填写{labels}，确实没有的填“无”。"
    return [Finding(Grade.CAUTION, "guide", words.format(name=name, labels=labels)) for name, labels in told]


def secrets(names: list[str]) -> list[Finding]:
    """What to say of channel secrets that stand in the settings themselves."""
    if not names:
        return []
    words = f"密钥写成了原文：{'、'.join(names)}。请改为 env:变量名 或 file:路径，并更换已经写出来的密钥。"
    return [Finding(Grade.CAUTION, "secret_in_clear", words)]


async def clock(store: AsyncEngine) -> tuple[float, list[Finding]]:
    """How far this machine's clock is from the store's, in seconds, and what to say of it."""
    async with store.connect() as connection:
        before = datetime.now(UTC)
        there = await engine.now(connection)
        after = datetime.now(UTC)
    # The store's moment lies somewhere between the two.
    skew = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    return round(skew, 3), skewed(skew)


def skewed(seconds: float) -> list[Finding]:
    """What to say of clocks that differ by so much."""
    if seconds <= MAX_SKEW_SECONDS:
        return []
    words = f"本机与数据库服务器的时钟相差 {seconds:.1f} 秒。正式发布时间取自数据库服务器，请检查两边的时间同步。"
    return [Finding(Grade.CAUTION, "clock", words)]


async def log_signed(house: House) -> tuple[dict[str, Any], list[Finding]]:
    """How much of the log is signed, and what to say of it."""
    async with house.engine.connect() as connection:
        size, newest = await log.size(connection), await log.checkpoint(connection)
        bodies = [body async for body in log.entries(connection, size - 1, size)]
        now = await engine.now(connection)
    signed = newest.size if newest else 0
    written_at = datetime.fromisoformat(json.loads(bodies[0])["at"]) if bodies else now
    age = (now - written_at).total_seconds() if signed < size else 0.0
    guarded = await asyncio.to_thread(guard, house.settings.data_dir / "log.guard")
    told = {"size": size, "signed": signed, "unsigned_seconds": round(age, 1), "guarded": guarded}
    return told, unsigned(size, signed, age=age, guarded=guarded)


def guard(path: Path) -> int:
    """How many entries this machine has signed, as its guard says; 0 without one or when it cannot be read."""
    try:
        return checkpoint.parse(path.read_text("utf-8").partition("\n\n")[0] + "\n").size
    except (OSError, ValueError):
        return 0


def unsigned(size: int, signed: int, *, age: float, guarded: int) -> list[Finding]:
    """What to say of a log of this size, of which so much is signed; `age` is the newest entry's, in seconds."""
    if guarded > size:
        words = (
            f"数据库里的日志只有 {size} 条，本机却已签过 {guarded} 条：可能恢复了旧备份，签名已停止，什么也发不出去。"
            "请找更新的备份，不要删除 log.guard。"
        )
        return [Finding(Grade.WRONG, "log_fork", words)]
    if signed == size or age <= MAX_UNSIGNED_SECONDS:
        return []
    if not signed:
        words = "发布日志还没有签过名：投递进程还没有运行过。请运行 gongbu up 或 gongbu worker。"
        return [Finding(Grade.CAUTION, "unsigned", words)]
    words = (
        f"最新的日志条目已有 {age:.0f} 秒没有签名（共 {size} 条，已签 {signed} 条）：投递进程没有运行，或签名已停止，"
        "什么也发不出去。请启动投递进程；已在运行的，请查看运行记录中的 log.fork、log.unsigned。"
    )
    return [Finding(Grade.WRONG, "unsigned", words)]


def lacks(name: str, channel_: Channel) -> list[Finding]:
    """What a channel's settings ask of this machine in vain."""
    told = channel_.lacks() if isinstance(channel_, Lacking) else []
    grade = Grade.WRONG if isinstance(channel_, Broken) else Grade.CAUTION
    return [Finding(grade, "lacking", f"渠道 {name}：{words}") for words in told]


def channel(circuit: Circuit, now: datetime) -> list[Finding]:
    """What to say of a channel that nothing is sent to now."""
    if circuit.paused_at:
        why = f"（{circuit.paused_why}）" if circuit.paused_why else ""
        words = f"渠道 {circuit.channel} 自 {stamp(circuit.paused_at)} 起暂停{why}，须有人恢复。"
        return [Finding(Grade.CAUTION, "paused", words)]
    opens = opens_at(circuit, now)
    if opens is None:
        return []
    why = f"：{circuit.trouble.detail}" if circuit.trouble else ""
    words = f"渠道 {circuit.channel} 暂不投递，{stamp(opens)} 再试{why}"
    return [Finding(Grade.CAUTION, "channel", words)]
