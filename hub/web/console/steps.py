"""办理过程: the way of a release step by step, who did it when, or that it is still to be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.core import workflow
from hub.core.sentences.openings import Case
from hub.web.console.countersign import Hurried
from schemas.release import ReleaseState
from schemas.review import Level
from schemas.words import word


@dataclass(frozen=True)
class Link:
    """One link of the chain: who did it when, or that it is still to be done."""

    name: str
    is_done: bool
    who: str = ""
    at: datetime | None = None
    said: str = ""


def chain(
    case: Case, pressed: dict[str, Any] | None, people: dict[str, str], titles: dict[str, str], urgent: Hurried | None
) -> Iterator[Link]:
    release = case.release
    is_draft = release.state is ReleaseState.DRAFT
    authors = "、".join(people.get(one, one) for one in release.authors)
    yield Link("起草", not is_draft, authors, release.created_at, "正在修改" if is_draft and release.edition else "")
    done = workflow.approvals(case.edition, case.reviews) if case.edition and not is_draft else {}
    spared = {one.level: one for one in urgent.levels} if urgent and not is_draft else {}
    for level in (Level.FIRST, Level.SECOND, Level.SECRECY, Level.FINAL):
        review = done.get(level)
        if one := spared.get(level):
            told = f"补签：{word(one.verdict)}" if one.verdict else "应急发布，发布后补签"
            yield Link(word(level), one.verdict is not None, one.who, one.at, told)
            continue
        if review is None:
            yield Link(word(level), is_done=False)
            continue
        behalf = f"（代{people.get(review.on_behalf_of, '')}）" if review.on_behalf_of else ""
        yield Link(word(level), True, people.get(review.reviewer, "") + behalf, review.at, review.note)
    is_ours = pressed is not None and pressed.get("ed") == release.edition and not is_draft
    if pressed is not None and is_ours:
        yield Link("发布", True, people.get(pressed["who"], ""), datetime.fromisoformat(pressed["at"]))
    else:
        yield Link("发布", is_done=False)
    channel = release.official_channel or ""
    yield Link("正式发布", release.official_at is not None, titles.get(channel, channel), release.official_at)
