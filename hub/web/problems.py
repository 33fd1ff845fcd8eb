"""What went wrong, told to programs: RFC 9457 problem+json. Shows nobody a trace, a statement or a secret."""

from typing import Any

from aiohttp import web

from hub.intake.errors import IntakeError
from schemas.errors import TABLE, ErrorCode, HubError
from schemas.release import Frozen

MEDIA = "application/problem+json"

#: code → its title; the same for every occurrence (RFC 9457, section 3.1.3).
TITLES: dict[ErrorCode, str] = {
    ErrorCode.INVALID: "填写内容不符合要求",
    ErrorCode.TOO_LARGE: "内容超过上限",
    ErrorCode.UNREADABLE: "无法读取提交的内容",
    ErrorCode.UNAUTHENTICATED: "尚未登录",
    ErrorCode.WRONG_SIGN_IN: "账号或密码不正确",
    ErrorCode.LOCKED_OUT: "暂停登录",
    ErrorCode.TOO_MANY: "申请过多",
    ErrorCode.SECOND_FACTOR: "验证没有通过",
    ErrorCode.PASSKEY: "通行密钥没有通过验证",
    ErrorCode.SINGLE_SIGN_ON: "单点登录没有成功",
    ErrorCode.SIGN_IN_AGAIN: "登录已超过时限",
    ErrorCode.PROVE_AGAIN: "请再次验证身份",
    ErrorCode.STALE_FORM: "页面已过期",
    ErrorCode.FORBIDDEN: "没有相应职责",
    ErrorCode.ISSUED_BY_OTHERS: "令牌由管理员代为签发",
    ErrorCode.NOT_FOUND: "没有找到",
    ErrorCode.CONFLICT: "内容已被他人修改",
    ErrorCode.REUSED_KEY: "幂等键已用于其他内容",
    ErrorCode.PRECONDITION: "缺少版本条件",
    ErrorCode.STATE: "当前状态不能进行此操作",
    ErrorCode.OWN_WORK: "不能审核自己的稿件",
    ErrorCode.SECOND_LEVEL: "不能承担两级审核",
    ErrorCode.REVIEWED_ALREADY: "已有审核结论",
    ErrorCode.OUT_OF_ORDER: "审核顺序不符",
    ErrorCode.ESCALATED: "已提请上级",
    ErrorCode.NEWER_EDITION: "已有更新的版本",
    ErrorCode.NOT_URGENT: "不能应急发布",
    ErrorCode.COUNTERSIGNED_LATER: "发布后补签",
    ErrorCode.LEAKS: "公开版本中有已删去的内容",
    ErrorCode.NOT_REVIEWED: "尚未完成审核",
    ErrorCode.EDITED_SINCE: "审核后内容有修改",
    ErrorCode.CHANGED: "核对后情况有变化",
    ErrorCode.NOT_OPEN: "公开属性不允许发布",
    ErrorCode.CLASSIFIED: "涉密文件不得发布",
    ErrorCode.BLOCKED: "发布前检查未通过",
    ErrorCode.NO_CHANNEL: "没有这个渠道",
    ErrorCode.PUBLISHED_ALREADY: "已交付发布",
    ErrorCode.TOO_LATE: "计划时间已过",
    ErrorCode.WITHDRAWN: "已经撤回",
    ErrorCode.OWN_PROPOSAL: "不能确认自己的提议",
    ErrorCode.INTAKE: "文件无法导入",
    ErrorCode.SETTINGS: "设置有误",
    ErrorCode.STORE: "数据库不可用",
    ErrorCode.LISTEN: "无法监听",
    ErrorCode.LOG_KEY: "日志密钥不可用",
    ErrorCode.BACKUP: "备份或恢复没有进行",
    ErrorCode.SECRET_KEY: "工作端密钥不可用",
    ErrorCode.UNSIGNED: "发布日志还没有签名",
    ErrorCode.FOLDER: "不能使用目录",
    ErrorCode.FILE: "无法读写文件",
    ErrorCode.UNAVAILABLE: "系统暂时不可用",
    ErrorCode.INTERNAL: "系统内部出错",
}


#: The title of a refusal that concerns any route and no error of the hub.
FOREIGN_ORIGIN = "请求来自其他网站"


class Problem(Frozen):
    """The body of every refusal. `code` is stable; `detail` is for people and may change."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str] | None = None  #: JSON pointer of each wrong field → what is wrong with it
    request_id: str


class OtherMethodError(Exception):
    """The path exists, but not with this method. `allowed` are those that it has."""

    def __init__(self, allowed: set[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(self.allowed)


class ForeignOriginError(Exception):
    """A browser sent the request on behalf of another site."""


class TooOftenError(Exception):
    """The asker comes too often. `seconds` until it may come again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"again in {seconds} s")


def answer(error: Exception, request_id: str) -> web.Response:
    """Return the response for anything that a handler can raise. What nobody foresaw is INTERNAL, without words."""
    if isinstance(error, OtherMethodError):
        allow = {"Allow": error.allowed}
        detail = f"可用的方法：{error.allowed}。"
        return _response(405, "method", "此地址不支持这种请求方法", detail, request_id, allow)
    if isinstance(error, ForeignOriginError):
        detail = "为安全起见，不接受其他网站代发的请求。"
        return _response(403, "foreign_origin", FOREIGN_ORIGIN, detail, request_id)
    if isinstance(error, TooOftenError):
        detail = f"来自您所在网络的请求过于频繁，请在 {error.seconds} 秒之后再试。"
        return _response(429, "too_often", "请求过于频繁", detail, request_id, {"Retry-After": str(error.seconds)})
    return _told(_sorted(error, request_id), request_id)


def _sorted(error: Exception, request_id: str) -> HubError:
    match error:
        case HubError():
            return error
        case IntakeError():
            return HubError(ErrorCode.INTAKE, detail=error.message)
        case web.HTTPNotFound():
            return HubError(ErrorCode.NOT_FOUND, what="这个地址")
        case web.HTTPException():
            return HubError(ErrorCode.UNREADABLE, detail="请求格式不正确")
        case _:
            return HubError(ErrorCode.INTERNAL, request=request_id)


def _told(error: HubError, request_id: str) -> web.Response:
    # RFC 6750, section 3: whoever is refused for want of a token is told which kind is meant.
    extra = {"WWW-Authenticate": 'Bearer realm="gongbu"'} if error.code is ErrorCode.UNAUTHENTICATED else {}
    if error.code is ErrorCode.UNAVAILABLE:
        extra = {"Retry-After": "2"}
    return _response(
        TABLE[error.code][0], error.code, TITLES[error.code], error.message, request_id, extra, fields=error.fields
    )


def _response(
    status: int,
    code: str,
    title: str,
    detail: str,
    request_id: str,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> web.Response:
    problem = Problem(
        type=f"urn:gongbu:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        fields=more.get("fields") or None,
        request_id=request_id,
    )
    body = problem.model_dump_json(exclude_none=True).encode()
    return web.Response(status=status, body=body, content_type=MEDIA, headers=headers)
