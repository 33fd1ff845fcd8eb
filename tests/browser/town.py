"""One town for all browser tests: the demo's real notice, and a document with all that can go wrong on a page."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from hub import app, serve
from hub.app import House, Servers
from hub.commands import drafting, people, publishing, reviewing
from hub.demo import show, stage
from hub.store import deliveries, releases
from schemas.delivery import FINAL, Action
from schemas.person import Duty, Person
from schemas.release import Attachment, Document, Metadata, Release, Role
from schemas.review import Decision
from tests import hashing
from tests.making import REVIEWS
from tests.working import working

DUTIES = {
    "editor": Duty.EDITOR,
    "first": Duty.FIRST_REVIEWER,
    "second": Duty.SECOND_REVIEWER,
    "secrecy": Duty.SECRECY_REVIEWER,
    "signer": Duty.SIGNER,
    "publisher": Duty.PUBLISHER,
}
WIDE = Metadata.model_validate(
    {
        "kind": "normative",
        "title": "天津市规划和自然资源局关于印发《天津市建设项目规划许可告知承诺制实施细则（试行）》的通知",
        "doc_no": "津规资规发〔2026〕7号",
        "index_no": "11120000MB1909339E/2026-00007",
        "issuer": "天津市规划和自然资源局",
        "theme": "城乡建设、环境保护\\城乡规划",
        "signed_on": date(2026, 9, 1),
        "printed_on": date(2026, 9, 2),
        "effective_on": date(2026, 10, 1),
        "expires_on": date(2031, 9, 30),
    }
)


#: A release is seen everywhere in seconds; on a machine that does five things at once, in this many.
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True)
class Town:
    """A served site with two releases on it."""

    house: House
    notice: Release
    wide: Release

    def url(self, path: str) -> str:
        return self.house.public_url + path


@asynccontextmanager
async def built(folder: Path, where: Servers, *, copies: tuple[str, ...] = ("docx", "pdf")) -> AsyncIterator[Town]:
    """Publish both releases, the second one corrected; stop the worker, and keep serving while the block runs."""
    async with stage.set_up(folder, "[::]:0", serve.OFF) as scene:
        tables = [
            table | ({"copies": copies} if table["kind"] == "website" else {}) for table in scene.settings.channels
        ]
        settings = scene.settings.model_copy(update={"channels": tuple(tables)})
        await app.open_log(settings, where)
        async with (
            app.opened(settings, where) as house,
            serve.serving(house, public_socket=scene.public_socket, staff_socket=None),
        ):
            with hashing.quick(), pytest.MonkeyPatch.context() as patch:
                patch.setattr(show, "PATIENCE_SECONDS", PATIENCE_SECONDS)
                async with working(house):
                    notice, wide = await _played(house)
            yield Town(house, notice, wide)


async def _played(house: House) -> tuple[Release, Release]:
    staff = await _hired(house)
    number = await _publish_wide(house, staff)
    notice = (await show.play(house, lambda _: None)).release
    await _settled(house, number)
    await _correct(house, staff, number)
    return notice, await _settled(house, number)


async def _hired(house: House) -> dict[str, Person]:
    return {
        login: await people.add(house.hub, people.OPERATOR, login=login, name=login, unit="办公室", duties=[duty])
        for login, duty in DUTIES.items()
    }


async def _publish_wide(house: House, staff: dict[str, Person]) -> int:
    release = await drafting.create(house.hub, staff["editor"], WIDE)
    for document, data in _documents():
        await drafting.put_document(house.hub, staff["editor"], release.id, document, data=data)
    await _approve(house, staff, release.id)
    return release.id


async def _correct(house: House, staff: dict[str, Person], release: int) -> None:
    policy, data = _documents()[0]
    corrected = policy.model_copy(update={"body": policy.body.replace("不超过300", "不超过200")})
    await drafting.put_document(house.hub, staff["editor"], release, corrected, data=data)
    await _approve(house, staff, release)


async def _approve(house: House, staff: dict[str, Person], release: int) -> None:
    await reviewing.submit(house.hub, staff["editor"], release)
    for login, level in REVIEWS:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)
    await publishing.publish(house.hub, staff["publisher"], release)


def _documents() -> list[tuple[Document, list[bytes]]]:
    drawn = io.BytesIO()
    Image.new("RGB", (1600, 500), "#7d8f9c").save(drawn, "PNG")
    image, form = drawn.getvalue(), b"%PDF-1.4\n%%EOF\n"
    shown = _attachment(image, "流程图.png", "image/png")
    heads = "".join(f"<th>第{n}类建设项目</th>" for n in range(1, 10))
    cells = "".join("<td>建筑面积不超过300平方米</td>" for _ in range(9))
    body = (
        "<p>各区分局，各有关单位：</p><h2>一、适用范围</h2><h3>（一）下列项目适用告知承诺制</h3>"
        f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"
        f'<figure><img src="blob:{shown.sha256}" alt="办理流程：申请、承诺、发证、核查"></figure>'
        f"<p>网上办理：{'https://zwfw.tj.gov.cn/' + 'a' * 120}</p>"
        '<p class="signature">天津市规划和自然资源局</p><p class="signature">2026年9月1日</p><p>（此件公开发布）</p>'
    )
    policy = Document(
        role=Role.POLICY,
        number=0,
        title=WIDE.title,
        body=body,
        attachments=(_attachment(form, "告知承诺书（样式）.pdf", "application/pdf"),),
        images=(shown,),
    )
    readings = [
        Document(
            role=Role.INTERPRETATION,
            number=number,
            title=f"《天津市建设项目规划许可告知承诺制实施细则（试行）》{kind}解读",
            body="<p>哪些项目可以承诺后当场取证，由本文说明。</p>",
        )
        for number, kind in enumerate(("文字", "问答"), 1)
    ]
    return [(policy, [form, image]), *((one, []) for one in readings)]


def _attachment(data: bytes, name: str, media: str) -> Attachment:
    return Attachment(name=name, media=media, size=len(data), sha256=hashlib.sha256(data).hexdigest())


async def _settled(house: House, release: int) -> Release:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with house.engine.connect() as connection:
                found = await deliveries.of_release(connection, release)
                row = await releases.find(connection, release)
            annotated = any(d.action is Action.ANNOTATE for d in found)
            if row and annotated and all(d.state in FINAL for d in found):
                return row
            await asyncio.sleep(0.05)
