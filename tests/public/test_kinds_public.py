"""What a document has by its kind, as the public finds it and as staff are asked to look after it."""

from datetime import date

from hub.store import editions, tended
from schemas.edition import Edition
from schemas.office import EVERYTHING
from schemas.particulars import Form
from schemas.release import Kind
from tests.public.conftest import OWNER, Room


async def drawn(room: Room) -> Edition:
    """A release whose interpretation is a 图解, seen in its second edition."""
    plain = await room.frozen("<p>图甲。</p>", "<p>图乙。</p>", title="图解的办法")
    reading = plain.documents[1].model_copy(update={"form": Form.GRAPHIC})
    made = Edition(release=plain.release, number=2, metadata=plain.metadata, documents=(plain.policy, reading))
    async with room.house.engine.begin() as connection:
        await editions.freeze(connection, made, (OWNER,))
    return await room.seen(made)


async def test_what_a_kind_has_is_found_and_told_without_what_only_staff_work_by(room: Room) -> None:
    asked = {"closes_on": "2099-12-20", "feedback_email": "a@tj.gov.cn", "outcome_link": "https://tj.gov.cn/r"}
    open_ = await room.seen(await room.frozen(kind="consultation", title="征求意见甲", particulars=asked))
    over = await room.shelved(kind="consultation", title="征求意见乙", particulars={"closes_on": "2020-12-20"})
    clarified = {"clarifies": "网传", "heard_at": "2026-11-01T09:00", "rumour_link": "https://example.com/1"}
    told = await room.shelved(kind="clarification", title="澄清", particulars=clarified)
    page = await room.page("/search?q=征求意见")
    assert "征求意见中" in page
    assert "至2099年12月20日" in page
    assert "已截止" in page
    assert (await room.data(f"/releases/{open_.release}"))["particulars"] == asked
    assert (await room.data(f"/releases/{told.release}"))["particulars"] == {"clarifies": "网传"}
    async with room.house.engine.connect() as connection:
        found = await tended.public(connection, EVERYTHING)
    assert {(one.release, one.kind, one.said.closes_on) for one in found} == {
        (open_.release, Kind.CONSULTATION, date(2099, 12, 20)),
        (over.release, Kind.CONSULTATION, date(2020, 12, 20)),
    }


async def test_the_form_of_an_interpretation_is_told(room: Room) -> None:
    edition = await drawn(room)
    await room.follow()
    documents = (await room.data(f"/releases/{edition.release}"))["documents"]
    assert [one["form"] for one in documents] == ["text", "graphic"]
    assert '<span class="tag">图解</span>' in await room.page("/search?q=图乙")


async def test_what_only_staff_work_by_is_in_no_comparison(room: Room) -> None:
    before = {"clarifies": "网传甲", "heard_at": "2026-11-01T09:00"}
    first = await room.shelved(kind="clarification", title="澄清", particulars=before)
    after = {"clarifies": "网传乙", "heard_at": "2026-11-02T10:00", "rumour_link": "https://example.com/rumour"}
    second = await room.frozen(
        "<p>二、说明。</p>", release=first.release, kind="clarification", title="澄清", particulars=after
    )
    await room.seen(second)
    page = await room.page(f"/compare/{first.release}")
    assert "网传乙" in page
    assert "example.com" not in page
    assert "发现时间" not in page
