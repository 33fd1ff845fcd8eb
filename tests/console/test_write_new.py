"""From a Word file to a submitted release, by forms alone."""

from typing import Any

from hub.app import House
from hub.store import releases
from schemas.release import Kind, ReleaseState
from tests.console import papers
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter

CONFIRMED: dict[str, Any] = {"kind": "policy", "theme": "国土资源、能源\\土地"}


async def brought(clerk: Clerk, *files: tuple[str, bytes]) -> Sheet:
    """The page that asks for confirmation of these files."""
    sheet = await clerk.get("/releases/new")
    return await clerk.post(
        "/releases/new", {"_token": [papers.value(sheet, "_token")]}, files=[("files", file) for file in files]
    )


async def created(clerk: Clerk, *files: tuple[str, bytes]) -> int:
    """The number of a release made of these files."""
    sheet = await brought(clerk, *(files or (("通知.docx", papers.word()),)))
    made = await clerk.send(sheet, sheet.path, **CONFIRMED)
    assert made.path.endswith("/write"), made.words
    return int(made.path.split("/")[2])


async def test_a_word_file_becomes_a_submitted_release(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    files = (("通知.docx", papers.word()), ("解读.docx", papers.word(papers.INTERPRETATION)), ("图.pdf", b"%PDF-1.7 x"))
    sheet = await brought(clerk, *files)
    assert [papers.value(sheet, name) for name in ("doc_no", "signed_on", "effective_on", "note")] == [
        "津规资办发〔2026〕12号",
        "2026-11-20",
        "2026-12-01",
        "此件主动公开",
    ]
    assert "从正文读出，请确认" in sheet.words
    made = await clerk.send(sheet, sheet.path, **CONFIRMED)
    number = int(made.path.split("/")[2])
    async with house.engine.connect() as connection:
        release = await releases.find(connection, number)
    assert release is not None
    assert [one.name for one in release.documents] == ["policy", "interpretation-1"]
    assert [one.name for one in release.documents[0].attachments] == ["图.pdf"]
    assert release.metadata.kind is Kind.POLICY
    page = await clerk.get(f"/releases/{number}/submit")
    looked: dict[str, Any] = {"looked": "yes"} if "looked" in page.text else {}
    done = await clerk.send(page, page.path, **looked)
    assert "第 1 版已提交审核" in done.text
    async with house.engine.connect() as connection:
        release = await releases.find(connection, number)
    assert release is not None
    assert release.state is ReleaseState.IN_REVIEW


async def test_a_second_click_makes_no_second_release(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await brought(clerk, ("通知.docx", papers.word()))
    first = await clerk.send(sheet, sheet.path, **CONFIRMED)
    second = await clerk.send(sheet, sheet.path, **CONFIRMED)
    assert first.path == second.path
    async with house.engine.connect() as connection:
        assert len(await releases.newest(connection, before=None, limit=10)) == 1


async def test_what_is_missing_is_named_and_what_was_typed_stays(enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await brought(clerk, ("通知.docx", papers.word()))
    refused = await clerk.send(sheet, sheet.path, kind="policy", issuer="甲局", theme="")
    assert refused.status == 422
    assert papers.value(refused, "issuer") == "甲局"
    assert refused.soup.find(id="e-theme") is not None
    assert "已创建" in (await clerk.send(refused, sheet.path, **CONFIRMED)).text


async def test_files_without_a_text_are_refused_with_the_reason(enter: Enter) -> None:
    clerk = await enter("editor")
    for name, content in (
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("版式.pdf", b"%PDF-1.7"),
        ("坏.docx", b"PK\x03\x04"),
    ):
        refused = await brought(clerk, (name, content))
        assert refused.status == 422, name
        assert name in refused.words


async def test_nothing_at_all_begins_empty(enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await clerk.send(await clerk.get("/releases/new"), "/releases/new", start="empty")
    made = await clerk.send(sheet, sheet.path, **CONFIRMED, title="甲", issuer="乙局", signed_on="2026-11-01")
    assert made.path.endswith("/write")
    assert "没有正文" in made.words


async def test_what_was_given_back_is_gone(enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await brought(clerk, ("通知.docx", papers.word()))
    await clerk.send(sheet, sheet.path + "/drop")
    assert (await clerk.get(sheet.path)).status == 404


async def test_nobody_sees_what_another_brought(enter: Enter) -> None:
    sheet = await brought(await enter("editor"), ("通知.docx", papers.word()))
    assert (await (await enter("editor2")).get(sheet.path)).status == 404


async def test_only_editors_write(enter: Enter) -> None:
    for login in ("first", "publisher", "auditor"):
        assert (await (await enter(login)).get("/releases/new")).status == 403


async def test_a_text_under_discussion_asks_for_a_decision(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await brought(clerk, ("讨论稿.docx", papers.tracked()))
    assert "文件还没有定稿" in sheet.words
    refused = await clerk.send(sheet, sheet.path, **CONFIRMED)
    assert refused.status == 422
    assert "请先决定" in refused.words
    made = await clerk.send(refused, sheet.path, **CONFIRMED, accepted="yes")
    assert made.path.endswith("/write"), made.words
    async with house.engine.connect() as connection:
        release = await releases.find(connection, int(made.path.split("/")[2]))
    assert release is not None
    assert "期限为二十日" in release.documents[0].body
    assert "十日二十日" not in release.documents[0].body
