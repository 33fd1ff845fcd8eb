"""Unsaved texts: kept, found again after the server went down, never put over what somebody else saved."""

from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from hub import app
from hub.app import House
from hub.store import releases
from hub.web import api
from tests.console import papers
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter
from tests.console.test_write_new import created


async def keep(clerk: Clerk, number: int, body: str) -> Sheet:
    """What the script of the page sends after a pause."""
    page = await clerk.get(f"/releases/{number}/write")
    typed = papers.fields(page, f"/releases/{number}/write/policy") | {"body": [body]}
    return await clerk.post(f"/releases/{number}/write/policy/keep", typed)


async def body(house: House, number: int) -> str:
    async with house.engine.connect() as connection:
        release = await releases.find(connection, number)
    assert release is not None
    return release.documents[0].body


async def test_what_is_typed_is_kept_checked_and_not_saved(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    before = await body(house, number)
    kept = await keep(clerk, number, "<p>公民身份号码11010519491231002X<script>x()</script></p>")
    assert kept.status == 200
    assert "公民身份号码110105" in kept.text
    assert "script" not in kept.text
    assert await body(house, number) == before
    page = await clerk.get(f"/releases/{number}/write")
    assert "有一份未保存的稿子" in page.words
    assert "11010519491231002X" not in page.text
    restored = await clerk.get(f"/releases/{number}/write?draft=policy")
    saved = await clerk.send(restored, f"/releases/{number}/write/policy")
    assert "已保存" in saved.text
    assert await body(house, number) == "<p>公民身份号码11010519491231002X</p>"
    assert "有一份未保存的稿子" not in saved.words


async def test_a_dropped_text_is_gone(enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    await keep(clerk, number, "<p>不要了</p>")
    page = await clerk.get(f"/releases/{number}/write/policy/draft")
    assert "不要了" in page.soup.find("ins").get_text()  # type: ignore[union-attr]
    dropped = await clerk.send(page, page.path, choice="drop")
    assert "有一份未保存的稿子" not in dropped.words


async def test_nothing_is_put_over_what_somebody_saved_meanwhile(house: House, enter: Enter) -> None:
    mine, theirs = await enter("editor"), await enter("editor2")
    number = await created(mine)
    path = f"/releases/{number}/write/policy"
    page = await mine.get(f"/releases/{number}/write")
    await theirs.send(await theirs.get(f"/releases/{number}/write"), path, body="<p>他们的话。</p>")
    met = await mine.send(page, path, body="<p>我的话。</p>")
    assert met.path == path + "/draft"
    assert await body(house, number) == "<p>他们的话。</p>"
    assert "有人保存过" in met.words
    assert [one.get_text() for one in met.soup.find_all(["ins", "del"])] == ["他们", "我"]
    # Somebody saves once more while I look: what I have not seen is not overwritten either.
    await theirs.send(await theirs.get(f"/releases/{number}/write"), path, body="<p>又改了。</p>")
    refused = await mine.send(met, met.path, choice="save")
    assert refused.status == 409
    assert await body(house, number) == "<p>又改了。</p>"
    assert "又改了" in refused.words
    await mine.send(refused, refused.path, choice="save")
    assert await body(house, number) == "<p>我的话。</p>"


async def test_elements_are_not_overwritten_unseen(house: House, enter: Enter) -> None:
    mine, theirs = await enter("editor"), await enter("editor2")
    number = await created(mine)
    base = f"/releases/{number}/write"
    page = await mine.get(base)
    await theirs.send(await theirs.get(base), base, issuer="他局")
    # A text that was saved meanwhile is no conflict for the elements.
    await theirs.send(await theirs.get(base), base + "/policy", body="<p>别的。</p>")
    met = await mine.send(page, base, issuer="我局")
    assert met.status == 409
    assert "他局" in met.words
    assert papers.fields(met, base)["issuer"] == ["我局"]
    assert "公文要素已保存" in (await mine.send(met, base)).text
    async with house.engine.connect() as connection:
        release = await releases.find(connection, number)
    assert release is not None
    assert release.metadata.issuer == "我局"


async def test_others_are_told_who_is_typing(enter: Enter) -> None:
    mine, theirs = await enter("editor"), await enter("editor2")
    number = await created(mine)
    await keep(mine, number, "<p>我在改</p>")
    assert "editor先生" in (await theirs.get(f"/releases/{number}/write")).words
    assert "也在改" in (await keep(theirs, number, "<p>我也改</p>")).text
    assert "我在改" not in (await theirs.get(f"/releases/{number}/write/policy/draft")).words


async def test_a_file_is_compared_before_it_replaces_the_text(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    before = await body(house, number)
    path = f"/releases/{number}/write/policy"
    file = {"file": ("新稿.docx", papers.word((*papers.POLICY[:5], ("各单位要在十日内公示。", ""))))}
    page = await clerk.send(await clerk.get(f"/releases/{number}/write"), path + "/file", files=file)
    assert page.path == path + "/draft"
    assert await body(house, number) == before
    await clerk.send(page, page.path, choice="save")
    assert "十日内公示" in await body(house, number)


async def test_a_session_that_ended_keeps_the_text(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    page = await clerk.get(f"/releases/{number}/write")
    clerk.cookies.clear()
    assert (await keep_without_session(clerk, page, number)).status == 401
    asked = await clerk.send(page, f"/releases/{number}/write/policy", body="<p>没有丢。</p>")
    again = await clerk.send(asked, "/login", login="editor", password="a long enough secret")
    await clerk.send(again, f"/releases/{number}/write/policy")
    assert await body(house, number) == "<p>没有丢。</p>"


async def keep_without_session(clerk: Clerk, page: Sheet, number: int) -> Sheet:
    path = f"/releases/{number}/write/policy"
    return await clerk.post(path + "/keep", papers.fields(page, path))


async def test_a_server_that_goes_down_while_somebody_writes_loses_nothing(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    assert (await keep(clerk, number, "<p>写到一半</p>")).status == 200
    # No goodbye: the application and all its connections go, and another process comes up on the same store.
    await clerk.client.close()
    await house.engine.dispose()
    async with app.opened(house.settings, house.servers) as risen:
        served = api.make_app(risen.hub, vkey=risen.signer.vkey, public_url=risen.public_url)
        async with TestClient(TestServer(served), cookie_jar=DummyCookieJar()) as client:
            back = Clerk(client, "editor", cookies=clerk.cookies)
            page = await back.get(f"/releases/{number}/write?draft=policy")
            assert "写到一半" in papers.fields(page, f"/releases/{number}/write/policy")["body"][0]
