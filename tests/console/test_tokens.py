"""本人账号 and 人员: tokens are seen and ended one by one; who set a password in another's place is told."""

from typing import Any

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from hub.app import House
from hub.commands import reviewing, tokens
from hub.store import delegations, editions, people
from hub.store import tokens as stored
from schemas.person import Person
from schemas.review import Decision, Level
from tests import making
from tests.console.clerk import Clerk
from tests.console.conftest import Enter


async def _live(house: House, token: str) -> bool:
    async with house.engine.connect() as connection:
        return await stored.bearer(connection, token) is not None


async def test_each_sees_and_ends_tokens_of_their_own_and_the_administrator_those_of_all(
    house: House, enter: Enter
) -> None:
    editor, admin = await enter("editor"), await enter("admin")
    page = await editor.send(await editor.get("/me"), "/me/tokens", label="报送程序")
    assert "请保存好令牌" in page.words
    token = next(word for word in page.text.replace("<", " ").replace(">", " ").split() if word.startswith("gb_"))
    assert await _live(house, token)
    given = await admin.send(await admin.get("/admin/people/editor"), "/admin/people/editor/token", label="另一个")
    other = next(word for word in given.text.replace("<", " ").replace(">", " ").split() if word.startswith("gb_"))
    page = await editor.get("/me")
    assert token not in page.text
    for words in ("报送程序", "另一个", "不能审核、签发、确认"):
        assert words in page.words
    mine, theirs = [one.id for one in reversed(await tokens.listed(house.hub, await _person(house, "editor")))]
    page = await editor.send(page, "/me/tokens/revoke", token=theirs)
    assert "已吊销" in page.words
    assert [await _live(house, one) for one in (token, other)] == [True, False]
    page = await admin.get("/admin/people/editor")
    page = await admin.send(page, "/admin/people/editor/token/revoke", token=mine)
    assert not await _live(house, token)


async def test_a_signer_whose_password_was_set_signs_nothing_before_choosing_another(
    house: House,
    staff: dict[str, Person],
    console: TestClient[Request, Application],
    enter: Enter,
) -> None:
    release = await _nearly(house, staff)
    admin = await enter("admin")
    given = await admin.send(await admin.get("/admin/people/signer"), "/admin/people/signer/password")
    password = given.text.split("<code>")[1].split("</code>")[0]
    signer = Clerk(console, "signer")
    page = await signer.enter(password)
    assert page.path == "/me"
    assert "您的密码由admin先生于" in page.words
    # Nothing else is reached: no review, no lending of the duty to somebody else, no token that outlives the password.
    for place in (f"/releases/{release}/review", "/me/delegations", "/", f"/releases/{release}"):
        assert (await signer.get(place)).path == "/me", place
    mark = str(page.form("/me/password").select_one("input[name=_token]")["value"])  # type: ignore[index]
    values = {"_token": [mark], "level": ["final"], "decision": ["approve"], "edition": ["1"], "label": ["程序"]}
    for place in (f"/releases/{release}/review", "/me/delegations", "/me/tokens"):
        await signer.post(place, values)
    async with house.engine.connect() as connection:
        assert len(await editions.reviews(connection, release, 1)) == len(making.REVIEWS) - 1
        assert await delegations.listed(connection) == []
    assert await tokens.listed(house.hub, staff["signer"]) == []
    kept = await signer.get("/me/passkeys/options")
    assert (kept.status, "请先更改密码" in kept.text) == (409, True), "no key that outlives it"
    changed: dict[str, Any] = {"old": password, "password": "quite another one", "again": "quite another one"}
    page = await signer.send(page, "/me/password", **changed)
    assert "最近一次被他人重设：admin先生于" in page.words
    assert "他人对本账号的办理" in page.words
    assert "admin先生重设了“signer先生”的密码" in page.words.replace(" ", "")
    assert "您的密码由admin先生于" in (await signer.get("/")).words
    assert (await signer.get(f"/releases/{release}/review")).path == f"/releases/{release}/review"


async def _nearly(house: House, staff: dict[str, Person]) -> int:
    """A release that waits for the final word alone."""
    edition = await reviewing.submit(house.hub, staff["editor"], (await making.draft(house, staff)).id)
    for login, level in making.REVIEWS:
        if level is not Level.FINAL:
            await reviewing.review(house.hub, staff[login], edition.release, level, Decision.APPROVE)
    return edition.release


async def _person(house: House, login: str) -> Person:
    async with house.engine.connect() as connection:
        found = await people.find(connection, login=login)
    assert found is not None
    return found
