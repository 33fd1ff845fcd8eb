"""公开属性重新审定, over HTTP: from a sheet to a decision of two people, and to a draft release."""

import io
import re
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from sqlalchemy import text

from hub.app import House
from hub.commands import offices, people
from hub.core.backfiles import lines
from hub.core.chronicle import Entry, sentence
from schemas.office import Unit
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter
from tests.workers import town

OPEN = "关于开放测绘成果的通知"
CLOSED = "关于内部流转的通知"
FILE = "关于开放测绘成果的通知\n\n津规发〔2013〕7号\n\n一、开放测绘成果。\n".encode()
OPINION: dict[str, Any] = {"disclosure": "open", "reason": "已过敏感期", "secrecy_opinion": "经审查不涉密"}


def sheet(*rows: dict[str, str]) -> bytes:
    book = Workbook()
    book.active.append(list(lines.COLUMNS))
    for row in rows:
        book.active.append([row.get(name, "") for name in lines.COLUMNS])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row(title: str, unit: str = "办公室", **more: str) -> dict[str, str]:
    return {"标题": title, "责任处室": unit, "成文日期": "2013-05-06", "有效性": "有效"} | more


async def brought(clerk: Clerk, *rows: dict[str, str], strict: bool = False) -> Sheet:
    page = await clerk.get("/backfiles/import")
    files = [("sheet", ("清单.xlsx", sheet(*rows))), ("files", (f"{OPEN}.txt", FILE))]
    return await clerk.send(page, "/backfiles/import", files=files, **({"strict": "1"} if strict else {}))


async def numbers(house: House) -> dict[str, int]:
    async with house.engine.connect() as connection:
        return {one.title: one.id for one in await connection.execute(text("SELECT id, title FROM backfiles"))}


async def told(house: House) -> list[str]:
    """The log's sentences on older documents, oldest first."""
    query = text("SELECT body FROM log_entries ORDER BY seq")
    async with house.engine.connect() as connection:
        entries = [Entry.read(bytes(body)) for body in (await connection.execute(query)).scalars()]
    return [sentence(one, {}) for one in entries if one.type.startswith("backfile.")]


async def test_the_right_lines_are_taken_and_the_wrong_ones_kept(house: House, enter: Enter) -> None:
    await offices.put_unit(house.hub, people.OPERATOR, Unit(name="规划处"))
    editor, signer = await enter("editor"), await enter("signer")
    wrong = (row("写错的通知", "没有的处"), row("已公开的通知", 公开属性="主动公开"))
    done = await brought(editor, row(OPEN, 发文字号="津规发[2013]7号"), row("别处的通知", "规划处"), *wrong)
    assert "4 行中收下 2 件" in done.words
    assert "系统中没有名为“没有的处”的单位" in done.words
    assert "已标注主动公开，无须重新审定" in done.words
    book = load_workbook(io.BytesIO(await raw(editor, f"{done.path}/wrong.xlsx")))
    assert [one[0].value for one in book.active.iter_rows(min_row=2)] == ["写错的通知", "已公开的通知"]
    assert (await signer.get(done.path)).status == 403, "it has lines of every unit"
    again = await brought(editor, row(OPEN, 发文字号="津规发〔2013〕7号"))
    assert "已经导入过，编号 1，没有重复导入" in again.words
    page = await editor.get("/backfiles")
    assert "1 件中已审定 0 件" in page.words
    assert "别处的通知" not in page.words
    assert (await editor.get(f"/backfiles/{(await numbers(house))['别处的通知']}")).status == 404
    assert "别处的通知" in (await signer.get("/backfiles?unit=规划处&stage=to_decide")).words


