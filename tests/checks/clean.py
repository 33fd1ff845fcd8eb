"""Clean official texts of many kinds, each in several variants: what numbers they have is drawn, what they say is not.

`clean.txt` holds them: `=== kind | title | 发文字号 | more`, the lines of the policy, and after `---` an
interpretation. Lines between bars are rows of a table.
"""

import random
import re
from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from hub.chinese import index_numbers
from hub.intake.sanitise import sanitise
from schemas.edition import Edition
from schemas.release import Attachment, Document, Role
from tests import making

VARIANTS = 3
_SLOT = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]+〔\d{4}〕[1-9]\d*号$")
_LINK = re.compile(r"https?://[A-Za-z0-9./-]+")


class Text(NamedTuple):
    """One text as the file has it."""

    kind: str
    title: str
    doc_no: str | None
    fields: dict[str, Any]
    policy: list[str]
    interpretation: tuple[str, list[str]] | None


def texts() -> list[Text]:
    parts = (Path(__file__).parent / "clean.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return [_text(part) for part in parts]


def editions() -> Iterator[tuple[str, Edition]]:
    """Every text in every variant, with a name."""
    for number, text in enumerate(texts()):
        for variant in range(VARIANTS):
            yield f"{text.title}#{variant}", edition(text, dice(number * 100 + variant))


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same numbers every time


def edition(text: Text, drawn: random.Random) -> Edition:
    policy = [_filled(line, drawn) for line in text.policy]
    signed = next((day for line in reversed(policy) if (day := _day(line))), date(2026, 9, 1))
    signed = min(signed, *text.fields.values(), date(2026, 11, 1))
    title = text.title
    documents = [_document(Role.POLICY, title, policy)]
    if text.interpretation:
        documents.append(_document(Role.INTERPRETATION, *text.interpretation))
    fields: dict[str, Any] = {"kind": text.kind, "title": title, "doc_no": text.doc_no, "signed_on": signed}
    note = {"note": "此件主动公开"} if any("主动公开）" in line for line in policy) else {}
    metadata = making.metadata(**fields, **note, **text.fields, **_OF_KIND.get(text.kind, {}))
    return Edition(release=1, number=1, metadata=metadata, documents=tuple(documents))


def html(lines: list[str]) -> str:
    """The lines as a body: paragraphs, and tables of the rows between bars."""
    parts: list[str] = []
    for line in lines:
        if line.startswith("|"):
            cells = "".join(f"<td>{escape(cell.strip())}</td>" for cell in line.strip("|").split("|"))
            row = f"<tr>{cells}</tr>"
            if parts and parts[-1].endswith("</table>"):
                parts[-1] = parts[-1].removesuffix("</tbody></table>") + row + "</tbody></table>"
            else:
                parts.append(f"<table><tbody>{row}</tbody></table>")
        else:
            parts.append(
                f"<p>{_LINK.sub(lambda link: f'<a href={chr(34)}{link[0]}{chr(34)}>{link[0]}</a>', escape(line))}</p>"
            )
    return sanitise("".join(parts))


def _text(part: str) -> Text:
    head, _, rest = part.partition("\n")
    kind, title, doc_no, *more = (one.strip() for one in head.split("|"))
    policy, _, interpretation = rest.strip().partition("--- interpretation | ")
    explained = interpretation.strip().split("\n") if interpretation else []
    fields = dict(pair.split("=") for pair in " ".join(more).split())
    named = {f"{name}_on": date.fromisoformat(day) for name, day in fields.items()}
    number = doc_no if _NUMBER.match(doc_no) else None
    return Text(
        kind, title, number, named, policy.strip().split("\n"), (explained[0], explained[1:]) if explained else None
    )


def _document(role: Role, title: str, lines: list[str]) -> Document:
    announced = [line.partition("：")[2] for line in lines if line.startswith("附件：")]
    files = tuple(Attachment(name=f"{one}.pdf", media="application/pdf", size=1, sha256="b" * 64) for one in announced)
    number = 0 if role is Role.POLICY else 1
    return Document(role=role, number=number, title=title, body=html(lines), attachments=files)


def _day(line: str) -> date | None:
    match = _DAY.match(line)
    return date(*map(int, match.groups())) if match else None


def _filled(line: str, dice: random.Random) -> str:
    return _SLOT.sub(lambda slot: str(_MADE[slot[1]](dice)), line)


def _figures(dice: random.Random, count: int) -> str:
    return str(dice.randrange(10 ** (count - 1), 10**count))


def credit_code(dice: random.Random) -> str:
    """A sound 统一社会信用代码 of a firm or a body of Tianjin."""
    while True:
        body = "".join(dice.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
        known = body if dice.random() < 0.5 else f"7{_figures(dice, 7)}"
        head = dice.choice(("91", "12", "11", "92")) + dice.choice(("120000", "120116", "120103", "120119"))
        for last in "0123456789X":
            for check in "0123456789ABCDEFGHJKLMNPQRTUWXY":
                code = head + known + last + check
                if index_numbers.is_sound(f"{code}/2026-1"):
                    return code


def _telephone(dice: random.Random) -> str:
    return dice.choice(("022-", "（022）", "022—", "022－", "")) + "2" + _figures(dice, 7)


def _account(dice: random.Random) -> str:
    return dice.choice((f"0302{_figures(dice, 15)}", f"1200{_figures(dice, 16)}", f"2771{_figures(dice, 8)}"))


def _project(dice: random.Random) -> str:
    place = f"{dice.choice((2023, 2024, 2025))}-120{dice.choice((110, 116, 119))}"
    return f"{place}-{_figures(dice, 2)}-0{dice.randint(1, 5)}-{_figures(dice, 6)}"


def _unit(dice: random.Random) -> str:
    land = f"120{dice.choice((101, 103, 104))}00{_figures(dice, 1)}00{_figures(dice, 1)}"
    return f"{land}GB0{_figures(dice, 4)}F000{_figures(dice, 5)}"


_MADE: dict[str, Any] = {
    "tel": _telephone,
    "credit": credit_code,
    "bank": _account,
    "project": _project,
    "parcel": lambda dice: f"津{dice.choice('丽西辰宝')}（挂）2026-{dice.randint(1, 60):02}号",
    "unit": _unit,
    "amount": lambda dice: f"{dice.randint(1, 99999)}.{dice.randint(0, 99):02}",
    "money": lambda dice: f"{dice.randint(10**6, 10**11)}.{dice.randint(0, 99):02}",
    "area": lambda dice: f"{dice.randint(100, 999999)}.{dice.randint(0, 9)}",
    **{f"n{size}": (lambda dice, size=size: _figures(dice, size)) for size in range(2, 9)},
}
#: What the forms of some kinds ask for besides.
_OF_KIND: dict[str, dict[str, Any]] = {
    "meeting": {"particulars": {"held_on": date(2026, 4, 22), "session": "2026年第8次局长办公会议"}},
    "consultation": {"particulars": {"closes_on": date(2026, 6, 5), "feedback_email": "tjdmglbf@163.com"}},
    "clarification": {"particulars": {"clarifies": "调整学区地块的传言", "heard_at": "2026-08-31T09:00"}},
    "powers": {"particulars": {"list_version": "2026年版", "checked_on": date(2026, 9, 1), "changes_told": "没有调整"}},
    "emergency_plan": {"particulars": {"plan_level": "special", "review_on": date(2029, 9, 1)}},
    "guide": {"particulars": {"updated_on": date(2026, 9, 1)}},
    "annual_report": {"particulars": {"report_year": 2025}},
}
