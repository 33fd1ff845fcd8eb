"""The Chinese names of the vocabulary, in one place: pages, messages and reports say the same."""

from enum import StrEnum

from schemas.card import Validity
from schemas.delivery import Action, DeliveryState, Step
from schemas.dispatch import Tidings
from schemas.entry import EntryType
from schemas.person import Duty
from schemas.release import Disclosure, Kind, ReleaseState, Role, Secrecy
from schemas.review import Decision, Level
from schemas.session import How, SecondFactor
from schemas.standing import Can, Ruling, StandingKind
from schemas.subscription import Frequency, MailState
from schemas.verification import Phase

WORDS: dict[StrEnum, str] = {
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
    Role.POLICY: "政策文件",
    Role.INTERPRETATION: "政策解读",
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
    EntryType.LOG_OPENED: "启用日志",
    EntryType.PERSON_ADDED: "开设账号",
    EntryType.PERSON_CHANGED: "变更账号",
    EntryType.DELEGATION_GIVEN: "授权代办",
    EntryType.DELEGATION_REVOKED: "收回代办授权",
    EntryType.RELEASE_CREATED: "新建",
    EntryType.RELEASE_EDITED: "修改",
    EntryType.RELEASE_SUBMITTED: "提交审核",
    EntryType.RELEASE_REVIEWED: "审核",
    EntryType.RELEASE_APPROVED: "审核全部通过",
    EntryType.RELEASE_PUBLISHED: "决定发布",
    EntryType.SEND_INTENT: "送出之前的记录",
    EntryType.SEND_RESULT: "送出的结果",
    EntryType.SIGHTING: "见证公众可见",
    EntryType.RELEASE_OFFICIAL: "正式发布",
    EntryType.DELIVERY_TROUBLED: "投递遇到问题",
    EntryType.DELIVERY_CHANGED: "人工处置投递",
    EntryType.STANDING_PROPOSED: "提议变更效力",
    EntryType.STANDING_CONFIRMED: "确认变更效力",
    EntryType.STANDING_DECLINED: "不予变更效力",
    EntryType.WITHDRAWAL_SEEN: "见证撤回生效",
    EntryType.PUBLICATION_LOST: "发现已被渠道移除",
    EntryType.PUBLICATION_BACK: "发现已恢复可见",
    EntryType.LOSS_NOTED: "登记移除的处置",
    EntryType.CHANNEL_CHANGED: "暂停或恢复渠道",
    EntryType.OFFICE_CHANGED: "变更办公设置",
    EntryType.DISPATCH_SENT: "送达各单位",
    EntryType.DISPATCH_ACKNOWLEDGED: "签收",
    EntryType.DISPATCH_URGED: "催办签收",
}

#: Kinds of channels. A kind that nobody named here is called by its own name.
CHANNELS = {
    "website": "网站",
    "wechat": "微信公众号",
    "rss": "订阅源",
    "disclosure": "市政府信息公开专栏",
    "mail": "邮件",
    "webhook": "消息推送",
}


def channel(name: str, kind: str) -> str:
    """What people call a channel: its own name, or its kind's where the operator gave it no other name."""
    return CHANNELS.get(kind, kind) if name == kind else name


def word(member: StrEnum) -> str:
    """Return the member's Chinese name. Raises KeyError for one that has none: a test looks at every enum."""
    return WORDS[member]
