"""The Chinese names of the vocabulary, in one place: pages, messages and reports say the same."""

from enum import StrEnum

from schemas.backfile import Stage
from schemas.basis import Cause
from schemas.card import Validity
from schemas.deeds import DEEDS
from schemas.delivery import Action, DeliveryState, Step
from schemas.dispatch import Tidings
from schemas.office import Part, UnitKind
from schemas.particulars import Form, PlanLevel
from schemas.person import Duty
from schemas.relation import Relation, RelationKind
from schemas.release import Disclosure, Kind, ReleaseState, Role, Secrecy
from schemas.review import Decision, Level
from schemas.session import How, SecondFactor
from schemas.standing import Can, Ruling, StandingKind
from schemas.subscription import Frequency, MailState
from schemas.urgency import Verdict
from schemas.verification import Phase

WORDS: dict[StrEnum, str] = {
    **DEEDS,
    Disclosure.OPEN: "主动公开",
    Disclosure.ON_REQUEST: "依申请公开",
    Disclosure.CLOSED: "不予公开",
    Secrecy.NONE: "无",
    Secrecy.INTERNAL: "内部",
    Secrecy.CONFIDENTIAL: "秘密",
    Secrecy.HIGHLY_CONFIDENTIAL: "机密",
    Secrecy.MOST_CONFIDENTIAL: "绝密",
    Kind.NORMATIVE: "行政规范性文件",
    Kind.POLICY: "政策文件",
    Kind.NOTICE: "通知公告",
    Kind.MEETING: "会议公开",
    Kind.CONSULTATION: "征求意见",
    Kind.CLARIFICATION: "澄清说明",
    Kind.POWERS: "权责清单",
    Kind.EMERGENCY_PLAN: "应急预案",
    Kind.GUIDE: "政府信息公开指南",
    Kind.RULES: "政府信息公开制度",
    Kind.ANNUAL_REPORT: "政府信息公开年报",
    UnitKind.DIVISION: "处室",
    UnitKind.BRANCH: "分局",
    UnitKind.AFFILIATE: "直属单位",
    Part.LEADER: "分管领导",
    Part.HEAD: "责任人",
    Part.CLERK: "联络员",
    Role.POLICY: "政策文件",
    Role.INTERPRETATION: "政策解读",
    Form.TEXT: "文字",
    Form.GRAPHIC: "图解",
    Form.QUESTIONS: "问答",
    Form.BRIEF_QUESTIONS: "简明问答",
    Form.VIDEO: "视频",
    Form.AUDIO: "音频",
    Form.ANIMATION: "动漫",
    Form.PRESS: "新闻发布会",
    Form.EXPERT: "专家解读",
    Form.LEADER: "负责人解读",
    Form.MEDIA: "媒体解读",
    PlanLevel.GENERAL: "总体应急预案",
    PlanLevel.SPECIAL: "专项应急预案",
    PlanLevel.DEPARTMENT: "部门应急预案",
    PlanLevel.UNIT: "单位和基层组织应急预案",
    Validity.NOT_YET: "尚未施行",
    Validity.IN_FORCE: "有效",
    Validity.AMENDED: "已修改",
    Validity.REPEALED: "已废止",
    Validity.EXPIRED: "已失效",
    ReleaseState.DRAFT: "起草中",
    ReleaseState.IN_REVIEW: "审核中",
    ReleaseState.APPROVED: "待发布",
    ReleaseState.PUBLISHING: "发布中",
    ReleaseState.RELEASED: "已正式发布",
    Level.FIRST: "初审",
    Level.SECOND: "复审",
    Level.FINAL: "终审签发",
    Level.SECRECY: "保密审查",
    Decision.APPROVE: "同意",
    Decision.RETURN: "退回修改",
    Decision.ESCALATE: "提请上级",
    Verdict.ENDORSE: "同意补签",
    Verdict.CORRECT: "有异议，须更正",
    Verdict.WITHDRAW: "有异议，须撤回",
    Duty.EDITOR: "编辑",
    Duty.FIRST_REVIEWER: "初审人",
    Duty.SECOND_REVIEWER: "复审人",
    Duty.SIGNER: "签发人",
    Duty.SECRECY_REVIEWER: "保密审查员",
    Duty.RECEIVER: "收文员",
    Duty.PUBLISHER: "发布员",
    Duty.AUDITOR: "审计员",
    Duty.ADMINISTRATOR: "管理员",
    How.PASSWORD: "密码",
    How.PASSWORD_TOTP: "密码和动态验证码",
    How.PASSWORD_RECOVERY: "密码和恢复码",
    How.PASSWORD_PASSKEY: "密码和通行密钥",
    How.PASSKEY: "通行密钥",
    How.SINGLE_SIGN_ON: "单点登录",
    SecondFactor.OPTIONAL: "由本人决定",
    SecondFactor.REQUIRED: "必须使用",
    DeliveryState.WAITING: "等待投递",
    DeliveryState.WORKING: "正在投递",
    DeliveryState.ACCEPTED: "渠道已接收，等待见证",
    DeliveryState.VISIBLE: "公众可见",
    DeliveryState.UNCONFIRMED: "结果不明，正在查证",
    DeliveryState.HELD: "需要人工处理",
    DeliveryState.FAILED: "投递失败",
    DeliveryState.SUPERSEDED: "已被取代",
    DeliveryState.CANCELLED: "已取消",
    Action.PUBLISH: "发布",
    Action.ANNOTATE: "标注",
    Action.WITHDRAW: "撤回",
    StandingKind.IN_FORCE: "有效",
    StandingKind.AMENDED: "已修改",
    StandingKind.REPEALED: "已废止",
    StandingKind.EXPIRED: "已失效",
    StandingKind.WITHDRAWN: "已撤回",
    RelationKind.AMENDS: "修改",
    RelationKind.REPEALS: "废止",
    RelationKind.REPLACES: "替代",
    RelationKind.INTERPRETS: "解读",
    RelationKind.CLARIFIES: "澄清",
    Cause.PROPOSAL: "两人办理",
    Cause.RELATION: "依新文件的规定",
    Cause.TERM: "依文件载明的日期",
    Tidings.OFFICIAL: "正式发布",
    Tidings.CHANGED: "效力变更",
    Tidings.WITHDRAWN: "已撤回",
    Ruling.CONFIRM: "确认",
    Ruling.DECLINE: "不予确认",
    Can.YES: "系统办理",
    Can.BY_HAND: "须人工办理",
    Can.NO: "不能办理",
    Frequency.AT_ONCE: "即时",
    Frequency.DAILY: "每日汇总",
    Frequency.WEEKLY: "每周汇总",
    MailState.DUE: "等待发出",
    MailState.SENT: "邮件服务器已接收",
    MailState.REFUSED: "邮件服务器拒收",
    MailState.GIVEN_UP: "多次重试未成",
    MailState.DROPPED: "内容已撤回，不再发出",
    Step.PREPARE: "准备",
    Step.COMMIT: "提交",
    Step.SIGHT: "见证",
    Phase.EXPORT: "正在导出日志",
    Phase.VERIFY: "正在逐条核验",
    Phase.DONE: "核验结束",
    Phase.FAILED: "核验没有完成",
    Phase.LOST: "核验中断",
    Stage.WAITING: "待审定",
    Stage.PROPOSED: "待确认",
    Stage.DECIDED: "已审定",
}

#: Kinds of channels. A kind that nobody named here is called by its own name.
CHANNELS = {
    "website": "网站",
    "wechat": "微信公众号",
    "rss": "订阅源",
    "disclosure": "市政府信息公开专栏",
    "mail": "邮件",
    "webhook": "消息推送",
    "cms": "现有网站",
}


def channel(name: str, kind: str) -> str:
    """What people call a channel: its own name, or its kind's where the operator gave it no other name."""
    return CHANNELS.get(kind, kind) if name == kind else name


def relation(one: Relation) -> str:
    """What a document does to another, as a person reads it: 废止《…》."""
    return f"{word(one.kind)}《{one.title}》"


def word(member: StrEnum) -> str:
    """Return the member's Chinese name. Raises KeyError for one that has none: a test looks at every enum."""
    return WORDS[member]
