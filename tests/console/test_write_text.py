"""Writing: saving, fixes in the margin, interpretations, and what a release under review allows."""

from hub.app import House
from hub.commands import drafting
from hub.store import editions, log, releases
from schemas.entry import EntryType
from schemas.person import Person
from schemas.release import Release, ReleaseState
from tests import making
from tests.console import papers
from tests.console.conftest import Enter
from tests.console.test_write_new import created

NUMBER = "11010519491231002X"


async def kept(house: House, number: int) -> Release:
    async with house.engine.connect() as connection:
        release = await releases.find(connection, number)
    assert release is not None
    return release


async def test_a_text_is_saved_clean_and_logged(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    page = await clerk.get(f"/releases/{number}/write")
    body = "<p onclick='x'>新的正文。</p><script>alert(1)</script>"
    saved = await clerk.send(page, f"/releases/{number}/write/policy", body=body, summary="摘要")
    assert "已保存" in saved.text
    policy = (await kept(house, number)).documents[0]
    assert (policy.body, policy.summary) == ("<p>新的正文。</p>", "摘要")
    async with house.engine.connect() as connection:
        entries = await log.of_release(connection, number)
    assert sum(EntryType.RELEASE_EDITED.value.encode() in body for _, body in entries) == 2  # brought, then saved


async def test_the_policy_bears_the_title_of_its_elements(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    page = await clerk.get(f"/releases/{number}/write")
    await clerk.send(page, f"/releases/{number}/write", title="关于改名的通知")
    release = await kept(house, number)
    assert release.metadata.title == release.documents[0].title == "关于改名的通知"


async def test_a_fix_mends_the_text_as_it_is_typed_in_one_act(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    path = f"/releases/{number}/write/policy"
    page = await clerk.get(f"/releases/{number}/write")
    saved = await clerk.send(page, path, body=f"<p>张三，公民身份号码{NUMBER}。</p>")
    button = saved.soup.find("button", attrs={"formaction": path + "/mend"}, string="遮盖中间数字")
    assert button is not None
    key = [str(button["value"])]
    typed = papers.fields(saved, path)
    mended = await clerk.post(path + "/mend", typed | {"fix": key})
    assert "已自动改正" in mended.text
    assert NUMBER not in (await kept(house, number)).documents[0].body
    # The same click again finds another text, and puts the old one aside instead of back.
    again = await clerk.post(path + "/mend", typed | {"fix": key})
    assert again.path.endswith("/draft")
    assert NUMBER not in (await kept(house, number)).documents[0].body


async def test_interpretations_are_added_ordered_and_removed(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    base = f"/releases/{number}/write"
    first = await clerk.send(await clerk.get(base), base + "/interpretations")
    assert "政策解读" in first.text
    file = {"file": ("问答.docx", papers.word(papers.INTERPRETATION))}
    await clerk.send(await clerk.get(base), base + "/interpretations", files=file)
    names = [one.title for one in (await kept(house, number)).documents]
    second = await clerk.get(base + "?with=interpretation-2")
    await clerk.send(second, base + "/interpretation-2/earlier")
    assert [one.title for one in (await kept(house, number)).documents] == [names[0], names[2], names[1]]
    page = await clerk.get(base + "?with=interpretation-1")
    await clerk.send(page, base + "/interpretation-1/remove")
    assert [one.name for one in (await kept(house, number)).documents] == ["policy", "interpretation-2"]


async def test_a_release_under_review_is_read_only_until_it_is_taken_back(
    house: House, enter: Enter, staff: dict[str, Person]
) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("editor")
    base = f"/releases/{edition.release}/write"
    page = await clerk.get(base)
    assert page.soup.find("textarea") is None
    assert "审核意见不再有效" in page.words
    opened = await clerk.send(page, base + "/open")
    assert opened.soup.find("textarea") is not None
    release = await kept(house, edition.release)
    assert release.state is ReleaseState.DRAFT
    async with house.engine.connect() as connection:
        assert await editions.newest_number(connection, release.id) == edition.number


async def test_attachments_are_taken_by_content_renamed_and_removed(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk)
    path = f"/releases/{number}/write/policy"
    page = await clerk.get(f"/releases/{number}/write")
    for name, data in (
        ("木马.pdf", b"MZ\x90"),
        ("宏.docx", b"PK\x03\x04 word/document.xml vbaProject.bin"),
        ("a.svg", b"<svg/>"),
    ):
        refused = await clerk.send(page, path + "/attach", files={"files": (name, data)})
        assert refused.status == 422, name
    await clerk.send(page, path + "/attach", files={"files": ("../../图 表.pdf", b"%PDF-1.7 1")})
    page = await clerk.get(f"/releases/{number}/write")
    assert "图 表.pdf" in page.words
    renamed = await clerk.send(page, path + "/rename", new_name="流程图")
    assert [one.name for one in (await kept(house, number)).documents[0].attachments] == ["流程图.pdf"]
    link = renamed.soup.find("a", string="流程图.pdf")
    assert link is not None
    file = await clerk.get(str(link["href"]))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    await clerk.send(renamed, path + "/detach")
    assert not (await kept(house, number)).documents[0].attachments
    assert (await clerk.get(str(link["href"]))).status == 404


async def test_a_release_that_a_program_made_without_a_text_can_be_written(
    house: House, enter: Enter, staff: dict[str, Person]
) -> None:
    release = await drafting.create(house.hub, staff["editor"], making.metadata())
    clerk = await enter("editor")
    page = await clerk.get(f"/releases/{release.id}/write")
    saved = await clerk.send(page, f"/releases/{release.id}/write/policy", body="<p>从头写。</p>")
    assert "已保存" in saved.text
    assert (await kept(house, release.id)).documents[0].title == release.metadata.title
    assert "还没有" not in (await clerk.get(f"/releases/{release.id}/submit")).words
