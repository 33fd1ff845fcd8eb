"""公文要素 as a form: its choices, what stands in it, and what was read off the text for confirmation."""

from collections.abc import Mapping
from typing import Any

from hub.web.console.room import Visit
from schemas.draft import Hint
from schemas.errors import ErrorCode, HubError
from schemas.release import Disclosure, Kind, Metadata, Secrecy
from schemas.themes import THEMES
from schemas.words import word

KINDS = (
    (Kind.NORMATIVE.value, word(Kind.NORMATIVE), "涉及公民、法人权利义务，反复适用；须有有效期和解读"),
    (Kind.POLICY.value, word(Kind.POLICY), "须与解读同步发布"),
    (Kind.NOTICE.value, word(Kind.NOTICE), "一般通知、公告、公示，不要求解读"),
    (Kind.MEETING.value, word(Kind.MEETING), "局长办公会议等会议的议定事项，会议结束后及时公开"),
    (Kind.CONSULTATION.value, word(Kind.CONSULTATION), "公开征求公众意见，列入通知公告"),
    (Kind.CLARIFICATION.value, word(Kind.CLARIFICATION), "澄清虚假或不完整信息，列入通知公告"),
    (Kind.POWERS.value, word(Kind.POWERS), "列入法定主动公开内容"),
    (Kind.EMERGENCY_PLAN.value, word(Kind.EMERGENCY_PLAN), "列入法定主动公开内容"),
    (Kind.GUIDE.value, word(Kind.GUIDE), "列入政府信息公开专栏"),
    (Kind.RULES.value, word(Kind.RULES), "列入政府信息公开专栏"),
    (Kind.ANNUAL_REPORT.value, word(Kind.ANNUAL_REPORT), "列入政府信息公开专栏，每年1月31日前公布"),
)
LABELS = {
    "title": "标题",
    "kind": "文件类别",
    "doc_no": "发文字号",
    "issuer": "发文机关",
    "theme": "主题分类",
    "addressees": "主送机关",
    "signed_on": "成文日期",
    "printed_on": "印发日期",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "note": "附注",
    "disclosure": "公开属性",
    "secrecy": "密级标志",
    "index_no": "索引号",
    "keywords": "主题词",
    "disclosure_ground": "不公开的理由",
}
#: Keywords are typed into one line.
_SEPARATORS = str.maketrans({"，": ",", "、": ",", "；": ",", ";": ",", " ": ","})


def choices(chosen: str = "") -> dict[str, Any]:
    """What the form's choices offer; a theme of another list stays what it is."""
    themes = THEMES if chosen in THEMES or not chosen else (chosen, *THEMES)
    return {
        "kinds": KINDS,
        "themes": [(theme, theme.replace("\\", " › ")) for theme in themes],
        "disclosures": [(one.value, word(one)) for one in Disclosure],
        "secrecies": [(one.value, word(one)) for one in Secrecy],
    }


def values(metadata: Metadata) -> dict[str, Any]:
    """The elements as the form shows them."""
    shown = {name: "" if value is None else value for name, value in metadata.model_dump(mode="json").items()}
    return shown | {"keywords": "，".join(metadata.keywords)}


def proposed(title: str, hints: Mapping[str, Hint]) -> dict[str, Any]:
    """The elements of a document that has just been read: what was found in it, and nothing where nothing was."""
    read = {name: hint.value for name, hint in hints.items()}
    empty = dict.fromkeys(Metadata.model_fields, "")
    standing = {"disclosure": Disclosure.OPEN.value, "secrecy": Secrecy.NONE.value}
    return empty | standing | {name: value for name, value in read.items() if name in empty} | {"title": title}


def theirs(visit: Visit, metadata: Metadata) -> list[tuple[str, str]]:
    """What somebody else saved where this person typed something else; empty unless that was why it was refused."""
    if visit.refusal is None or visit.refusal.code is not ErrorCode.CONFLICT:
        return []
    saved = values(metadata)
    told = saved | {name: word(getattr(metadata, name)) for name in ("kind", "disclosure", "secrecy")}
    return [
        (label, str(told[name]))
        for name, label in LABELS.items()
        if name in visit.posted.fields and visit.posted.get(name) != str(saved[name])
    ]


def filled(visit: Visit) -> Metadata:
    """The posted elements. Raises HubError(INVALID) that names the wrong fields."""
    typed = visit.posted.get("keywords").translate(_SEPARATORS)
    keywords = tuple(one.strip() for one in typed.split(",") if one.strip())
    try:
        return visit.posted.filled(Metadata, keywords=keywords)
    except HubError as error:
        raise HubError(ErrorCode.INVALID, detail="公文要素需要改正，见各栏目旁的说明", fields=error.fields) from None
