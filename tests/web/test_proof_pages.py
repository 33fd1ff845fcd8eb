"""Certificates, verification and comparison as a visitor without scripts, and as a program, meets them."""

import asyncio
import io
import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import aiohttp
import docx
import pytest
from bs4 import BeautifulSoup

from hub import evidence
from hub.core import sameness
from hub.log import verify
from hub.web.live.verify import PEER
from tests.web.raw import Heard, ask
from tests.web.square import FORM, NEW, NEWER, OLD, SECRET, Square

PEOPLE = ("姓名editor", "姓名first", "姓名signer")
#: Nobody else in this file's neighbours asks from here: a purse of its own.
HERE = {"X-Forwarded-For": "192.0.2.200"}


def words(heard: Heard | str) -> str:
    text = heard if isinstance(heard, str) else heard.text
    main = BeautifulSoup(text, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


async def page(square: Square, path: str) -> str:
    heard = await ask(square.url, path, Accept="text/html", X_Forwarded_For=HERE["X-Forwarded-For"])
    assert (heard.status, heard.headers["Content-Type"]) == (200, "text/html; charset=utf-8"), path
    return words(heard)


async def handed_in(
    square: Square, *, text: str = "", name: str = "", data: bytes = b"", asker: str = ""
) -> tuple[int, str]:
    """Send the form as a browser does; a field that nobody filled is sent empty."""
    form = aiohttp.FormData()
    form.add_field("text", text)
    form.add_field("file", io.BytesIO(data), filename=name, content_type="application/octet-stream")
    said = {"X-Forwarded-For": asker or f"2001:db8:{len(text) % 9999}:{len(data) % 9999}::1"}
    async with aiohttp.ClientSession() as http, http.post(square.url + "/verify", data=form, headers=said) as answer:
        return answer.status, words(await answer.text())


async def test_the_certificate_tells_people_what_the_proof_tells_programs(square: Square) -> None:
    told = await page(square, f"/c/{square.new}")
    async with square.house.engine.connect() as connection:
        proof = await evidence.certified(connection, square.new)
    entry = json.loads(proof.extra)
    at = entry["at"]
    assert at[11:23] in told
    for said in ("关于进一步做好公开工作的通知", "津规资办发〔2026〕8号", f"sha256:{entry['digest']}", "网站", "第1版"):
        assert said in told
    for level in ("初审", "复审", "保密审查", "终审签发"):
        assert f"{level}同意" in told
    assert not any(name in told for name in PEOPLE)
    assert "无外部见证" in told
    assert "此后又正式公布过新的版本：第2版" in told
    assert proof.checkpoint.decode().split("\n")[2] in told


async def test_programs_get_the_proof_where_they_always_did(square: Square) -> None:
    proof = await ask(square.url, f"/c/{square.new}.tlog-proof")
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "text/plain"}):
        assert (await ask(square.url, f"/c/{square.new}", **headers)).body == proof.body
    policy = f"log {square.house.signer.vkey}\nquorum none\n".encode()
    assert verify.verify_certificate(proof.body, policy=policy) == ()
    edition = await ask(square.url, f"/c/{square.new}.json")
    assert sha256(edition.body).hexdigest() in (await ask(square.url, f"/c/{square.new}", Accept="text/html")).text


async def test_a_withdrawn_release_keeps_its_certificate_and_not_its_text(square: Square) -> None:
    told = await page(square, f"/c/{square.gone}")
    assert "已撤回" in told
    assert "公开了不应公开的内容" in told
    assert (await ask(square.url, f"/c/{square.gone}.tlog-proof")).status == 200
    for path in (f"/c/{square.gone}.json", f"/compare/{square.gone}", f"/compare/{square.new}?with={square.gone}"):
        refused = await ask(square.url, path)
        assert refused.status == 404
        assert "联系电话" not in refused.text
    assert "联系电话" not in told


@pytest.mark.parametrize("path", ["/c/999", "/c/9007199254740993", "/verify/999", "/compare/999", "/c/999.json"])
async def test_what_nobody_released_is_not_found(square: Square, path: str) -> None:
    missing = await ask(square.url, path, Accept="text/html")
    assert missing.status == 404
    assert "没有找到" in words(missing)


async def test_a_draft_is_nowhere(square: Square) -> None:
    for path in (
        f"/c/{square.draft}",
        f"/c/{square.draft}.json",
        f"/verify/{square.draft}",
        f"/compare/{square.draft}",
    ):
        assert (await ask(square.url, path)).status == 404
    status, told = await handed_in(square, text="没有公布的稿件\n津规资办发〔2026〕10号\n一、为了测试。")
    assert (status, "没有找到" in told) == (200, True)


