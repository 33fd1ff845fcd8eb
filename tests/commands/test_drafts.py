"""Unsaved texts and arrivals in the store: bounded, pruned, each person's own; and what moves with a document."""

import io

import pytest
from PIL import Image
from sqlalchemy import text

from hub.app import House
from hub.commands import arriving, autosaving, interpreting, publishing, writing
from hub.store import arrivals, drafts, log, releases
from schemas.draft import Text
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from tests import making


def png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(written, "PNG")
    return written.getvalue()


async def count(house: House, table: str) -> int:
    async with house.engine.connect() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608


async def test_keeping_is_no_act(house: House, staff: dict[str, Person]) -> None:
    release = await making.draft(house, staff)
    async with house.engine.connect() as connection:
        before = await log.size(connection)
    await autosaving.keep(house.hub, staff["editor"], release.id, "policy", Text(body="<p>甲</p>"), base="x")
    async with house.engine.connect() as connection:
        assert await log.size(connection) == before
        now = await releases.find(connection, release.id)
    assert now == release


async def test_the_last_text_stands_and_saving_settles_it(house: House, staff: dict[str, Person]) -> None:
    release = await making.draft(house, staff)
    editor = staff["editor"]
    for body in ("<p>甲</p>", "<p>乙</p><script>x</script>"):
        await autosaving.keep(house.hub, editor, release.id, "policy", Text(body=body), base="x")
    async with house.engine.connect() as connection:
        draft = await drafts.find(connection, release.id, "policy", editor.id)
    assert draft is not None
    assert draft.text.body == "<p>乙</p>"
    await writing.write(house.hub, editor, release.id, "policy", Text(body="<p>丙</p>"))
    assert await count(house, "drafts") == 0


async def test_what_is_old_or_too_much_is_cleared_away(house: House, staff: dict[str, Person]) -> None:
    release = await making.draft(house, staff)
    editor = staff["editor"]
    await autosaving.keep(house.hub, editor, release.id, "policy", Text(body="<p>旧</p>"), base="x")
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE drafts SET kept_at = now() - interval '31 days'"))
    await autosaving.keep(house.hub, editor, release.id, "interpretation-1", Text(body="<p>新</p>"), base="x")
    assert await count(house, "drafts") == 1
    async with house.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO drafts (release_id, document, person_id, base, content, kept_at) SELECT release_id, "
                "'interpretation-' || n, person_id, base, content, now() - n * interval '1 minute' "
                "FROM drafts, generate_series(2, 99) n"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO drafts (release_id, document, person_id, base, content, kept_at) SELECT release_id, "
                "'x' || n, person_id, base, content, now() - interval '1 day' FROM drafts, generate_series(1, 5) n "
                "WHERE document = 'interpretation-1'"
            )
        )
    await autosaving.keep(house.hub, editor, release.id, "policy", Text(body="<p>再</p>"), base="x")
    assert await count(house, "drafts") == drafts.MAX_OF_PERSON


async def test_a_picture_must_have_been_brought_by_whoever_shows_it(house: House, staff: dict[str, Person]) -> None:
    release = await making.draft(house, staff)
    editor = staff["editor"]
    image = await autosaving.bring_image(house.hub, editor, release.id, "policy", ("图.png", png()))
    shown = Text(body=f'<p><img src="blob:{image.sha256}" alt=""></p>')
    with pytest.raises(HubError) as refused:
        await writing.write(house.hub, editor, release.id, "interpretation-1", shown)
    assert refused.value.code is ErrorCode.INVALID
    alts = {image.sha256: '一幅"图"<'}
    saved = await writing.write(house.hub, editor, release.id, "policy", shown, alts=alts)
    assert saved.documents[0].images == (image,)
    assert writing.alt(saved.documents[0].body, image.sha256) == '一幅"图"<'
    with pytest.raises(HubError) as none:
        await autosaving.bring_image(house.hub, editor, release.id, "policy", ("x.png", b"<svg/>"))
    assert none.value.code is ErrorCode.INTAKE


async def test_an_arrival_becomes_one_release(house: House, staff: dict[str, Person]) -> None:
    editor = staff["editor"]
    file = ("通知.txt", "关于测试的通知\n\n各处室：\n\n请遵照执行。".encode())
    arrival = await arriving.receive(house.hub, editor, [file])
    made = [await arriving.create(house.hub, editor, arrival.id, making.metadata(), policy=0) for _ in range(2)]
    assert made[0].id == made[1].id
    assert "请遵照执行" in made[0].documents[0].body
    with pytest.raises(HubError):
        await arriving.create(house.hub, staff["first"], arrival.id, making.metadata(), policy=0)
    async with house.engine.connect() as connection:
        assert not await arrivals.waiting(connection, editor.id)


async def test_arrivals_are_bounded(house: House, staff: dict[str, Person]) -> None:
    for _ in range(3):
        await arriving.receive(house.hub, staff["editor"], [])
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE arrivals SET at = now() - interval '31 days'"))
    await arriving.receive(house.hub, staff["editor"], [])
    assert await count(house, "arrivals") == 1


async def test_unsaved_texts_keep_interpretations_in_their_places(house: House, staff: dict[str, Person]) -> None:
    release = await making.draft(house, staff)
    editor = staff["editor"]
    second = await interpreting.add(house.hub, editor, release.id)
    await autosaving.keep(house.hub, editor, release.id, second, Text(title="乙", body="<p>乙</p>"), base="x")
    with pytest.raises(HubError) as refused:
        await interpreting.swap_documents(house.hub, editor, release.id, "interpretation-1", second)
    assert refused.value.code is ErrorCode.STATE
    await interpreting.remove_document(house.hub, editor, release.id, second)
    assert await count(house, "drafts") == 0
    with pytest.raises(HubError):
        await interpreting.remove_document(house.hub, editor, release.id, "policy")


async def test_once_sent_interpretations_keep_their_addresses(house: House, staff: dict[str, Person]) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    editor = staff["editor"]
    second = await interpreting.add(house.hub, editor, edition.release)
    with pytest.raises(HubError) as refused:
        await interpreting.swap_documents(house.hub, editor, edition.release, "interpretation-1", second)
    assert refused.value.code is ErrorCode.STATE
