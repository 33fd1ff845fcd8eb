"""A release: one policy document with its interpretations, as staff write it. What is sent is an `edition`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas import text
from schemas.particulars import NOTHING, Form, Particulars
from schemas.relation import Relation


class Frozen(BaseModel):
    """A value: never changed in place, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Disclosure(StrEnum):
    """公开属性, decided when the document is drafted (国办发〔2016〕80号 一(一))."""

    OPEN = "open"  #: 主动公开: the only one that may ever reach a channel
    ON_REQUEST = "on_request"  #: 依申请公开
    CLOSED = "closed"  #: 不予公开


class Secrecy(StrEnum):
    """The mark on the original. Anything but NONE stops every path to a channel (保守国家秘密法 第三十五条)."""

    NONE = "none"
    INTERNAL = "internal"  #: 内部, 工作秘密
    CONFIDENTIAL = "mi_mi"  #: 秘密
    HIGHLY_CONFIDENTIAL = "ji_mi"  #: 机密
    MOST_CONFIDENTIAL = "jue_mi"  #: 绝密


class Kind(StrEnum):
    """What kind of document the policy is."""

    NORMATIVE = "normative"  #: 行政规范性文件
    POLICY = "policy"  #: 政策文件
    NOTICE = "notice"  #: 通知公告
    MEETING = "meeting"  #: 会议公开: what an office meeting of the bureau decided
    CONSULTATION = "consultation"  #: 公开征求意见
    CLARIFICATION = "clarification"  #: 澄清说明 (条例 第六条)
    POWERS = "powers"  #: 权责清单
    EMERGENCY_PLAN = "emergency_plan"  #: 应急预案 (条例 第二十条第十二项)
    GUIDE = "guide"  #: 政府信息公开指南 (条例 第十二条)
    RULES = "rules"  #: 政府信息公开制度
    ANNUAL_REPORT = "annual_report"  #: 政府信息公开年报 (条例 第四十九条、第五十条)

    @property
    def is_interpreted(self) -> bool:
        """Whether it is published together with an interpretation: every 规范性文件 and 政策文件 is."""
        return self in {Kind.NORMATIVE, Kind.POLICY}


class Role(StrEnum):
    """What a document is inside its release."""

    POLICY = "policy"  #: 政策文件
    INTERPRETATION = "interpretation"  #: 解读


class ReleaseState(StrEnum):
    """Where a release stands with people. What each channel did is the deliveries' business."""

    DRAFT = "draft"  #: being written; entered on creation and by every edit
    IN_REVIEW = "in_review"  #: its newest edition waits for reviews; entered by submit
    APPROVED = "approved"  #: every level approved the newest edition; entered by the last review
    PUBLISHING = "publishing"  #: deliveries exist; entered by publish
    RELEASED = "released"  #: officially released; entered by the first sighting on an authoritative channel


Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(text.one_line)]
Line = Annotated[str, Field(max_length=200), AfterValidator(text.one_line)]


class Metadata(Frozen):
    """公文要素 of the policy. Five dates that never mix; `released_at` is not here because nobody may write it."""

    kind: Kind
    title: Title
    doc_no: Annotated[str, Field(pattern=r"^[\u4e00-\u9fff]+〔\d{4}〕[1-9]\d*号$", max_length=60)] | None = (
        None  #: 发文字号
    )
    index_no: Annotated[str, Field(pattern=r"^[0-9A-Z]{9,28}/\d{4}-\d{1,7}$")] | None = None  #: 索引号
    issuer: Line  #: 发文机关
    addressees: Line = ""  #: 主送机关
    theme: Annotated[str, Field(pattern=r"^[^\\]+(\\[^\\]+)?$", max_length=60)]  #: 主题分类, e.g. 综合政务\政务公开
    disclosure: Disclosure = Disclosure.OPEN
    disclosure_ground: Line = ""  #: why it is not open, in the words of 条例 第十四至十六条
    secrecy: Secrecy = Secrecy.NONE
    note: Line = ""  #: 附注, e.g. 此件主动公开
    signed_on: date  #: 成文日期
    printed_on: date | None = None  #: 印发日期
    effective_on: date | None = None  #: 施行日期
    expires_on: date | None = None  #: 失效日期
    keywords: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
    #: What it does to other documents. Left out of the canonical bytes where it does nothing: as before it existed.
    relations: Annotated[tuple[Relation, ...], Field(max_length=20, exclude_if=lambda said: not said)] = ()
    #: What its kind has besides (`schemas.kinds`); in no dump and in no canonical bytes while there is nothing.
    particulars: Annotated[Particulars, Field(exclude_if=lambda value: not value)] = NOTHING


Pixels = Annotated[int, Field(ge=1, le=100_000)]


class Attachment(Frozen):
    """One file beside a document; its bytes are a blob found by digest."""

    name: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,120}$")]
    media: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
    size: Annotated[int, Field(ge=0, le=50_000_000)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    #: Of a picture, how wide and high it is. Left out of the canonical bytes where nobody measured it: as before.
    extent: Annotated[tuple[Pixels, Pixels] | None, Field(exclude_if=lambda value: value is None)] = None


class Document(Frozen):
    """One text inside a release: the policy (number 0) or one interpretation of it (numbers 1, 2, …)."""

    role: Role
    number: Annotated[int, Field(ge=0, le=99)]
    title: Title
    summary: Annotated[str, Field(max_length=500), AfterValidator(text.nfc)] = ""
    #: Clean HTML: what `hub.intake.sanitise` lets through, images as `blob:<sha256>`.
    body: Annotated[str, Field(max_length=2_000_000), AfterValidator(text.nfc)]
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=50)] = ()
    images: Annotated[tuple[Attachment, ...], Field(max_length=100)] = ()  #: the blobs that `body` shows
    #: What an interpretation is given in; in no dump and in no canonical bytes while it is the usual one.
    form: Annotated[Form, Field(exclude_if=lambda value: value is Form.TEXT)] = Form.TEXT

    @model_validator(mode="after")
    def _policy_is_number_zero(self) -> Self:
        if (self.role is Role.POLICY) != (self.number == 0):
            raise ValueError("the policy, and only the policy, is number 0")
        if self.number == 0 and self.form is not Form.TEXT:
            raise ValueError("只有解读才有解读形式")
        return self

    @property
    def name(self) -> str:
        """`policy` or `interpretation-1`, …: how addresses, the API and the log call it."""
        return "policy" if self.role is Role.POLICY else f"interpretation-{self.number}"


class Release(Frozen):
    """The row that people work on. `version` grows with every change, for `If-Match`."""

    id: int
    state: ReleaseState
    version: int
    metadata: Metadata
    documents: tuple[Document, ...]
    authors: tuple[str, ...]  #: everyone who wrote in it; none of them may review it
    edition: int | None  #: the newest edition's number
    official_at: datetime | None  #: 正式发布时间: earliest sighting on an authoritative channel; set once
    official_channel: str | None
    standing: int | None = None  #: what holds of it now (`schemas.standing`); None is in force, as at first
    unit: str | None = None  #: whose draft it is; None for the bureau's, and for what is older than units
    created_at: datetime
    updated_at: datetime

    def document(self, name: str) -> Document | None:
        return next((d for d in self.documents if d.name == name), None)