async def test_the_steps_hold_on_this_machine(square: Square, tmp_path: Path) -> None:
    """Every command of the page, run as it stands there."""
    if not all(map(shutil.which, ("curl", "openssl", "bash", "sha256sum"))):
        pytest.skip("curl or openssl is missing")
    heard = await ask(square.url, f"/verify/{square.new}")
    assert f'<link rel="canonical" href="{square.url}/verify/{square.new}">' in heard.text
    commands = [one.get_text() for one in BeautifulSoup(heard.text, "html.parser").select("pre code")]
    script = "\n".join(one for one in commands if not one.startswith('"'))
    run = ("bash", "-euc", script)
    done = await asyncio.to_thread(subprocess.run, run, cwd=tmp_path, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert "GOOD: entry" in done.stdout
    async with square.house.engine.connect() as connection:
        entry = (await evidence.certified(connection, square.new)).extra
    assert entry.decode() in done.stdout
    assert sha256(b"\0" + entry).hexdigest() in done.stdout
    assert f"{json.loads(entry)['digest']}  -" in done.stdout


def test_the_programs_are_those_of_the_manual() -> None:
    manual = Path(__file__).parents[2] / "docs" / "manual" / "peer"
    for name in ("verify.sh", "verify.go"):
        assert (PEER / name).read_bytes() == (manual / name).read_bytes()


async def test_a_text_is_recognised_however_it_is_laid_out(square: Square) -> None:
    status, told = await handed_in(square, text=sameness.text(OLD).replace("\n", "\n\n　　 "))
    assert (status, "与正式公布的文本逐字一致" in told) == (200, True)
    assert "废止" in told
    named = f"关于进一步做好公开工作的通知\n津规资办发〔2026〕8号\n{sameness.text(NEWER)}"
    _, told = await handed_in(square, text=named)
    assert "与正式公布的文本逐字一致" in told
    assert "第2版" in told
    assert "本版公布于" in told
    _, told = await handed_in(square, text=sameness.text(NEW))
    assert "这是第1版，此后已公布第2版" in told


async def test_where_a_text_differs_is_shown(square: Square) -> None:
    forged = f"关于进一步做好公开工作的通知\n{sameness.text(NEWER).replace('十个', '三十个')}"
    _, told = await handed_in(square, text=forged)
    assert "不一致" in told
    assert "〔增： 三十" in told
    assert "〔删： 十" in told
    _, told = await handed_in(square, text=forged.partition("\n")[2])
    assert "〔增： 三十" in told, "without its title it is found by the sentences that nobody has altered"
    assert "关于进一步做好公开工作的通知" in told
    _, told = await handed_in(square, text=f"{sameness.text(OLD)}\n请于本周缴费。")
    assert "含有全文，另有其他文字" in told
    assert "请于本周缴费。" in told
    _, told = await handed_in(square, text="一段与本单位没有任何关系的文字。")
    assert "没有找到" in told


async def test_a_withdrawn_text_is_called_withdrawn_and_never_shown(square: Square) -> None:
    _, told = await handed_in(square, text=sameness.text(SECRET))
    assert "该文本已经撤回" in told
    _, told = await handed_in(square, text="关于撤回的通知\n撤回的文件写有不应公开的内容，这段文字有二十个字以上。")
    assert "联系电话" not in told.partition("要核对的文字")[0]


async def test_files_are_read_by_the_child(square: Square) -> None:
    made = docx.Document()
    for line in ("关于公开工作的通知", "津规资办发〔2025〕3号", *sameness.lines(OLD.partition("<table>")[0])):
        made.add_paragraph(line)
    table = made.add_table(rows=2, cols=2)
    for cell, said in zip(
        [c for row in table.rows for c in row.cells], ("事项", "时限", "依申请公开", "二十日"), strict=True
    ):
        cell.text = said
    written = io.BytesIO()
    made.save(written)
    _, told = await handed_in(square, name="通知.docx", data=written.getvalue())
    assert "与正式公布的文本逐字一致" in told
    saved = (await ask(square.url, f"/zcwj/{square.new}.html")).body
    _, told = await handed_in(square, name="网页.html", data=saved)
    assert "一致" in told
    assert "不一致" not in told
    _, told = await handed_in(square, name="申请表.pdf", data=FORM)
    assert "与正式公布的附件“申请表.pdf”逐字节相同" in told


async def test_rubbish_is_refused_in_words(square: Square) -> None:
    for name, data, words_ in (
        ("x.docx", b"PK\x03\x04rubbish", "文件已损坏"),
        ("x.exe", b"MZ\0\0", "只能从"),
        ("", b"", "请粘贴要核对的文字"),
        ("x.txt", b"\0" * 3000, "文件内容与扩展名不符"),
    ):
        status, told = await handed_in(square, name=name, data=data, asker="192.0.2.77")
        assert (status, words_ in told) == (422, True), name
        assert "请按下面的提示修改" in told, "what is wrong is told above the form too, where a phone begins"
    status, told = await handed_in(square, name="x.txt", data=b"a" * 10_000_001, asker="192.0.2.77")
    assert (status, "超过上限（10 MB）" in told) == (413, True)
    for media, body in (("text/plain", b"x"), ("multipart/form-data; boundary=a", b"--a\r\nrubbish")):
        refused = await ask(square.url, "/verify", "POST", body=body, Content_Type=media, X_Forwarded_For="192.0.2.78")
        assert refused.status in {400, 415}
        assert "请" in words(refused)
    marked = '<script>alert(1)</script>"&'
    _, told = await handed_in(square, text=marked)
    assert marked in told, "what was typed is shown as text"


async def test_old_and_new_are_compared(square: Square) -> None:
    across = await page(square, f"/compare/{square.new}")
    assert "被替代的文件与替代它的文件" in across
    assert "〔删： 二十" in across
    assert across == await page(square, f"/compare/{square.new}?with={square.old}")
    assert "〔增：" in await page(square, f"/compare/{square.old}")
    editions = await page(square, f"/compare/{square.new}?from=1&to=2")
    assert "〔增： 、 清晰" in editions.replace("、清晰", "、 清晰")
    sides = await page(square, f"/compare/{square.new}?from=1&to=2&view=sides")
    assert "附件应当完整" in sides
    for query in ("from=1&to=1", "from=2&to=3", "with=1", f"with={square.draft}", "from=x&to=99999999999999"):
        assert (await ask(square.url, f"/compare/{square.new}?{query}")).status in {200, 404}
    assert (await ask(square.url, f"/compare/{square.new}?from=1&to=9")).status == 404
