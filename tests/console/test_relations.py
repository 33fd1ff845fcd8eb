"""与其他文件的关系 over HTTP: declared while it is written, read by who reviews, kept when other elements are saved."""

from hub.app import House
from hub.commands import reviewing
from hub.store import releases
from schemas.person import Person
from schemas.relation import RelationKind
from schemas.release import Metadata
from tests import making
from tests.commands.after import released
from tests.console.conftest import Enter

OTHER = "11120000MB1909339E/2026-00002"


async def metadata(house: House, release: int) -> Metadata:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found.metadata


async def test_what_is_declared_is_read_by_who_reviews(house: House, staff: dict[str, Person], enter: Enter) -> None:
    old = (await released(house, staff, index_no=OTHER, doc_no=None, title="旧的通知")).release
    new = (await making.draft(house, staff)).id
    editor, path = await enter("editor"), f"/releases/{new}/relations"
    add = f"{path}/add"
    sheet = await editor.send(await editor.get(path), add, kind="repeals", target=str(old))
    assert "废止《旧的通知》：正式发布后，该文件在各渠道自动标注“已废止”" in sheet.words
    sheet = await editor.send(sheet, add, kind="interprets", target="", title="某条例", address="https://example.org/")
    assert "不在本系统" in sheet.words
    for wrong, said in ((new, "另一份已正式发布"), (987654, "另一份已正式发布"), ("甲", "应为本系统中文件的编号")):
        refused = await editor.send(sheet, add, kind="amends", target=wrong)
        assert refused.status in {400, 422}, refused.status
        assert said in refused.words
    again = await editor.send(sheet, add, kind="repeals", target=str(old))
    assert "同一关系只写一次" in again.words
    # Other elements, saved in their own form, leave it as it is.
    write = f"/releases/{new}/write"
    assert (await editor.send(await editor.get(write), write, note="此件主动公开")).status == 200
    assert [one.kind for one in (await metadata(house, new)).relations] == [
        RelationKind.REPEALS,
        RelationKind.INTERPRETS,
    ]
    await reviewing.submit(house.hub, staff["editor"], new)
    reviewer = await enter("first")
    assert (
        "废止《旧的通知》：正式发布后，该文件在各渠道自动标注" in (await reviewer.get(f"/releases/{new}/review")).words
    )
    assert not (await reviewer.get(path)).soup.select(f"form[action='{add}']")
