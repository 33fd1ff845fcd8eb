"""The one error table: everything that can be told to a person who asked for something impossible."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable codes; programs may rely on them. Each has its HTTP status and its Chinese words in `TABLE`."""

    INVALID = "invalid"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNAUTHENTICATED = "unauthenticated"
    WRONG_SIGN_IN = "wrong_sign_in"
    LOCKED_OUT = "locked_out"
    TOO_MANY = "too_many"
    SECOND_FACTOR = "second_factor"
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"
    SIGN_IN_AGAIN = "sign_in_again"
    PROVE_AGAIN = "prove_again"
    STALE_FORM = "stale_form"
    FORBIDDEN = "forbidden"
    ISSUED_BY_OTHERS = "issued_by_others"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    REUSED_KEY = "reused_key"
    PRECONDITION = "precondition"
    STATE = "state"
    OWN_WORK = "own_work"
    SECOND_LEVEL = "second_level"
    REVIEWED_ALREADY = "reviewed_already"
    OUT_OF_ORDER = "out_of_order"
    ESCALATED = "escalated"
    NEWER_EDITION = "newer_edition"
    NOT_URGENT = "not_urgent"
    COUNTERSIGNED_LATER = "countersigned_later"
    LEAKS = "leaks"
    NOT_REVIEWED = "not_reviewed"
    EDITED_SINCE = "edited_since"
    CHANGED = "changed"
    NOT_OPEN = "not_open"
    CLASSIFIED = "classified"
    BLOCKED = "blocked"
    NO_CHANNEL = "no_channel"
    PUBLISHED_ALREADY = "published_already"
    TOO_LATE = "too_late"
    WITHDRAWN = "withdrawn"
    OWN_PROPOSAL = "own_proposal"
    INTAKE = "intake"
    SETTINGS = "settings"
    STORE = "store"
    LISTEN = "listen"
    LOG_KEY = "log_key"
    SECRET_KEY = "secret_key"  # noqa: S105 - a code
    BACKUP = "backup"
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
    ErrorCode.WRONG_SIGN_IN: (422, "账号或密码不正确，或者账号已停用。请核对后重试；忘记密码的，请联系管理员重设。"),
    ErrorCode.LOCKED_OUT: (429, "失败次数过多，暂停登录 {minutes} 分钟。请稍后再试；如非本人操作，请告知管理员。"),
    ErrorCode.TOO_MANY: (429, "近来的申请过多，这一次没有受理。请一小时后再试，或改用订阅源。"),
    ErrorCode.SECOND_FACTOR: (422, "验证没有通过：{detail}。请重试；设备遗失的，请使用恢复码或联系管理员。"),
    ErrorCode.PASSKEY: (422, "通行密钥没有通过验证：{detail}。请重试，或改用其他方式登录。"),
    ErrorCode.SINGLE_SIGN_ON: (422, "单点登录没有成功：{detail}。请重试，或使用账号密码登录。"),
    ErrorCode.SIGN_IN_AGAIN: (422, "这次登录已超过时限或已经用过。请从头登录。"),
    ErrorCode.PROVE_AGAIN: (403, "此操作关系账号安全，请先再次验证身份。"),
    ErrorCode.STALE_FORM: (403, "页面已过期，刚才的内容没有提交。请刷新页面后重试。"),
    ErrorCode.FORBIDDEN: (403, "您没有“{duty}”职责，不能进行此操作。如确需办理，请联系管理员。"),
    ErrorCode.ISSUED_BY_OTHERS: (
        403,
        "这个令牌由管理员代为签发，不能行使“{duty}”职责。请本人在工作端办理，或者在“本人账号”中签发令牌后改用那一个。",
    ),
    ErrorCode.NOT_FOUND: (404, "没有找到{what}。请核对编号。"),
    ErrorCode.CONFLICT: (409, "这份内容刚刚被他人修改过，您的修改没有保存。请刷新后对照最新内容再改。"),
    ErrorCode.REUSED_KEY: (422, "同一个 Idempotency-Key 已用于另一份内容。请更换后重新提交。"),
    ErrorCode.PRECONDITION: (428, "请求缺少 {header}。请先读取最新内容，再带上它提交。"),
    ErrorCode.STATE: (409, "当前状态为“{state}”，不能进行此操作。{advice}"),
    ErrorCode.OWN_WORK: (403, "您（或授权您代办的人）参与过这份文件的起草或修改，不能审核自己的稿件。请由他人审核。"),
    ErrorCode.SECOND_LEVEL: (
        403,
        "您（或授权您代办的人）已审核过这份文件的其他环节，同一人不能承担两级审核。请由他人审核。",
    ),
    ErrorCode.REVIEWED_ALREADY: (409, "“{level}”已有结论，无须重复审核。"),
    ErrorCode.OUT_OF_ORDER: (409, "“{level}”须在“{before}”通过之后进行。请先完成前一环节。"),
    ErrorCode.ESCALATED: (
        403,
        "您（或授权您代办的人）已就本版的“{level}”提请上级，不能再作结论。请由上级或其他审核人决定。",
    ),
    ErrorCode.NEWER_EDITION: (
        409,
        "您审的是第 {read} 版，现在已有第 {edition} 版，您的结论没有提交。请看第 {edition} 版改了什么，再作结论。",
    ),
    ErrorCode.NOT_URGENT: (409, "不能应急发布：{detail}。请按通常程序提交审核。"),
    ErrorCode.COUNTERSIGNED_LATER: (409, "这一版走应急发布，不经“{level}”，发布后再由“{level}”补签。请待发布后办理。"),
    ErrorCode.LEAKS: (
        409,
        "公开版本中仍有已决定删去的内容：{places}。请删除后重新提交；确可公开的，请从原件重新制作公开版本。",
    ),
    ErrorCode.NOT_REVIEWED: (409, "尚未完成全部审核，缺少：{levels}。未经审核不得发布。"),
    ErrorCode.EDITED_SINCE: (409, "审核通过之后内容又有修改，原审核已失效。请重新提交审核。"),
    ErrorCode.CHANGED: (409, "您核对之后情况有变化，没有发布：{detail}。请按现在的情况重新核对，再次确认。"),
    ErrorCode.NOT_OPEN: (409, "公开属性为“{disclosure}”，不得通过任何渠道发布。"),
    ErrorCode.CLASSIFIED: (409, "文件带有“{mark}”标志，不得通过任何渠道发布。请立即停止传输并向保密工作机构报告。"),
    ErrorCode.BLOCKED: (409, "发布前检查未通过：{findings}"),
    ErrorCode.NO_CHANNEL: (409, "没有名为“{channel}”的渠道，或该渠道未启用。请核对渠道设置。"),
    ErrorCode.PUBLISHED_ALREADY: (409, "第 {edition} 版已交付发布，无须重复操作。如需更正，请修改后重新审核。"),
    ErrorCode.TOO_LATE: (422, "计划发布时间 {planned} 已过。正式发布时间不得倒签，请选择“立即发布”或将来的时间。"),
    ErrorCode.WITHDRAWN: (409, "第 {edition} 版已经撤回，不得再次发布。如需重新公开，请修改后提交审核，以新版本发布。"),
    ErrorCode.OWN_PROPOSAL: (403, "这是您自己提出的，须由有权确认的另一人确认。"),
    ErrorCode.INTAKE: (422, "{detail}"),
    ErrorCode.SETTINGS: (422, "设置有误：{detail}。请按提示改正设置后重新运行。"),
    ErrorCode.STORE: (503, "数据库不可用：{detail}。"),
    ErrorCode.LISTEN: (503, "无法监听 {listen}：{why}，请换一个端口或地址。"),
    ErrorCode.LOG_KEY: (503, "发布日志的签名密钥不可用：{detail}。{advice}"),
    ErrorCode.SECRET_KEY: (503, "工作端的密钥文件不可用：{detail}。{advice}"),
    ErrorCode.BACKUP: (409, "备份或恢复没有进行：{detail}。{advice}"),
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