async def test_from_an_opinion_to_a_draft_release(house: House, enter: Enter, tmp_path: Path) -> None:
    editor, signer = await enter("editor"), await enter("signer")
    number = "11120000MB1909339EMB1909339E/2013-00007"
    await brought(editor, row(OPEN, 发文字号="津规发〔2013〕7号", 索引号=number))
    place = f"/backfiles/{(await numbers(house))[OPEN]}"
    wrong = await editor.send(await editor.get(place), f"{place}/propose", **(OPINION | {"secrecy": "mi_mi"}))
    assert "带有密级或内部标志的不得主动公开" in wrong.words
    page = await editor.send(wrong, f"{place}/propose", **(OPINION | {"secrecy": "none"}))
    assert "提出的人不能确认自己的意见" in page.words
    page = await signer.send(await signer.get(place), f"{place}/confirm")
    assert "由责任处室的编辑转为政策发布" in page.words

    confirm = await editor.send(await editor.get(place), f"{place}/convert")
    form = confirm.form(confirm.path)
    filled = {str(one["name"]): one.get("value") for one in form.select("input[name]")}
    assert (filled["title"], filled["doc_no"], filled["index_no"]) == (OPEN, "津规发〔2013〕7号", number)
    wanted: dict[str, Any] = {"kind": "policy", "theme": "综合政务\\政务公开", "issuer": "天津市规划局"}
    written = await editor.send(confirm, confirm.path, **wanted)
    release = int(re.findall(r"\d+", written.path)[0])
    assert f"已转为 政策发布 {release}" in (await signer.get(place)).words
    assert "超期" not in (await editor.get("/")).words, "signed in 2013, and to be opened since today"
    assert "由第 1 号存量文件转来" in (await signer.get(f"/releases/{release}")).words
    said = await told(house)
    assert any("确认将第 1 号存量文件审定为“主动公开”（办公室）" in one for one in said)
    assert said[-1].endswith(f"把第 1 号存量文件转为政策发布 {release}。")
    assert not any(OPEN in one for one in said), "the log is public, the title is not"
    assert (await town.audited(house, tmp_path / "export")).ok


async def test_what_is_not_opened_comes_back_when_it_is_due(house: House, enter: Enter) -> None:
    editor, secrecy = await enter("editor"), await enter("secrecy")
    await brought(editor, row(CLOSED, 公开属性="不予公开"))
    place = f"/backfiles/{(await numbers(house))[CLOSED]}"
    page = await editor.get(place)
    closed = OPINION | {"disclosure": "closed"}
    assert "须从八类法定情形中选一类依据" in (await editor.send(page, f"{place}/propose", **closed)).words
    await editor.send(page, f"{place}/propose", **closed, ground="属于三类内部事务信息")
    declined = await secrecy.send(await secrecy.get(place), f"{place}/decline", note="请写具体")
    assert "待审定" in declined.words
    assert "请写具体" in declined.words
    await editor.send(await editor.get(place), f"{place}/propose", **closed, ground="属于三类内部事务信息")
    stale = await secrecy.get(place)
    page = await secrecy.send(stale, f"{place}/confirm")
    assert "不予公开" in page.words
    assert "已有结论" in (await secrecy.post(f"{place}/confirm", standing(stale, f"{place}/confirm"))).words
    assert "1 件中已审定 1 件" in (await editor.get("/backfiles")).words
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE backfiles SET due_on = current_date - 1"))
    page = await editor.get("/backfiles?stage=due")
    assert "1 件中已审定 0 件" in page.words
    assert CLOSED in page.words
    assert "提出审定意见" in (await editor.get(place)).words


async def test_nothing_is_taken_where_all_must_be_right_and_another_unit_may_be_named(
    house: House, enter: Enter
) -> None:
    await offices.put_unit(house.hub, people.OPERATOR, Unit(name="规划处"))
    editor, signer = await enter("editor"), await enter("signer")
    held = await brought(editor, row(OPEN), row("错", "没有的处"), strict=True)
    assert "没有归入" in held.words
    assert await numbers(house) == {}
    await brought(editor, row(OPEN))
    place = f"/backfiles/{(await numbers(house))[OPEN]}"
    page = await signer.send(await signer.get(place), f"{place}/assign", unit="规划处")
    assert "已改派给规划处" in page.words
    assert (await editor.get(place)).status == 404
    auditor = await enter("auditor")
    assert OPEN in (await auditor.get(place)).words
    assert (await (await enter("publisher")).get("/backfiles")).status == 403


def standing(page: Sheet, action: str) -> dict[str, list[str]]:
    return {str(one["name"]): [str(one["value"])] for one in page.form(action).select("input")}


async def raw(clerk: Clerk, path: str) -> bytes:
    cookie = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
    async with clerk.client.get(path, headers={"Cookie": cookie}) as response:
        assert response.status == 200
        return await response.read()
