"""What the platform demands of a package before it takes it, field by field, with Chinese words. Pure."""

import json
import re
from typing import Any

import nh3

from channels.sandbox.disclosure.refusal import RefusedError

#: The four sub-columns (国办公开办函〔2019〕61号).
COLUMNS = {
    "guide": "政府信息公开指南",
    "rules": "政府信息公开制度",
    "statutory": "法定主动公开内容",
    "annual": "政府信息公开年报",
}
IDENTITY = re.compile(r"gongbu:[1-9]\d{0,15}:(policy|interpretation-[1-9]\d?)")
SHA256 = re.compile(r"[0-9a-f]{64}")
STANDING = re.compile(r"[1-9]\d{0,8}/(in_force|amended|repealed|expired|withdrawn)")
WEB = re.compile(r"https?://\S{1,480}$")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MAX_RECORDS = 100
MAX_EDITION = 1_000_000
#: field → (what it is called, pattern, must it be there in a policy's record, and in an interpretation's).
FIELDS: dict[str, tuple[str, re.Pattern[str], bool, bool]] = {
    "identity": ("记录标识", IDENTITY, True, True),
    "document": ("文件代号", re.compile(r"policy|interpretation-[1-9]\d?"), True, True),
    "edition_sha256": ("版本摘要", SHA256, True, True),
    "text_sha256": ("正文指纹", SHA256, True, True),
    "index_no": ("索引号", re.compile(r"[0-9A-Z]{9,27}/\d{4}-\d{1,7}"), True, False),
    "theme": ("主题分类", re.compile(r"[^\\]{1,60}(\\[^\\]{1,60})?"), True, True),
    "issuer": ("发文机关", re.compile(r".{1,200}"), True, True),
    "title": ("标题", re.compile(r".{1,200}"), True, True),
    "doc_no": ("发文字号", re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕[1-9]\d*号"), False, False),
    "signed_on": ("成文日期", DAY, True, False),
    "released_on": ("发布日期", DAY, True, True),
    "effective_on": ("施行日期", DAY, False, False),
    "expires_on": ("失效日期", DAY, False, False),
    "validity": ("有效性", re.compile("现行有效|尚未施行|已失效|已废止|已修改"), True, False),
    "openness": ("公开属性", re.compile("主动公开"), True, True),
    "official_at": ("正式发布时间", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00"), False, False),
    "source": ("来源网址", re.compile(r"https?://\S{1,480}"), True, True),
    "body": ("正文", re.compile(r"[\s\S]+"), True, True),
    "genre": ("文件类别", re.compile(r".{1,40}"), True, True),
    "column": ("栏目", re.compile("|".join(COLUMNS)), True, True),
}


def package(body: bytes) -> dict[str, Any]:
    """Return the package. Raises RefusedError(400) for what is none, (422) naming every wrong field."""
    try:
        value = json.loads(body)
        records = value["records"]
        known = value["version"] == 1 and value["action"] in {"publish", "annotate", "withdraw"}
        shaped = known and 0 < len(records) <= MAX_RECORDS and all(isinstance(one, dict) for one in records)
    except (ValueError, RecursionError, KeyError, TypeError):
        shaped = False
    if not shaped:
        raise RefusedError(400, "malformed", "报文不是约定的格式。")
    judge = _wrong_withdrawal if value["action"] == "withdraw" else _wrong
    wrong = {f"records[{n}].{name}": words for n, one in enumerate(records) for name, words in judge(one).items()}
    if wrong:
        raise RefusedError(422, "invalid", "报送内容不符合要求。", wrong)
    return dict(value)


def files(record: dict[str, Any]) -> list[str]:
    """Return the digests of the files that the record needs."""
    return [file["sha256"] for file in (*record.get("attachments", ()), *record.get("images", ()))]


def is_withdrawn(record: dict[str, Any]) -> bool:
    """Whether the record tells of a withdrawal only."""
    return "body" not in record


def clean(body: str) -> str:
    """Return the text's HTML as this platform lets it be shown: its own pass, whatever the sender did before."""
    attributes = {
        "a": {"href", "title"},
        "img": {"src", "alt"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    }
    return nh3.clean(body, attributes=attributes, url_schemes={"http", "https", "mailto", "blob"})


def _wrong_withdrawal(record: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the notice of a withdrawal. It may name no text and no file."""
    wanted = ("identity", "document", "edition_sha256", "title", "issuer", "column", "genre", "released_on")
    wrong = {
        name: f"{FIELDS[name][0]}格式不正确"
        for name in wanted
        if not (isinstance(record.get(name), str) and FIELDS[name][1].fullmatch(record[name]))
    }
    wrong |= {name: "撤回报文不得含有内容" for name in ("body", "attachments", "images") if name in record}
    return wrong | _edition(record) | _said(record, needed=True)


def _edition(record: dict[str, Any]) -> dict[str, str]:
    is_sound = isinstance(record.get("edition"), int) and 0 < record["edition"] < MAX_EDITION
    return {} if is_sound else {"edition": "版本号格式不正确"}


def _said(record: dict[str, Any], *, needed: bool) -> dict[str, str]:
    """What is wrong with the statement on what holds of the document."""
    said = record.get("standing")
    if said is None:
        return {"standing": "撤回须说明理由"} if needed else {}
    texts = ("tag", "mark", "sentence", "reason", "ground", "since", "successor", "successor_url")
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in texts):
        return {"standing": "效力说明格式不正确"}
    is_sound = STANDING.fullmatch(said["tag"]) and DAY.fullmatch(said["since"])
    is_linked = not said["successor_url"] or WEB.match(said["successor_url"])
    return {} if is_sound and is_linked and said["reason"] else {"standing": "效力说明格式不正确"}


def _wrong(record: dict[str, Any]) -> dict[str, str]:
    is_policy = record.get("document") == "policy"
    wrong = {}
    for name, (label, pattern, in_policy, in_interpretation) in FIELDS.items():
        value = record.get(name)
        if value is None or value == "":
            if in_policy if is_policy else in_interpretation:
                wrong[name] = f"{label}不能为空"
        elif not (isinstance(value, str) and pattern.fullmatch(value)):
            wrong[name] = f"{label}格式不正确"
    wrong |= _edition(record) | _said(record, needed=False)
    return wrong | {name: f"{label}格式不正确" for name, label in _lists(record).items()}


def _lists(record: dict[str, Any]) -> dict[str, str]:
    keys = {
        "attachments": ("附件", {"name", "media", "size", "sha256"}),
        "images": ("图片", {"name", "media", "size", "sha256"}),
        "related": ("关联文件", {"identity", "relation", "title", "source"}),
    }
    return {name: label for name, (label, wanted) in keys.items() if not _is_list(record.get(name), wanted)}


def _is_list(value: Any, wanted: set[str]) -> bool:
    if not isinstance(value, list) or len(value) > MAX_RECORDS:
        return False
    return all(isinstance(one, dict) and wanted <= one.keys() and _is_sound(one) for one in value)


def _is_sound(item: dict[str, Any]) -> bool:
    """An address that is no web address, or a digest that is none, must not reach a page."""
    return bool(
        re.match("https?://", str(item.get("source", "https://")))
        and SHA256.fullmatch(str(item.get("sha256", "0" * 64)))
        and IDENTITY.fullmatch(str(item.get("identity", "gongbu:1:policy")))
    )
