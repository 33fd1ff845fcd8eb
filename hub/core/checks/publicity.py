"""May it be public at all, and do its dates and its note agree: what the metadata alone says."""

from collections.abc import Iterator, Sequence

from hub.chinese import index_numbers
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas import grounds
from schemas.edition import Edition
from schemas.release import Disclosure, Kind, Secrecy
from schemas.rulebook import Rulebook
from schemas.words import word

#: 附注 wordings that speak of publicity, and the 公开属性 that they mean; what denies it goes before what it denies.
NOTES = {
    "依申请公开": Disclosure.ON_REQUEST,
    "依申请": Disclosure.ON_REQUEST,
    "不公开": Disclosure.CLOSED,
    "不予公开": Disclosure.CLOSED,
    "不予主动公开": Disclosure.CLOSED,
    "不主动公开": Disclosure.CLOSED,
    "不宜公开": Disclosure.CLOSED,
    "不得公开": Disclosure.CLOSED,
    "不对外公开": Disclosure.CLOSED,
    "不向社会公开": Disclosure.CLOSED,
    "免予公开": Disclosure.CLOSED,
    "非公开": Disclosure.CLOSED,
    "主动公开": Disclosure.OPEN,
    "公开发布": Disclosure.OPEN,
}


def said(note: str) -> Disclosure | None:
    """Return the 公开属性 that the note means, None when it speaks of none."""
    return next((means for words, means in NOTES.items() if words in note), None)


def marks(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    meta = edition.metadata
    if meta.secrecy is not Secrecy.NONE:
        message = f"文件带有“{word(meta.secrecy)}”标志，不得发布。请停止办理并报告保密工作机构。"
        yield found("secrecy", "secrecy", message)
    if meta.disclosure is not Disclosure.OPEN:
        message = f"公开属性为“{word(meta.disclosure)}”，不得发布。如应公开，请先重新认定公开属性。"
        yield found("not_open", "disclosure", message)
        if not grounds.ground(meta.disclosure_ground):
            message = f"没有写明“{word(meta.disclosure)}”的理由。请从年度报告所列八项中选定，并说明原因。"
            yield found("no_ground", "disclosure_ground", message)
    if said(meta.note) not in {None, meta.disclosure}:
        message = f"附注“{meta.note}”与公开属性“{word(meta.disclosure)}”不一致。请核对后改正其一。"
        yield found("note_mismatch", "note", message)


def index(edition: Edition, _readings: Sequence[Reading], rules: Rulebook) -> Iterator[Finding]:
    """索引号: whether there is one, or will be by itself, and whether the code in it is one."""
    can_be_given = bool(rules.bureau_code or rules.unit_codes)
    if not edition.metadata.index_no:
        if not (can_be_given and rules.index_no_at_submit):
            message = "没有索引号，市政府信息公开专栏不接收。请填写或生成索引号。"
            yield found("no_index_no", "index_no", message, fixable=can_be_given)
    elif not index_numbers.is_sound(edition.metadata.index_no):
        message = f"索引号“{edition.metadata.index_no}”中机构代码的校验码不对。请核对有没有写错字符。"
        yield found("index_no_digit", "index_no", message)


def dates(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    meta = edition.metadata
    pairs = (
        ("printed_on", "印发日期", meta.printed_on, "成文日期", meta.signed_on),
        ("effective_on", "施行日期", meta.effective_on, "成文日期", meta.signed_on),
        ("expires_on", "失效日期", meta.expires_on, "施行日期", meta.effective_on or meta.signed_on),
    )
    for place, name, day, earlier_name, earlier in pairs:
        if day and day < earlier:
            message = f"{name} {day} 早于{earlier_name} {earlier}。请核对两个日期。"
            yield found("dates_order", place, message)
    if meta.kind is Kind.NORMATIVE and not meta.expires_on:
        yield found("no_expiry", "expires_on", "行政规范性文件没有标注有效期限。请填写失效日期。")
