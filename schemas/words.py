"""The Chinese names of the vocabulary, in one place: pages, messages and reports say the same."""

from enum import StrEnum

from schemas.delivery import Action, DeliveryState, Step
from schemas.person import Duty
from schemas.release import Disclosure, Kind, ReleaseState, Role, Secrecy
from schemas.review import Decision, Level

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
    Role.POLICY: "政策文件",
    Role.INTERPRETATION: "政策解读",
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
    Duty.EDITOR: "编辑",
    Duty.FIRST_REVIEWER: "初审人",
    Duty.SECOND_REVIEWER: "复审人",
    Duty.SIGNER: "签发人",
    Duty.SECRECY_REVIEWER: "保密审查员",
    Duty.PUBLISHER: "发布员",
    Duty.AUDITOR: "审计员",
    Duty.ADMINISTRATOR: "管理员",
    DeliveryState.WAITING: "等待投递",
    DeliveryState.WORKING: "正在投递",
    DeliveryState.ACCEPTED: "渠道已接收，等待见证",
    DeliveryState.VISIBLE: "公众可见",
    DeliveryState.UNCONFIRMED: "结果不明，正在查证",
    DeliveryState.HELD: "需要人工处理",
    DeliveryState.FAILED: "投递失败",
    DeliveryState.SUPERSEDED: "已由新版取代",
    DeliveryState.CANCELLED: "已取消",
    Action.PUBLISH: "发布",
    Action.ANNOTATE: "标注",
    Step.PREPARE: "准备",
    Step.COMMIT: "提交",
    Step.SIGHT: "见证",
}


def word(member: StrEnum) -> str:
    """Return the member's Chinese name. Raises KeyError for one that has none: a test looks at every enum."""
    return WORDS[member]
