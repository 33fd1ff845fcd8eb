"""批注: words about passages of an edition, and answers to them. Work, not acts: nothing is logged."""

import asyncio

from hub.commands.act import Acting, Hub, act
from hub.core import passages, workflow
from hub.store import comments, editions
from schemas.comment import Answer, Comment, Remark
from schemas.errors import ErrorCode, HubError
from schemas.passage import Passage
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.release import ReleaseState
from schemas.words import word

#: Whoever works on the text.
READERS = (Duty.EDITOR, *LEVEL_DUTY.values())
#: From the button on there is nothing left to be said to the editor.
OVER = frozenset({ReleaseState.PUBLISHING, ReleaseState.RELEASED})


async def add(hub: Hub, person: Person, release: int, remark: Remark) -> int:
    """Keep a comment on a passage of an edition and return its number. Running it twice makes two.

    Raises HubError: FORBIDDEN, NOT_FOUND, STATE, INVALID when the edition does not hold the quoted words.
    """
    workflow.require(person, *READERS)
    # An edition never changes, so its text is searched before anybody has to wait.
    async with hub.engine.connect() as connection:
        edition = await editions.find(connection, release, remark.edition)
    document = next((d for d in edition.documents if d.name == remark.document), None) if edition else None
    if document is None:
        raise HubError(ErrorCode.NOT_FOUND, what="要批注的文件或版本")
    placed = await asyncio.to_thread(_placed, remark, document.body)
    async with act(hub, person) as acting:
        await _open(acting, person, release)
        await _bound(acting, release)
        return await comments.add(acting.connection, release, placed, author=person.id)


async def answer(hub: Hub, person: Person, release: int, comment: int, words: Answer) -> int:
    """Answer a comment and return the answer's number. Raises HubError: FORBIDDEN, NOT_FOUND, STATE."""
    async with act(hub, person) as acting:
        await _open(acting, person, release)
        await _bound(acting, release)
        first = await _first(acting, release, comment)
        return await comments.answer(acting.connection, first, words.words, author=person.id)


async def resolve(hub: Hub, person: Person, release: int, comment: int, *, is_resolved: bool) -> None:
    """Say that a comment is settled, or is not: its author may, and an editor. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND, STATE.
    """
    async with act(hub, person) as acting:
        await _open(acting, person, release)
        first = await _first(acting, release, comment)
        if first.author != person.id:
            workflow.require(person, Duty.EDITOR)
        await comments.resolve(acting.connection, comment, by=person.id if is_resolved else None)


async def _open(acting: Acting, person: Person, release: int) -> None:
    """Lock the release, if this person may say something of it now."""
    workflow.require(person, *READERS)
    found = await acting.release(release)
    if found.state in OVER:
        raise HubError(
            ErrorCode.STATE, state=word(found.state), advice="批注只在发布之前办理；如需更正，请先修改内容。"
        )


async def _bound(acting: Acting, release: int) -> None:
    if await comments.count(acting.connection, release) >= comments.MAX_COMMENTS:
        detail = f"一份文件最多 {comments.MAX_COMMENTS} 条批注和答复，请把其余意见写入审核意见"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"words": detail})


async def _first(acting: Acting, release: int, comment: int) -> Comment:
    """The comment, if it is one of this release and no answer."""
    found = await comments.find(acting.connection, comment)
    if found is None or found.release != release or found.thread is not None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {comment} 的批注")
    return found


def _placed(remark: Remark, body: str) -> Remark:
    """The remark with the surroundings that its quote really has in the edition.

    What a script sends is checked, and where only the words were typed the surroundings of their first place are taken.
    """
    quoted = remark.model_copy(update={"quote": remark.quote.strip()})
    if not quoted.quote:
        return quoted.model_copy(update={"before": "", "after": ""})
    given = Passage(document=remark.document, quote=quoted.quote, before=remark.before, after=remark.after)
    place = passages.find(body, given)
    if place is None or not place.exact:
        words = "这一版的正文里没有这段文字，请照原文摘录"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"quote": words})
    found = passages.quote(remark.document, body, place.start, place.end)
    if found is None:
        return quoted
    return quoted.model_copy(update={"before": found.before, "after": found.after})
