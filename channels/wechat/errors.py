"""The one table from the platform's error codes to what is done next. Nothing else here knows a code's meaning.

Codes: developers.weixin.qq.com, 全局返回码 and the pages of each call; reactions are ours.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from channels import contract
from schemas.delivery import Reaction
from schemas.entry import BEIJING

#: A token that has run out or been replaced: fetched again before anybody is told.
STALE_TOKEN = frozenset({40001, 40014, 42001})
GONE = "40007"  #: the media_id is not (any more) the account's
NO_ARTICLE = "53600"  #: the article_id is not (any more) the account's
NO_SENDS = "45028"  #: the mass sends of the day, or of the month, are used up
SENT_BEFORE = 45065  #: the same clientmsgid was taken before; the answer has the msg_id of then


class Use(Enum):
    """What a call does, which decides what an answer that never came means."""

    READ = auto()  #: changes nothing, or nothing that matters when doubled: repeated freely
    WRITE = auto()  #: may have been carried out: asked about before it is repeated


@dataclass(frozen=True)
class Row:
    """`written`: the reaction when the call was a write, where it differs."""

    reaction: Reaction
    words: str
    retry_after_seconds: float | None = None
    written: Reaction | None = None


_CREDENTIALS = Row(Reaction.CREDENTIALS, "公众号凭据被拒绝，请核对 AppSecret 后重新填写")
_APP = Row(Reaction.CREDENTIALS, "AppID 或 AppSecret 不正确，请到公众平台核对")
_FROZEN = Row(Reaction.CREDENTIALS, "AppSecret 或账号已被冻结，请到公众平台处理")
_BUSY = Row(Reaction.RETRY, "微信系统繁忙", written=Reaction.ASK)
_IMAGE = Row(Reaction.CONTENT, "图片的格式或大小不符合微信要求，请更换图片")
_BUG = Row(Reaction.BUG, "向微信提交的请求有误，请联系系统管理员")
_CONTENT = Row(Reaction.CONTENT, "图文内容不符合微信要求，请修改")
_RIGHTS = Row(Reaction.CONFIGURATION, "公众号没有此项权限，请到公众平台处理")
_PUBLISH = Row(Reaction.CONTENT, "草稿未通过发布检查，请到公众平台查看原因")

_CONFIRM = Row(Reaction.RETRY, "等待公众号管理员在微信中确认群发（30 分钟内有效）", 60.0, written=Reaction.ASK)

TABLE: dict[int, Row] = {
    -1: _BUSY,
    268487001: _BUSY,
    268487002: _BUSY,
    268488001: _BUSY,
    **dict.fromkeys(STALE_TOKEN, _CREDENTIALS),
    **dict.fromkeys((40002, 40013, 40125, 41002, 41004), _APP),
    **dict.fromkeys((40243, 50004, 50007), _FROZEN),
    **dict.fromkeys((40004, 40005, 40006, 40009, 40137, 45001), _IMAGE),
    **dict.fromkeys((40033, 40035, 40038, 40114, 41001, 43001, 43002, 44002, 45103, 47001, 53502), _BUG),
    **dict.fromkeys((40008, 40059, 40060, 40130, 40132, 40152, 45067), _BUG),
    **dict.fromkeys((44003, 45008, 45166, 45062, 48021, 48022, 53404, 53405, 53406, 87014), _CONTENT),
    **dict.fromkeys((45113, 48003, 48004, 48006, 48008, 50001, 50002, 53500), _RIGHTS),
    **dict.fromkeys((53503, 53504, 53505), _PUBLISH),
    40007: Row(Reaction.ASK, "素材或草稿已不存在"),
    # Of a call whose path is right, as one before has shown, it means an address in the text.
    40066: Row(Reaction.BUG, "微信不接受这个网址：正文含公众号文章链接的请核对链接", written=Reaction.CONTENT),
    40164: Row(Reaction.CONFIGURATION, "服务器地址不在公众号的 IP 白名单内，请加入白名单", 600.0),
    45035: Row(Reaction.CONFIGURATION, "服务器地址没有登记，请到公众平台登记"),
    61004: Row(Reaction.CONFIGURATION, "服务器地址没有登记，请到公众平台登记"),
    89503: Row(Reaction.CONFIGURATION, "本次调用须由公众号管理员在微信中确认", 600.0),
    89507: Row(Reaction.CONFIGURATION, "公众号管理员拒绝了本次调用，一小时后方可再试", 3_600.0),
    89506: Row(Reaction.CONFIGURATION, "公众号管理员多次拒绝调用，二十四小时后方可再试", 86_400.0),
    41039: Row(Reaction.CONTENT, "“阅读原文”地址不符合微信要求"),
    45002: Row(Reaction.CONTENT, "正文超过微信的长度上限，请精简"),
    45003: Row(Reaction.CONTENT, "标题超过微信的长度上限，请缩短"),
    45004: Row(Reaction.CONTENT, "摘要超过微信的长度上限，请缩短"),
    45005: Row(Reaction.CONTENT, "链接超过微信的长度上限"),
    40065: Row(Reaction.CONFIGURATION, "这次群发现在不能删除，请到公众平台处理"),
    40204: Row(Reaction.CONFIGURATION, "这类消息不能由接口删除，请到公众平台处理"),
    41040: Row(Reaction.CONTENT, "原创校验未通过，不能群发"),
    45028: Row(Reaction.QUOTA, "公众号的群发次数已用完"),
    45065: Row(Reaction.ASK, "同一次群发已经提交过"),
    45066: Row(Reaction.RETRY, "同一次群发刚刚提交过", 60.0, written=Reaction.ASK),
    89504: _CONFIRM,
    89505: _CONFIRM,
    45110: Row(Reaction.CONFIGURATION, "作者名超过微信的长度上限，请在渠道设置中缩短"),
    45009: Row(Reaction.QUOTA, "微信接口当日调用次数已用完"),
    45011: Row(Reaction.RETRY, "微信接口调用过快", 75.0),
    42010: Row(Reaction.RETRY, "微信接口调用过快", 75.0),
    48001: Row(Reaction.CONFIGURATION, "公众号没有发布接口的权限：账号须经认证，并在公众平台开通"),
    53501: Row(Reaction.QUOTA, "发布过于频繁，微信要求稍后再试", 600.0),
    53600: Row(Reaction.ASK, "微信没有这篇文章"),
    88000: Row(Reaction.CONTENT, "公众号没有留言功能的权限"),
}
#: What only stands in the way of mass sends: the other way stays open.
OF_MASS = frozenset({45028, 45066, 48003, 48008, 89504, 89505})
_UNKNOWN = Row(Reaction.RETRY, "微信返回了未知错误", 60.0, written=Reaction.ASK)

#: `publish_status` of freepublish/get and of the event, except 0 (done) and 1 (in progress).
STATUS = {
    2: "原创校验未通过",
    3: "发布失败，微信没有说明原因",
    4: "平台审核未通过",
    5: "发布后已被公众号运营者删除",
    6: "发布后已被平台封禁",
}

#: `Status` of MASSSENDJOBFINISH, `err(…)`, where it is not "send success" or "send fail".
SENT = {
    10001: "涉嫌广告",
    20001: "涉嫌政治",
    20002: "涉嫌色情",
    20004: "涉嫌社会",
    20006: "涉嫌违法犯罪",
    20008: "涉嫌欺诈",
    20013: "涉嫌版权",
    21000: "涉嫌其他",
    22000: "涉嫌互推",
    30001: "原创校验系统出错",
    30002: "原创校验不通过，不能群发",
    30003: "被判定为转载，且设置为转载时不群发",
    40001: "公众号管理员拒绝了这次群发",
    40002: "公众号管理员在 30 分钟内没有确认，群发已作废",
}
#: Those that say nothing against the text: it may go again as it is.
UNCONFIRMED = frozenset({40001, 40002})

_ADDRESS = re.compile(r"invalid ip ([0-9a-fA-F:.]{3,45})")
_STATUS = re.compile(r"err\((\d{1,9})\)")
#: Beijing time at which a new day's quota is taken to be open (the hour of the reset is not documented).
_NEW_DAY = timedelta(minutes=10)


def refused(code: int, message: str, *, use: Use, now: datetime) -> contract.ChannelError:
    """Return the error for an errcode. `message` is the platform's own, already without secrets."""
    row = TABLE.get(code, _UNKNOWN)
    reaction = row.written if use is Use.WRITE and row.written else row.reaction
    wait = row.retry_after_seconds
    if reaction is Reaction.QUOTA and wait is None:
        wait = seconds_to_new_day(now)
    found = _ADDRESS.search(message) if code == 40164 else None  # noqa: PLR2004 - the code is its own name
    place = f"（{found[1]}）" if found else ""
    detail = f"{row.words}{place}。微信原文：{message[:200]}"
    is_own = code in OF_MASS
    return contract.ChannelError(reaction, str(code), detail, retry_after_seconds=wait, is_own=is_own)


