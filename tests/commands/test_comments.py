"""批注: on a passage of an edition, answered, settled; found again in the next edition or shown as changed."""

import json

import pytest

from hub.app import House
from hub.commands import commenting, drafting, publishing, reviewing
from hub.core import passages
from hub.store import comments, log
from schemas.comment import Answer, Remark, Thread
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Document, Role
from schemas.review import Decision, Level
from tests import making

Staff = dict[str, Person]
BODY = "<p>一、为了测试。</p><p>二、为了<b>测试</b>，各单位应当办理。</p>"


async def submitted(house: House, staff: Staff, body: str = BODY, release: int | None = None) -> int:
    if release is None:
        release = (await making.draft(house, staff)).id
    policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body=body)
    await drafting.put_document(house.hub, staff["editor"], release, policy)
    await reviewing.submit(house.hub, staff["editor"], release)
    return release


def remark(quote: str = "", *, edition: int = 1, words: str = "请改", **more: str) -> Remark:
    return Remark.model_validate({"document": "policy", "edition": edition, "quote": quote, "words": words} | more)


async def threads(house: House, release: int) -> list[Thread]:
    async with house.engine.connect() as connection:
        return await comments.of_release(connection, release)


async def test_a_comment_keeps_its_passage_with_its_true_surroundings(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    await commenting.add(house.hub, staff["first"], release, remark("为了测试", before="二、", after="，各单位"))
    await commenting.add(house.hub, staff["first"], release, remark("各单位 应当", before="made up", after="nonsense"))
    one, other = await threads(house, release)
    assert (one.first.quote, one.first.before, one.first.after) == (
        "为了测试",
        "一、为了测试。二、",
        "，各单位应当办理。",
    )
    assert other.first.before.endswith("，")
    assert one.first.author_name == "first"


async def test_words_that_are_not_in_the_edition_are_refused(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    for wrong, field in ((remark("没有这句话"), "quote"), (remark("应当" * 400), "quote")):
        with pytest.raises(HubError) as told:
            await commenting.add(house.hub, staff["first"], release, wrong)
        assert set(told.value.fields) == {field}
    for gone in (remark(edition=2), remark(document="interpretation-9")):
        with pytest.raises(HubError) as told:
            await commenting.add(house.hub, staff["first"], release, gone)
        assert told.value.code is ErrorCode.NOT_FOUND


async def test_answers_hang_on_one_level(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    first = await commenting.add(house.hub, staff["second"], release, remark("各单位应当办理"))
    answer = await commenting.answer(house.hub, staff["editor"], release, first, Answer(words="已改"))
    with pytest.raises(HubError) as told:
        await commenting.answer(house.hub, staff["second"], release, answer, Answer(words="好"))
    assert told.value.code is ErrorCode.NOT_FOUND
    (thread,) = await threads(house, release)
    assert [one.words for one in thread.answers] == ["已改"]


async def test_its_author_and_an_editor_settle_it(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    comment = await commenting.add(house.hub, staff["second"], release, remark("为了测试"))
    with pytest.raises(HubError) as told:
        await commenting.resolve(house.hub, staff["first"], release, comment, is_resolved=True)
    assert told.value.code is ErrorCode.FORBIDDEN
    await commenting.resolve(house.hub, staff["editor"], release, comment, is_resolved=True)
    await commenting.resolve(house.hub, staff["second"], release, comment, is_resolved=True)
    (thread,) = await threads(house, release)
    assert (thread.is_open, thread.first.resolved_by, thread.first.resolver_name) == (
        False,
        staff["editor"].id,
        "editor",
    )
    await commenting.resolve(house.hub, staff["second"], release, comment, is_resolved=False)
    assert (await threads(house, release))[0].is_open


async def test_who_does_not_work_on_the_text_says_nothing(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    comment = await commenting.add(house.hub, staff["second"], release, remark())
    for login in ("auditor", "publisher"):
        for attempt in (
            commenting.add(house.hub, staff[login], release, remark()),
            commenting.answer(house.hub, staff[login], release, comment, Answer(words="好")),
            commenting.resolve(house.hub, staff[login], release, comment, is_resolved=True),
        ):
            with pytest.raises(HubError) as told:
                await attempt
            assert told.value.code is ErrorCode.FORBIDDEN


async def test_after_the_button_nothing_is_said_any_more(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    with pytest.raises(HubError) as told:
        await commenting.add(house.hub, staff["first"], edition.release, remark())
    assert told.value.code is ErrorCode.STATE


async def test_a_comment_of_another_release_is_not_reached_from_here(house: House, staff: Staff) -> None:
    one, other = await submitted(house, staff), await submitted(house, staff)
    comment = await commenting.add(house.hub, staff["first"], one, remark())
    with pytest.raises(HubError) as told:
        await commenting.resolve(house.hub, staff["first"], other, comment, is_resolved=True)
    assert told.value.code is ErrorCode.NOT_FOUND


async def test_a_release_holds_only_so_many(house: House, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "MAX_COMMENTS", 2)
    release = await submitted(house, staff)
    first = await commenting.add(house.hub, staff["first"], release, remark())
    await commenting.answer(house.hub, staff["editor"], release, first, Answer(words="好"))
    with pytest.raises(HubError) as told:
        await commenting.add(house.hub, staff["first"], release, remark())
    assert told.value.code is ErrorCode.INVALID
    await commenting.resolve(house.hub, staff["first"], release, first, is_resolved=True)


async def test_a_return_says_in_the_log_with_how_many_comments(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    first = await commenting.add(house.hub, staff["first"], release, remark("为了测试"))
    await commenting.add(house.hub, staff["first"], release, remark())
    await commenting.answer(house.hub, staff["editor"], release, first, Answer(words="好"))
    await reviewing.review(house.hub, staff["first"], release, Level.FIRST, Decision.RETURN, note="见批注")
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        entries = [json.loads(body) async for body in log.entries(connection, 0, size)]
    assert entries[-1]["data"] == {"level": "first", "decision": "return", "for": None, "comments": 2}
    assert "comment" not in {str(one["t"]).partition(".")[0] for one in entries}


async def test_the_passage_is_found_again_in_the_next_edition(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    await commenting.add(house.hub, staff["first"], release, remark("各单位应当办理"))
    (thread,) = await threads(house, release)
    assert thread.first.passage is not None
    moved = passages.find("<p>新的一段。</p>" + BODY, thread.first.passage)
    assert moved is not None
    assert moved.exact
    changed = passages.find(BODY.replace("应当办理", "可以不办"), thread.first.passage)
    assert changed is None or not changed.exact


async def test_a_bookmark_tells_which_edition_was_read_last(house: House, staff: Staff) -> None:
    release = await submitted(house, staff)
    await submitted(house, staff, BODY + "<p>三、完。</p>", release)
    reader = staff["first"].id
    async with house.engine.begin() as connection:
        assert await comments.last_read(connection, reader, release, before=3) == 0
        for edition in (1, 2, 2):
            await comments.read(connection, reader, release, edition)
        assert await comments.last_read(connection, reader, release, before=3) == 2
        assert await comments.last_read(connection, reader, release, before=2) == 1
