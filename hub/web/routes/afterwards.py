"""The routes of all that may come after a review: countersigning, a public version, the button, a standing."""

from hub.web import redaction, standing, urgency, writing
from hub.web.forms import AnnotateForm, ConfirmForm, CountersignForm, DeclineForm, DeriveForm, PublishForm, WithdrawForm
from hub.web.route import Route
from hub.web.routes import paths, refusals
from hub.web.shapes.afterwards import Outlook, Passages, Removed, Standings, Urgencies
from hub.web.shapes.releases import EditionName
from schemas.errors import ErrorCode as Code
from schemas.release import Release
from schemas.standing import Standing
from schemas.urgency import Countersign

#: 应急发布 and 补签, 区分处理, 发布, then 撤回 and the marks of what is no longer in force.
AFTERWARDS: tuple[Route, ...] = (
    Route(
        "POST",
        paths.ONE + "/countersign",
        urgency.countersign,
        "应急发布后补签",
        Countersign,
        takes=CountersignForm,
        refusals=refusals.SIGN,
    ),
    Route(
        "GET",
        paths.ONE + "/urgencies",
        urgency.list_urgencies,
        "应急发布及其补签，旧的在前",
        Urgencies,
        refusals=refusals.READ,
    ),
    Route("GET", "/api/v1/urgencies", urgency.list_owed_urgencies, "已应急发布、补签未齐的，等得最久的在前", Urgencies),
    Route(
        "GET",
        paths.ONE + "/passages",
        redaction.list_passages,
        "原件的段落及其编号",
        Passages,
        refusals=(Code.FORBIDDEN, Code.ISSUED_BY_OTHERS, *refusals.READ),
    ),
    Route(
        "POST",
        paths.ONE + "/derive",
        redaction.derive_release,
        "区分处理：由原件制作公开版本",
        Release,
        takes=DeriveForm,
        status=201,
        refusals=refusals.DERIVE,
    ),
    Route(
        "GET",
        paths.ONE + "/removed",
        redaction.get_removed,
        "公开版本由何而来、删去了什么",
        Removed,
        refusals=(Code.FORBIDDEN, Code.ISSUED_BY_OTHERS, *refusals.READ),
    ),
    Route(
        "POST",
        paths.ONE + "/publish",
        writing.publish,
        "发布",
        EditionName,
        takes=PublishForm,
        refusals=refusals.PUBLISH,
    ),
    Route(
        "POST",
        paths.ONE + "/withdraw",
        standing.withdraw,
        "提议撤回",
        Standing,
        takes=WithdrawForm,
        refusals=refusals.PROPOSE,
    ),
    Route(
        "POST",
        paths.ONE + "/annotate",
        standing.annotate,
        "提议标注效力：修改、废止、失效、延长",
        Standing,
        takes=AnnotateForm,
        refusals=refusals.PROPOSE,
    ),
    Route(
        "GET",
        paths.ONE + "/standings",
        standing.list_of_release,
        "效力状态及其办理经过，旧的在前",
        Standings,
        refusals=refusals.READ,
    ),
    Route(
        "GET",
        paths.ONE + "/outlook/" + paths.KIND,
        standing.outlook,
        "撤回或标注会在各渠道带来什么",
        Outlook,
        refusals=refusals.READ,
    ),
    Route("GET", "/api/v1/standings", standing.list_waiting, "等待第二人确认的提议", Standings),
    Route(
        "POST",
        paths.STANDING + "/confirm",
        standing.confirm,
        "确认提议（另一位签发人）",
        Standing,
        takes=ConfirmForm,
        refusals=refusals.RULE,
    ),
    Route(
        "POST",
        paths.STANDING + "/decline",
        standing.decline,
        "不予确认，或撤销本人的提议",
        Standing,
        takes=DeclineForm,
        refusals=refusals.PROPOSE,
    ),
)