def unanswered(why: str, *, use: Use, left: bool) -> contract.ChannelError:
    """Return the error for an answer that never came or could not be read.

    A write that may have left is asked about; one that found no connection certainly was not carried out.
    """
    reaction = Reaction.ASK if use is Use.WRITE and left else Reaction.RETRY
    return contract.ChannelError(reaction, "no_answer", f"微信没有给出可用的应答（{why}）")


def unpublished(status: int, indexes: tuple[int, ...]) -> contract.ChannelError:
    """Return the error for a publication that ended badly. `indexes` are the articles meant, from 1."""
    which = f"（第 {'、'.join(map(str, indexes))} 篇）" if indexes else ""
    words = STATUS.get(status, "发布结果无法识别")
    return contract.ChannelError(Reaction.CONTENT, f"publish_status_{status}", f"{words}{which}，请到公众平台查看")


def unsent(status: str, reprints: tuple[int, ...]) -> contract.ChannelError:
    """Return the error for a mass send that came to nothing. `reprints`: the articles taken for somebody else's."""
    number = _STATUS.fullmatch(status)
    code = int(number[1]) if number else 0
    which = f"（第 {'、'.join(map(str, reprints))} 篇）" if reprints else ""
    words = SENT.get(code, "微信没有说明原因")
    if code in UNCONFIRMED:
        return contract.ChannelError(Reaction.DECLINED, f"err_{code}", f"{words}，没有发出")
    detail = f"群发失败：{words}{which}，请到公众平台查看"
    return contract.ChannelError(Reaction.CONTENT, f"err_{code}" if code else "send_fail", detail)


def seconds_to_new_day(now: datetime) -> float:
    """Seconds until 00:10 of the next day in Beijing."""
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return opening(midnight + timedelta(days=1), now)


def opening(at: datetime, now: datetime) -> float:
    """Seconds until a quota that starts again then is taken to be open."""
    return (at + _NEW_DAY - now).total_seconds()
