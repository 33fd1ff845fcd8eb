"""One bureau for the console's flows: console and public site, a worker that works, people with browsers."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from hub import app, serve
from hub.app import House, Servers
from hub.commands import people, signing_in
from hub.settings import Settings
from schemas.person import Person
from tests.console.clerk import PASSWORD
from tests.console.conftest import PEOPLE
from tests.working import working

DESKTOP = ViewportSize(width=1366, height=768)
#: What a busy machine needs; on an idle one it is a moment.
PATIENCE = 40_000


@dataclass
class Hand:
    """A person at a page, who counts what they do."""

    page: Page
    clicks: int = 0
    typed: int = 0

    async def click(self, *, role: Any = "button", name: str, exact: bool = False) -> None:
        self.clicks += 1
        await self.page.get_by_role(role, name=name, exact=exact).first.click()

    async def pick(self, where: str) -> None:
        self.clicks += 1
        await self.page.check(where)

    async def choose(self, where: str, value: str) -> None:
        self.clicks += 2
        await self.page.select_option(where, value)

    async def fill(self, where: str, words: str) -> None:
        self.clicks += 1
        self.typed += len(words)
        await self.page.fill(where, words)


@dataclass
class Bureau:
    """See the module."""

    house: House
    staff: dict[str, Person]
    base: str
    browser: Browser
    errors: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    async def empty(self, **options: Any) -> Page:
        """A browser of nobody's. Whatever its pages' scripts throw is kept in `errors`."""
        given: dict[str, Any] = {"base_url": self.base, "locale": "zh-CN", "viewport": DESKTOP} | options
        context = await self.browser.new_context(**given)
        context.set_default_timeout(PATIENCE)
        self.opened.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        return page

    async def enter(self, login: str, **options: Any) -> Hand:
        """Somebody who signs in as everybody does."""
        hand = Hand(await self.empty(**options))
        await hand.page.goto("/login")
        await hand.fill("[name=login]", login)
        await hand.fill("[name=password]", PASSWORD)
        await hand.click(name="登录", exact=True)
        await hand.page.wait_for_url(self.base + "/")
        return hand

    async def known(self, login: str, **options: Any) -> Page:
        """Somebody who has signed in already: for tests that are not about that."""
        entered = await signing_in.sign_in(self.house.hub, login, PASSWORD, address="::1", agent="test")
        assert isinstance(entered, signing_in.Entered)
        page = await self.empty(**options)
        await page.context.add_cookies([{"name": "gongbu", "value": entered.token, "url": self.base}])
        return page


@asynccontextmanager
async def opened(folder: Path, where: Servers, browser: Browser) -> AsyncIterator[Bureau]:
    """Serve the bureau while the block runs, with a real worker."""
    public, staff = serve.bind("[::]:0"), serve.bind("[::]:0")
    urls = [f"http://localhost:{one.getsockname()[1]}" for one in (public, staff)]
    channels: tuple[dict[str, Any], ...] = (
        {"name": "website", "kind": "website", "authoritative": True},
        {"name": "rss", "kind": "rss"},
    )
    settings = Settings(data_dir=folder, public_url=urls[0], staff_url=urls[1], channels=channels)
    await app.prepare(settings, where)
    async with (
        app.opened(settings, where) as house,
        serve.serving(house, public_socket=public, staff_socket=staff),
        working(house),
    ):
        staffed = {login: await _hired(house, login) for login in PEOPLE}
        bureau = Bureau(house, staffed, urls[1], browser)
        yield bureau
        for context in bureau.opened:
            await context.close()


async def _hired(house: House, login: str) -> Person:
    facts = {"login": login, "name": f"{login}先生", "unit": "办公室", "password": PASSWORD}
    return await people.add(house.hub, people.OPERATOR, duties=PEOPLE[login], must_change=False, **facts)


LINES = (
    ("关于进一步加强建设工程规划公示工作的通知", "title"),
    ("各区分局，局机关各处室，各有关单位：", ""),
    ("为加强建设工程规划公示工作，保障公众的知情权，现就有关事项通知如下。", ""),
    ("一、公示范围", "一"),
    ("（一）建设项目", "（"),
    ("新建、改建、扩建的建设工程，均应当公示设计方案。", ""),
    ("（二）公示地点", "（"),
    ("公示应当在局网站和项目现场同时进行，期限不少于十个工作日。", ""),
    ("二、公示时限", "一"),
    ("具体时限见下表。", ""),
    ("三、施行时间", "一"),
    ("本通知自2026年12月1日起施行。", ""),
    ("天津市规划和自然资源局", "right"),
    ("2026年11月20日", "right"),
    ("（此件主动公开）", ""),
)


def notice(number: int = 12) -> bytes:
    """A red-headed notice as offices write them: headings by hand, a table with merged cells, a signature block."""
    paper = docx.Document()
    head = paper.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    red = head.add_run("天津市规划和自然资源局文件")
    red.font.color.rgb, red.font.size = RGBColor(0xFF, 0, 0), Pt(36)
    paper.add_paragraph(f"津规资办发〔2026〕{number}号").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, kind in LINES:
        line = paper.add_paragraph()
        run = line.add_run(words)
        if kind == "title":
            line.alignment, run.font.size = WD_ALIGN_PARAGRAPH.CENTER, Pt(22)
        elif kind == "right":
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif kind:
            run.font.name = "黑体" if kind == "一" else "楷体"
        if words.startswith("具体时限"):
            _table(paper)
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def _table(paper: Any) -> None:
    table = paper.add_table(rows=3, cols=3)
    table.style = "Table Grid"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "项目类别"
    table.cell(0, 2).text = "期限"
    for row, words in ((1, ("住宅", "新建", "15个工作日")), (2, ("住宅", "改建", "10个工作日"))):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    table.cell(1, 0).merge(table.cell(2, 0)).text = "住宅"
