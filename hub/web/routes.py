"""The table of everything that the staff application serves. The OpenAPI document is made from it."""

from hub.web import (
    backfiles,
    behind,
    dispatches,
    events,
    ops,
    packages,
    preview,
    reading,
    redaction,
    reports,
    standing,
    steering,
    units,
    urgency,
    writing,
)
from hub.web.forms import (
    AnnotateForm,
    ConfirmForm,
    CountersignForm,
    DeclineForm,
    DeriveForm,
    DocumentText,
    HandedForm,
    LogPage,
    MetadataPatch,
    Nothing,
    Page,
    PauseForm,
    PostponeForm,
    PublishForm,
    ReviewForm,
    SettleForm,
    SubmitForm,
    UnitForm,
    WhyForm,
    WithdrawForm,
    YearPage,
)
from hub.web.route import Match, Route
from hub.web.shapes import (
    Acting,
    Backfiles,
    ChannelHealth,
    ChannelLines,
    DeliveryLines,
    DeliveryNow,
    Dispatches,
    EditionName,
    Findings,
    LogLines,
    Outlook,
    Passages,
    Preview,
    Publications,
    ReleaseLines,
    Removed,
    Saved,
    Standings,
    UnitLines,
    Urgencies,
)
from schemas.dispatch import Dispatch
from schemas.errors import ErrorCode as Code
from schemas.release import Metadata, Release
from schemas.report import Report, ReportName, Which
from schemas.standing import Standing, StandingKind
from schemas.urgency import Countersign

_ALL = "/api/v1/releases"
_ONE = _ALL + "/{release:[1-9][0-9]{0,14}}"
_DOCUMENT = _ONE + "/documents/{name:policy|interpretation-[1-9][0-9]?}"
_CERTIFICATE = "/api/v1/certificates/{release:[1-9][0-9]{0,14}}"

_DELIVERY = "/api/v1/deliveries/{delivery:[1-9][0-9]{0,14}}"
_CHANNEL = "/api/v1/channels/{channel}"
_STANDING = "/api/v1/standings/{standing:[1-9][0-9]{0,14}}"
_DISPATCH = "/api/v1/dispatches/{dispatch:[1-9][0-9]{0,14}}"
_REPORT = f"/api/v1/reports/{{report:{'|'.join(ReportName)}}}"
_KIND = f"{{kind:{'|'.join(StandingKind)}}}"

_WRITE = (Code.FORBIDDEN, Code.INVALID, Code.UNREADABLE, Code.TOO_LARGE, Code.REUSED_KEY)
_EDIT = (*_WRITE, Code.NOT_FOUND, Code.CONFLICT, Code.PRECONDITION, Code.STATE)
_SUBMIT = (*_WRITE, Code.NOT_FOUND, Code.CONFLICT, Code.STATE, Code.BLOCKED, Code.NOT_URGENT, Code.LEAKS)
_JUDGE = (Code.OWN_WORK, Code.SECOND_LEVEL, Code.REVIEWED_ALREADY, Code.ESCALATED, Code.OUT_OF_ORDER)
_REVIEW = (*_WRITE, *_JUDGE, Code.COUNTERSIGNED_LATER, Code.NEWER_EDITION, Code.NOT_FOUND, Code.CONFLICT, Code.STATE)
_SIGN = (*_WRITE, *_JUDGE[:3], Code.COUNTERSIGNED_LATER, Code.NEWER_EDITION, Code.NOT_FOUND, Code.CONFLICT, Code.STATE)
_DERIVE = (*_WRITE, Code.NOT_FOUND, Code.CONFLICT, Code.STATE, Code.CLASSIFIED, Code.CHANGED, Code.LEAKS)
_GATES = (Code.NOT_REVIEWED, Code.EDITED_SINCE, Code.NOT_OPEN, Code.CLASSIFIED, Code.BLOCKED)
_PUBLISH = (*_REVIEW, *_GATES, Code.NO_CHANNEL, Code.PUBLISHED_ALREADY, Code.TOO_LATE, Code.WITHDRAWN)
_HAND = (*_WRITE, Code.NOT_FOUND, Code.STATE, Code.CONFLICT)
_PROPOSE = (*_WRITE, Code.NOT_FOUND, Code.STATE, Code.CONFLICT)
_RULE = (*_PROPOSE, Code.OWN_PROPOSAL)
_TURN = (*_WRITE, Code.NO_CHANNEL, Code.CONFLICT)
_READ = (Code.NOT_FOUND,)
_SHOW = (Code.NOT_FOUND, Code.INVALID, Code.NO_CHANNEL, Code.BLOCKED)

