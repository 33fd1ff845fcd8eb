"""公文要素 as a form: its choices, what stands in it, and what was read off the text for confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.web.console.posted import Posted
from hub.web.console.room import Visit
from schemas import filled as filled_in
from schemas import kinds
from schemas.draft import Hint
from schemas.errors import ErrorCode, HubError
from schemas.particulars import NOTHING, Form, Particulars, PlanLevel
from schemas.release import Disclosure, Kind, Metadata, Secrecy
from schemas.themes import THEMES
from schemas.words import word

KINDS = tuple((kind.value, word(kind), row.hint) for kind, row in kinds.KINDS.items())
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


#: Letters of a moment down to its minute.
_MINUTE = len("2026-11-01T10:00")
#: How a field is typed in: the type of its input.
_INPUTS = {
    kinds.Entry.DATE: "date",
    kinds.Entry.MOMENT: "datetime-local",
    kinds.Entry.YEAR: "number",
    kinds.Entry.LINK: "url",
    kinds.Entry.MAILBOX: "email",
}
_OPTIONS = {"plan_level": tuple((one.value, word(one)) for one in PlanLevel)}


@dataclass(frozen=True)
class Own:
    """A field of the chosen kind, as the form shows it."""

    name: str
    label: str
    hint: str
    input: str  #: `text`, `date`, …; `area` for several lines, `choice` for one of `options`
    options: tuple[tuple[str, str], ...] = ()


def own(chosen: str) -> tuple[Own, ...]:
    """The fields that the kind has of its own; none while no kind is chosen."""
    return tuple(_own(one) for one in kinds.KINDS[Kind(chosen)].fields) if chosen in set(Kind) else ()


def _own(one: kinds.Field) -> Own:
    said = {kinds.Need.REQUIRED: "（必填）", kinds.Need.WANTED: "（应填）"}.get(one.need, "")
    options = _OPTIONS.get(one.name, ())
    how = "choice" if options else "area" if one.entry is kinds.Entry.TEXT else _INPUTS.get(one.entry, "text")
    return Own(one.name, f"{one.label}{said}", one.hint, how, options)


def choices(chosen: str = "") -> dict[str, Any]:
    """What the form's choices offer; a theme of another list stays what it is."""
    themes = THEMES if chosen in THEMES or not chosen else (chosen, *THEMES)
    return {
        "kinds": KINDS,
        "themes": [(theme, theme.replace("\\", " › ")) for theme in themes],
        "disclosures": [(one.value, word(one)) for one in Disclosure],
        "secrecies": [(one.value, word(one)) for one in Secrecy],
        "forms": [(one.value, word(one)) for one in Form],
        "own": own,
    }


def values(metadata: Metadata) -> dict[str, Any]:
    """The elements as the form shows them, those of its kind beside the others."""
    shown = {name: "" if value is None else value for name, value in metadata.model_dump(mode="json").items()}
    said = metadata.particulars.model_dump(mode="json")
    if "heard_at" in said:
        said["heard_at"] = said["heard_at"][:_MINUTE]  # as the browser's own field has it
    return dict.fromkeys(kinds.FIELDS, "") | shown | said | {"keywords": "，".join(metadata.keywords)}


def proposed(title: str, hints: Mapping[str, Hint]) -> dict[str, Any]:
    """The elements of a document that has just been read: what was found in it, and nothing where nothing was."""
    read = {name: hint.value for name, hint in hints.items()}
    empty = dict.fromkeys((*Metadata.model_fields, *kinds.FIELDS), "")
    standing = {"disclosure": Disclosure.OPEN.value, "secrecy": Secrecy.NONE.value}
    return empty | standing | {name: value for name, value in read.items() if name in empty} | {"title": title}


def theirs(visit: Visit, metadata: Metadata) -> list[tuple[str, str]]:
    """What somebody else saved where this person typed something else; empty unless that was why it was refused."""
    if visit.refusal is None or visit.refusal.code is not ErrorCode.CONFLICT:
        return []
    saved = values(metadata)
    told = saved | {name: word(getattr(metadata, name)) for name in ("kind", "disclosure", "secrecy")}
    told |= {one.name: filled_in.read(said) for one, said in filled_in.filled(metadata)}
    labels = LABELS | {name: one.label for name, one in kinds.FIELDS.items()}
    return [
        (label, str(told[name]))
        for name, label in labels.items()
        if name in visit.posted.fields and visit.posted.get(name) != str(saved[name])
    ]


def filled(visit: Visit) -> Metadata:
    """The posted elements. Raises HubError(INVALID) that names the wrong fields."""
    typed = visit.posted.get("keywords").translate(_SEPARATORS)
    keywords = tuple(one.strip() for one in typed.split(",") if one.strip())
    wrong: dict[str, str] = {}
    particulars = NOTHING
    try:
        particulars = _particulars(visit.posted)
    except HubError as error:
        wrong |= error.fields
    try:
        metadata = visit.posted.filled(Metadata, keywords=keywords, particulars=particulars)
    except HubError as error:
        wrong = error.fields | wrong
    if wrong:
        raise HubError(ErrorCode.INVALID, detail="公文要素需要改正，见各栏目旁的说明", fields=wrong)
    return metadata


def _particulars(posted: Posted) -> Particulars:
    """What the chosen kind has of its own. What was typed for another kind before is left out."""
    mine = {one.name for one in own(posted.get("kind"))}
    return Posted({name: given for name, given in posted.fields.items() if name in mine}).filled(Particulars)
