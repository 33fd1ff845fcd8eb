"""The routes beside releases: the bureau's units and older documents, its record, and its operators' tools."""

from hub.web import backfiles, behind, delegations, dispatches, ops, reading, reports, tokens, units
from hub.web.forms import LogPage, Nothing, Page, UnitForm, YearPage
from hub.web.route import Route
from hub.web.routes import paths, refusals
from hub.web.shapes.bureau import Acting, Backfiles, Delegations, Dispatches, LogLines, TokenLines, UnitLines
from schemas.delegation import Delegation, Offer
from schemas.dispatch import Dispatch
from schemas.errors import ErrorCode as Code
from schemas.report import Report, Which

#: Who asks; what units were told, who they are, and what of the past is decided again.
TOLD: tuple[Route, ...] = (
    Route(
        "GET", paths.ONE + "/dispatches", dispatches.list_release_dispatches, "各单位的签收情况，旧的在前", Dispatches
    ),
    Route("GET", "/api/v1/dispatches", dispatches.list_dispatches, "送达本单位、尚未签收的，旧的在前", Dispatches),
    Route("GET", "/api/v1/units", units.list_units, "处室和单位，及其现任负责人和对外联系方式", UnitLines),
    Route(
        "POST",
        "/api/v1/units/acting",
        units.act_for,
        "选择现在代表哪个单位：本人的，或请本人代办的",
        Acting,
        takes=UnitForm,
        refusals=refusals.WRITE,
    ),
    Route("GET", "/api/v1/tokens", tokens.list_tokens, "本人的令牌，新的在前；令牌本身不在其中", TokenLines),
    Route(
        "GET",
        "/api/v1/backfiles",
        backfiles.list_backfiles,
        "存量文件及其公开属性重新审定，旧的在前",
        Backfiles,
        page=Page,
        refusals=(Code.FORBIDDEN, Code.ISSUED_BY_OTHERS, Code.INVALID),
    ),
    Route(
        "POST",
        paths.BEARER + "/revoke",
        tokens.revoke_token,
        "吊销本人的一个令牌；吊销的是所用的这一个，此后不能再访问",
        TokenLines,
        takes=Nothing,
        refusals=(*refusals.WRITE, Code.NOT_FOUND),
    ),
    Route(
        "POST",
        paths.DISPATCH + "/acknowledge",
        dispatches.acknowledge_dispatch,
        "代本单位签收",
        Dispatch,
        takes=Nothing,
        refusals=(*refusals.WRITE, Code.NOT_FOUND),
    ),
)

#: Whose duty somebody else may use, and until when.
LENT: tuple[Route, ...] = (
    Route(
        "GET",
        paths.DELEGATIONS,
        delegations.list_delegations,
        "授权代办：本人授出的和受托的，新的在前；管理员看到全部",
        Delegations,
    ),
    Route(
        "POST",
        paths.DELEGATIONS,
        delegations.give_delegation,
        "授权他人代办本人的一项职责",
        Delegation,
        takes=Offer,
        status=201,
        refusals=refusals.WRITE,
    ),
    Route(
        "POST",
        paths.DELEGATION + "/revoke",
        delegations.revoke_delegation,
        "撤销授权，立即失效：授出的人或管理员",
        Delegation,
        takes=Nothing,
        refusals=(*refusals.WRITE, Code.NOT_FOUND, Code.STATE),
    ),
)

#: The log, what is counted from it, and the proof of an official time.
RECORDED: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/v1/log/entries",
        reading.list_entries,
        "日志条目",
        LogLines,
        page=LogPage,
        refusals=(Code.INVALID,),
    ),
    Route("GET", paths.REPORT, reports.api_report, "统计报表", Report, page=YearPage, refusals=(Code.INVALID,)),
    Route(
        "GET",
        paths.REPORT + "/documents",
        behind.api_documents,
        "报表中一个数字所含的文件，按编号",
        Report,
        page=Which,
        refusals=(Code.INVALID,),
    ),
    Route(
        "GET", paths.CERTIFICATE, reading.get_certificate, "正式发布时间的证明", "text/plain", refusals=refusals.READ
    ),
)

#: What programs ask about the house itself.
OPERATED: tuple[Route, ...] = (
    Route("GET", "/api/openapi.json", ops.openapi, "本接口的 OpenAPI 文档", "application/json", is_open=True),
    Route("GET", "/metrics", ops.metrics, "运行指标（Prometheus）", "text/plain"),
    Route("GET", "/readyz", ops.ready, "是否可以提供服务", "text/plain", is_open=True),
    Route("GET", "/healthz", ops.alive, "进程是否存活", "text/plain", is_open=True),
)
