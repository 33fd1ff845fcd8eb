"""The one error table: everything that can be told to a person who asked for something impossible."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable codes; programs may rely on them. Each has its HTTP status and its Chinese words in `TABLE`."""

    INVALID = "invalid"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    REUSED_KEY = "reused_key"
    PRECONDITION = "precondition"
    STATE = "state"
    OWN_WORK = "own_work"
    SECOND_LEVEL = "second_level"
    REVIEWED_ALREADY = "reviewed_already"
    OUT_OF_ORDER = "out_of_order"
    NOT_REVIEWED = "not_reviewed"
    EDITED_SINCE = "edited_since"
    NOT_OPEN = "not_open"
    CLASSIFIED = "classified"
    BLOCKED = "blocked"
    NO_CHANNEL = "no_channel"
    PUBLISHED_ALREADY = "published_already"
    TOO_LATE = "too_late"
    INTAKE = "intake"
    SETTINGS = "settings"
    STORE = "store"
    LISTEN = "listen"
    LOG_KEY = "log_key"
    UNSIGNED = "unsigned"
    FOLDER = "folder"
    FILE = "file"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


#: code → (HTTP status, what to tell the person: what is wrong, then what to do).
TABLE: dict[ErrorCode, tuple[int, str]] = {
    ErrorCode.INVALID: (422, "填写的内容不符合要求：{detail}。请修改后重新提交。"),
    ErrorCode.TOO_LARGE: (413, "内容超过上限（{limit}）。请压缩或拆分后重新提交。"),
    ErrorCode.UNREADABLE: (400, "无法读取提交的内容：{detail}。请检查格式后重新提交。"),
    ErrorCode.UNAUTHENTICATED: (401, "尚未登录或访问令牌无效。请重新登录，或向管理员申请新的令牌。"),
    ErrorCode.FORBIDDEN: (403, "您没有“{duty}”职责，不能进行此操作。如确需办理，请联系管理员。"),
    ErrorCode.NOT_FOUND: (404, "没有找到{what}。请核对编号。"),
    ErrorCode.CONFLICT: (409, "这份内容刚刚被他人修改过，您的修改没有保存。请刷新后对照最新内容再改。"),
    ErrorCode.REUSED_KEY: (422, "同一个 Idempotency-Key 已用于另一份内容。请更换后重新提交。"),
    ErrorCode.PRECONDITION: (428, "请求缺少 {header}。请先读取最新内容，再带上它提交。"),
    ErrorCode.STATE: (409, "当前状态为“{state}”，不能进行此操作。{advice}"),
    ErrorCode.OWN_WORK: (403, "您参与过这份文件的起草或修改，不能审核自己的稿件。请由他人审核。"),
    ErrorCode.SECOND_LEVEL: (403, "您已审核过这份文件的其他环节，同一人不能承担两级审核。请由他人审核。"),
    ErrorCode.REVIEWED_ALREADY: (409, "“{level}”已有结论，无须重复审核。"),
    ErrorCode.OUT_OF_ORDER: (409, "“{level}”须在“{before}”通过之后进行。请先完成前一环节。"),
    ErrorCode.NOT_REVIEWED: (409, "尚未完成全部审核，缺少：{levels}。未经审核不得发布。"),
    ErrorCode.EDITED_SINCE: (409, "审核通过之后内容又有修改，原审核已失效。请重新提交审核。"),
    ErrorCode.NOT_OPEN: (409, "公开属性为“{disclosure}”，不得通过任何渠道发布。"),
    ErrorCode.CLASSIFIED: (409, "文件带有“{mark}”标志，不得通过任何渠道发布。请立即停止传输并向保密工作机构报告。"),
    ErrorCode.BLOCKED: (409, "发布前检查未通过：{findings}"),
    ErrorCode.NO_CHANNEL: (409, "没有名为“{channel}”的渠道，或该渠道未启用。请核对渠道设置。"),
    ErrorCode.PUBLISHED_ALREADY: (409, "第 {edition} 版已交付发布，无须重复操作。如需更正，请修改后重新审核。"),
    ErrorCode.TOO_LATE: (422, "计划发布时间 {planned} 已过。正式发布时间不得倒签，请选择“立即发布”或将来的时间。"),
    ErrorCode.INTAKE: (422, "{detail}"),
    ErrorCode.SETTINGS: (422, "设置有误：{detail}。请按提示改正设置后重新运行。"),
    ErrorCode.STORE: (503, "数据库不可用：{detail}。"),
    ErrorCode.LISTEN: (503, "无法监听 {listen}：{why}，请换一个端口或地址。"),
    ErrorCode.LOG_KEY: (503, "发布日志的签名密钥不可用：{detail}。{advice}"),
    ErrorCode.UNSIGNED: (
        503,
        "发布日志还没有签过名。签名由投递进程完成，请先运行 gongbu up 或 gongbu worker，启动一两秒后重试。",
    ),
    ErrorCode.FOLDER: (409, "不能使用目录 {directory}：{why}。请另选一个目录。"),
    ErrorCode.FILE: (422, "无法读写 {path}：{why}。请核对路径、权限和磁盘空间。"),
    ErrorCode.UNAVAILABLE: (503, "系统暂时不可用：{detail}。内容没有丢失，请稍后重试。"),
    ErrorCode.INTERNAL: (500, "系统内部出错，内容没有丢失。请稍后重试；如仍出现，请把编号 {request} 告诉管理员。"),
}


class HubError(Exception):
    """A person asked for something impossible. `fields` names the offending ones, each with its own words."""

    def __init__(self, code: ErrorCode, /, *, fields: dict[str, str] | None = None, **values: object) -> None:
        self.code = code
        self.status, words = TABLE[code]
        self.message = words.format(**values)
        self.fields = fields or {}
        super().__init__(self.message)