#: An `int` of the path is named `release`; other parts reach the handler as `Ask.names`.
ROUTES: tuple[Route, ...] = (
    Route(
        "GET", _ALL, reading.list_releases, "列出政策发布，新的在前", ReleaseLines, page=Page, refusals=(Code.INVALID,)
    ),
    Route("POST", _ALL, writing.create, "新建政策发布", Release, takes=Metadata, status=201, refusals=_WRITE),
    Route("GET", _ONE, reading.get_release, "读取政策发布及其文件", Release, refusals=_READ),
    Route(
        "PATCH", _ONE, writing.edit, "修改公文要素", Release, takes=MetadataPatch, if_match=Match.NEEDED, refusals=_EDIT
    ),
    Route(
        "PUT",
        _DOCUMENT,
        writing.put_document,
        "写入政策文件或解读：JSON，或上传 .docx .html .md .txt",
        Saved,
        takes=DocumentText,
        upload=True,
        if_match=Match.NEEDED,
        refusals=(*_EDIT, Code.INTAKE),
    ),
    Route(
        "POST",
        _ONE + "/submit",
        writing.submit,
        "提交审核",
        EditionName,
        takes=SubmitForm,
        if_match=Match.HEEDED,
        refusals=_SUBMIT,
    ),
    Route("POST", _ONE + "/review", writing.review, "审核", Release, takes=ReviewForm, refusals=_REVIEW),
    Route(
        "POST",
        _ONE + "/countersign",
        urgency.countersign,
        "应急发布后补签",
        Countersign,
        takes=CountersignForm,
        refusals=_SIGN,
    ),
    Route("GET", _ONE + "/urgencies", urgency.list_urgencies, "应急发布及其补签，旧的在前", Urgencies, refusals=_READ),
    Route("GET", "/api/v1/urgencies", urgency.list_owed_urgencies, "已应急发布、补签未齐的，等得最久的在前", Urgencies),
    Route(
        "GET",
        _ONE + "/passages",
        redaction.list_passages,
        "原件的段落及其编号",
        Passages,
        refusals=(Code.FORBIDDEN, *_READ),
    ),
    Route(
        "POST",
        _ONE + "/derive",
        redaction.derive_release,
        "区分处理：由原件制作公开版本",
        Release,
        takes=DeriveForm,
        status=201,
        refusals=_DERIVE,
    ),
    Route(
        "GET",
        _ONE + "/removed",
        redaction.get_removed,
        "公开版本由何而来、删去了什么",
        Removed,
        refusals=(Code.FORBIDDEN, *_READ),
    ),
    Route("POST", _ONE + "/publish", writing.publish, "发布", EditionName, takes=PublishForm, refusals=_PUBLISH),
    Route("POST", _ONE + "/withdraw", standing.withdraw, "提议撤回", Standing, takes=WithdrawForm, refusals=_PROPOSE),
    Route(
        "POST",
        _ONE + "/annotate",
        standing.annotate,
        "提议标注效力：修改、废止、失效、延长",
        Standing,
        takes=AnnotateForm,
        refusals=_PROPOSE,
    ),
    Route(
        "GET",
        _ONE + "/standings",
        standing.list_of_release,
        "效力状态及其办理经过，旧的在前",
        Standings,
        refusals=_READ,
    ),
    Route(
        "GET",
        _ONE + "/outlook/" + _KIND,
        standing.outlook,
        "撤回或标注会在各渠道带来什么",
        Outlook,
        refusals=_READ,
    ),
    Route("GET", "/api/v1/standings", standing.list_waiting, "等待第二人确认的提议", Standings),
    Route(
        "POST",
        _STANDING + "/confirm",
        standing.confirm,
        "确认提议（另一位签发人）",
        Standing,
        takes=ConfirmForm,
        refusals=_RULE,
    ),
    Route(
        "POST",
        _STANDING + "/decline",
        standing.decline,
        "不予确认，或撤销本人的提议",
        Standing,
        takes=DeclineForm,
        refusals=_PROPOSE,
    ),
    Route("GET", _ONE + "/checks", reading.list_findings, "发布前检查", Findings, refusals=_SHOW),
    Route("GET", _ONE + "/preview/{channel}", preview.list_files, "预览：文件清单", Preview, refusals=_SHOW),
    Route("GET", _ONE + "/preview/{channel}/{file:.+}", preview.get_file, "预览：文件内容", "*/*", refusals=_SHOW),
    Route(
        "GET",
        _ONE + "/deliveries",
        reading.list_deliveries,
        "投递及其经过，旧的在前",
        DeliveryLines,
        page=Page,
        refusals=(*_READ, Code.INVALID),
    ),
    Route(
        "GET",
        _ONE + "/events",
        events.follow,
        "投递进度（服务器推送）",
        "text/event-stream",
        tells=events.TELLS,
        refusals=_READ,
    ),
    Route("GET", _ONE + "/publications", reading.list_publications, "发布记录", Publications, refusals=_READ),
    Route("GET", _ONE + "/dispatches", dispatches.list_release_dispatches, "各单位的签收情况，旧的在前", Dispatches),
    Route("GET", "/api/v1/dispatches", dispatches.list_dispatches, "送达本单位、尚未签收的，旧的在前", Dispatches),
    Route("GET", "/api/v1/units", units.list_units, "处室和单位，及其现任负责人和对外联系方式", UnitLines),
    Route(
        "POST",
        "/api/v1/units/acting",
        units.act_for,
        "选择现在代表哪个单位：本人的，或请本人代办的",
        Acting,
        takes=UnitForm,
        refusals=_WRITE,
    ),
    Route(
        "GET",
        "/api/v1/backfiles",
        backfiles.list_backfiles,
        "存量文件及其公开属性重新审定，旧的在前",
        Backfiles,
        page=Page,
        refusals=(Code.FORBIDDEN, Code.INVALID),
    ),
    Route(
        "POST",
        _DISPATCH + "/acknowledge",
        dispatches.acknowledge_dispatch,
        "代本单位签收",
        Dispatch,
        takes=Nothing,
        refusals=(*_WRITE, Code.NOT_FOUND),
    ),
    Route(
        "POST",
        _DELIVERY + "/retry",
        steering.retry_delivery,
        "立即重试投递",
        DeliveryNow,
        takes=Nothing,
        refusals=_HAND,
    ),
    Route(
        "POST", _DELIVERY + "/cancel", steering.cancel_delivery, "取消投递", DeliveryNow, takes=WhyForm, refusals=_HAND
    ),
    Route(
        "POST",
        _DELIVERY + "/postpone",
        steering.postpone_delivery,
        "改期投递",
        DeliveryNow,
        takes=PostponeForm,
        refusals=(*_HAND, Code.TOO_LATE),
    ),
    Route(
        "POST",
        _DELIVERY + "/settle",
        steering.settle_delivery,
        "填写查证结果",
        DeliveryNow,
        takes=SettleForm,
        refusals=_HAND,
    ),
    Route(
        "GET",
        _DELIVERY + "/package",
        packages.get_package,
        "下载交人员办理的资料包",
        "application/zip",
        refusals=(Code.FORBIDDEN, Code.NOT_FOUND, Code.BLOCKED),
    ),
    Route(
        "POST",
        _DELIVERY + "/handed",
        packages.hand_delivery,
        "登记人员办理的结果",
        DeliveryNow,
        takes=HandedForm,
        refusals=_HAND,
    ),
    Route("GET", "/api/v1/channels", reading.list_channels, "渠道：是否畅通、额度", ChannelLines),
    Route(
        "POST", _CHANNEL + "/pause", steering.pause_channel, "暂停渠道", ChannelHealth, takes=PauseForm, refusals=_TURN
    ),
    Route(
        "POST", _CHANNEL + "/resume", steering.resume_channel, "恢复渠道", ChannelHealth, takes=Nothing, refusals=_TURN
    ),
    Route(
        "GET",
        "/api/v1/log/entries",
        reading.list_entries,
        "日志条目",
        LogLines,
        page=LogPage,
        refusals=(Code.INVALID,),
    ),
    Route("GET", _REPORT, reports.api_report, "统计报表", Report, page=YearPage, refusals=(Code.INVALID,)),
    Route(
        "GET",
        _REPORT + "/documents",
        behind.api_documents,
        "报表中一个数字所含的文件，按编号",
        Report,
        page=Which,
        refusals=(Code.INVALID,),
    ),
    Route("GET", _CERTIFICATE, reading.get_certificate, "正式发布时间的证明", "text/plain", refusals=_READ),
    Route("GET", "/api/openapi.json", ops.openapi, "本接口的 OpenAPI 文档", "application/json", is_open=True),
    Route("GET", "/metrics", ops.metrics, "运行指标（Prometheus）", "text/plain"),
    Route("GET", "/readyz", ops.ready, "是否可以提供服务", "text/plain", is_open=True),
    Route("GET", "/healthz", ops.alive, "进程是否存活", "text/plain", is_open=True),
)
