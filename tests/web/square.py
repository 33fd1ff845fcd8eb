"""One town for all tests of the public side: what was released, corrected, replaced, withdrawn, and never published."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import app, official, serve
from hub.app import House, Servers
from hub.commands import drafting, people, publishing, reviewing
from hub.settings import Settings
from hub.store import deliveries, followers, log
from schemas.delivery import FINAL
from schemas.person import Person
from schemas.release import Attachment, Document, Role
from schemas.review import Decision
from schemas.standing import StandingKind
from tests import making
from tests.openings import STAFF
from tests.working import working

OLD = (
    "<p>局属各单位：</p><h2>一、总体要求</h2><p>各单位应当在二十个工作日内公开本单位制发的文件，不得拖延。</p>"
    "<h2>二、工作内容</h2><p>公开的内容包括文件正文、附件和解读，附件应当完整。</p>"
    "<table><tbody><tr><th>事项</th><th>时限</th></tr><tr><td>依申请公开</td><td>二十日</td></tr></tbody></table>"
)
NEW = OLD.replace("二十个工作日内", "十个工作日内").replace("不得拖延", "并同时送达所属单位")
NEWER = NEW.replace("附件应当完整", "附件应当完整、清晰")
SECRET = "<p>撤回的文件写有不应公开的联系电话，这段文字有二十个字以上。</p>"
FORM = b"%PDF-1.4\n" + b"attached " * 400 + b"%%EOF\n"
ATTACHED = Attachment(name="申请表.pdf", media="application/pdf", size=len(FORM), sha256=sha256(FORM).hexdigest())


@dataclass(frozen=True)
class Square:
    """The town's public side."""

    house: House
    url: str
    old: int  #: repealed; `new` stands in its place
    new: int  #: corrected once
    gone: int  #: withdrawn
    draft: int  #: never published

    @property
    def site(self) -> Path:
        return app.site_dir(self.house.settings)


@asynccontextmanager
async def built(folder: Path, where: Servers) -> AsyncIterator[Square]:
    """Yield it, served by the built-in server, with nothing under way."""
    bound = serve.bind("[::]:0")
    url = f"http://localhost:{bound.getsockname()[1]}"
    settings = Settings(
        data_dir=folder / "data",
        public_url=url,
        public_proxies=("127.0.0.1", "::1"),
        site={"name": "测试公开网", "code": "1200000001", "bureau": "天津市规划和自然资源局"},
        channels=(
            {"name": "website", "kind": "website", "authoritative": True},
            {"name": "rss", "kind": "rss"},
        ),
    )
    settings.data_dir.mkdir(parents=True)
    await app.open_log(settings, where)
    async with app.opened(settings, where) as house, serve.serving(house, public_socket=bound, staff_socket=None):
        yield await _filled(house, url)


async def _filled(house: House, url: str) -> Square:
    hired = [
        people.add(house.hub, people.OPERATOR, login=login, name=f"姓名{login}", unit="办公室", duties=duties)
        for login, duties in STAFF.items()
    ]
    staff = {person.login: person for person in await asyncio.gather(*hired)}
    async with working(house):
        return await _released(house, staff, url)


async def _released(house: House, staff: dict[str, Person], url: str) -> Square:
    old = await published(house, staff, "关于公开工作的通知", "津规资办发〔2025〕3号", OLD)
    new = await published(house, staff, "关于进一步做好公开工作的通知", "津规资办发〔2026〕8号", NEW)
    gone = await published(house, staff, "关于撤回的通知", "津规资办发〔2026〕9号", SECRET)
    number = "津规资办发〔2026〕10号"
    draft = await making.draft(house, staff, title="没有公布的稿件", doc_no=number, index_no=_index_no(number))
    await _settled(house, [old, new, gone])
    await _put(house, staff, new, "关于进一步做好公开工作的通知", NEWER)
    await _approved(house, staff, new)
    successor = {"successor": {"release": new}, "ground": "津规资办发〔2026〕8号"}
    await making.said(house, staff, old, StandingKind.REPEALED, reason="已由新文件替代", **successor)
    await making.said(house, staff, gone)
    await _settled(house, [old, new, gone])
    return Square(house, url, old, new, gone, draft.id)


async def published(house: House, staff: dict[str, Person], title: str, doc_no: str, body: str) -> int:
    metadata = making.metadata(title=title, doc_no=doc_no, index_no=_index_no(doc_no))
    release = await drafting.create(house.hub, staff["editor"], metadata)
    await _put(house, staff, release.id, title, body)
    reading = Document(role=Role.INTERPRETATION, number=1, title=f"《{title}》解读", body=f"<p>《{title}》的要点。</p>")
    await drafting.put_document(house.hub, staff["editor"], release.id, reading)
    await _approved(house, staff, release.id)
    return release.id


def _index_no(doc_no: str) -> str:
    return f"11120000MB1909339E/2026-{int(doc_no.partition('〕')[2].removesuffix('号')):05}"


async def _put(house: House, staff: dict[str, Person], release: int, title: str, body: str) -> None:
    policy = Document(role=Role.POLICY, number=0, title=title, body=body, attachments=(ATTACHED,))
    await drafting.put_document(house.hub, staff["editor"], release, policy, data=[FORM])


async def _approved(house: House, staff: dict[str, Person], release: int) -> None:
    await reviewing.submit(house.hub, staff["editor"], release)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)
    await publishing.publish(house.hub, staff["publisher"], release)


async def _settled(house: House, releases: Sequence[int]) -> None:
    """Wait until nothing is under way, the log is signed over it, and what was seen can be recognised and searched."""
    async with asyncio.timeout(50):
        while True:
            async with house.engine.connect() as connection:
                if await _is_settled(connection, releases):
                    return
            await asyncio.sleep(0.05)


async def _is_settled(connection: AsyncConnection, releases: Sequence[int]) -> bool:
    for release in releases:
        past = await official.past(connection, release)
        found = await deliveries.of_release(connection, release)
        if past.official is None or not found or any(one.state not in FINAL for one in found):
            return False
    signed = await log.checkpoint(connection)
    is_signed = signed is not None and signed.size == await log.size(connection)
    size, places = await followers.places(connection, ("fingerprints", "search"))
    return is_signed and set(places.values()) == {size}
