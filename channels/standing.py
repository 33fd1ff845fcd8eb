"""What a notice says, in the words that every channel uses. Pure."""

from datetime import date

from schemas import addresses
from schemas import validity as rule
from schemas.card import Validity
from schemas.relation import Tie
from schemas.release import Document, Metadata, Role
from schemas.standing import Notice, StandingKind
from schemas.words import word

K = StandingKind
#: What stands behind a title, as bureaus write it: 信息公开规定(已废止). What is in force bears no mark.
MARKED = frozenset({K.AMENDED, K.REPEALED, K.EXPIRED, K.WITHDRAWN})
_SENTENCES = {
    K.AMENDED: "{what}的部分内容自{since}起已修改。",
    K.REPEALED: "{what}自{since}起废止。",
    K.EXPIRED: "{what}自{since}起失效。",
    K.WITHDRAWN: "{what}已于{since}撤回，不再公开。",
}


def title(document: Document, notice: Notice | None) -> str:
    """The title with its mark. An interpretation is marked only when it is withdrawn with its policy."""
    if notice is None or notice.kind not in MARKED:
        return document.title
    if document.role is Role.INTERPRETATION and not notice.is_withdrawal:
        return document.title
    return f"{document.title}({word(notice.kind)})"


def sentence(document: Document, notice: Notice) -> str:
    """What holds, in one sentence, with its day."""
    is_reading = document.role is Role.INTERPRETATION
    what = "所解读的文件" if is_reading and not notice.is_withdrawal else ("本解读" if is_reading else "本文件")
    if notice.kind in _SENTENCES:
        said = _SENTENCES[notice.kind].format(what=what, since=_chinese(notice.effective_on))
        return said + (f"有效期延长至{_chinese(notice.expires_on)}。" if notice.expires_on else "")
    if notice.expires_on:
        return f"{what}继续有效，有效期延长至{_chinese(notice.expires_on)}。"
    return f"{what}现行有效。"


def validity(metadata: Metadata, notice: Notice | None, released: date) -> Validity:
    """What holds of the document on the day of which a page speaks: the newest word's, before any that of the release.

    When a day to come changes it, a new word is said on that day, and the page is written anew.
    """
    day = notice.confirmed_on if notice else released
    last = (notice.last_day if notice else None) or metadata.expires_on
    return rule.judge(notice.kind if notice else None, metadata.effective_on, last, day)[0]


def ties(document: Document, metadata: Metadata, notice: Notice | None) -> list[Tie]:
    """What the policy has to do with other documents: as it declares itself, then as others do. Each once."""
    if document.role is not Role.POLICY:
        return []
    own = [Tie.model_validate(one.model_dump()) for one in metadata.relations]
    return list(dict.fromkeys([*own, *(notice.ties if notice else ())]))


def called(tie: Tie) -> str:
    """What the other document is to this one: 废止的文件, 废止本文件的文件."""
    return f"{word(tie.kind)}本文件的文件" if tie.is_passive else f"{word(tie.kind)}的文件"


def place(tie: Tie, site_url: str = "") -> str:
    """Where the other document is, on our own site or elsewhere; empty when nobody named an address."""
    return site_url + addresses.path(tie.release, "policy") if tie.release else tie.address


def tag(notice: Notice) -> str:
    """What a page's head carries, for our own look: `2/repealed`. The number grows with every word on the release."""
    return f"{notice.serial}/{notice.kind}"


def serial(tagged: str) -> int:
    """The number of a tag; 0 for what is none."""
    number = tagged.partition("/")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0  # noqa: PLR2004


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
