"""The readers that subscribers use: each learns of a release, of a mark on it and of its withdrawal."""

import asyncio
import email
import email.policy
import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import pytest
from reader import make_reader

from channels import rss
from channels.contract import Tools
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.standing import StandingKind
from tests.channels.conftest import build_notice

MakeParcel = Callable[..., Parcel]
#: Title → text, of what a reader now shows its user.
Shown = dict[str, str]
Reader = Callable[[str, Path], Awaitable[Shown]]
TITLE, PHRASE, REASON = "关于印发2026年政务公开工作要点的通知", "全面梳理权责清单", "附件含有个人信息"
SECONDS = 30


@pytest.fixture
def steps(tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any) -> dict[str, Callable[[], Awaitable[None]]]:
    """What the bureau does, by the title that its policy then bears."""
    channel = rss.build({"name": "feeds", "kind": "rss"}, tools)
    parcel = make_parcel(interpretations=0)
    changes = {
        TITLE: {},
        f"{TITLE}(已废止)": {"action": Action.ANNOTATE, "notice": build_notice(serial=1)},
        f"{TITLE}(已撤回)": {
            "action": Action.WITHDRAW,
            "notice": build_notice(StandingKind.WITHDRAWN, serial=2, reason=REASON),
        },
    }

    async def do(change: dict[str, Any]) -> None:
        done = parcel.model_copy(update=change)
        shelf.put(done)
        await channel.commit(done, notes)

    return {title: lambda change=change: do(change) for title, change in changes.items()}  # type: ignore[misc]


def later(folder: Path, seconds: int) -> None:
    """Readers come again after a while: newsboat takes nothing whose second it has seen."""
    for one in (folder / "site").rglob("all.*"):
        os.utime(one, (one.stat().st_atime, one.stat().st_mtime + seconds))


async def run(*command: str, stdin: bytes = b"", home: Path) -> bytes:
    if shutil.which(command[0]) is None:
        pytest.skip(f"the feed reader {command[0]} is not installed on this machine")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
    async with asyncio.timeout(SECONDS):
        out, said = await process.communicate(stdin)
    assert process.returncode == 0, said.decode()
    return out


async def fetched(address: str) -> bytes:
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return await answer.read()


async def newsboat(address: str, home: Path) -> Shown:
    (home / "urls").write_text(f"{address}\n")
    (home / "config").touch()
    files = ("-u", str(home / "urls"), "-C", str(home / "config"), "-c", str(home / "cache.db"))
    await run("newsboat", *files, "-x", "reload", home=home)
    with sqlite3.connect(home / "cache.db") as cache:
        return dict(cache.execute("SELECT title, content FROM rss_item").fetchall())


async def sfeed(address: str, home: Path) -> Shown:
    lines = (await run("sfeed", stdin=await fetched(address), home=home)).decode().splitlines()
    return {fields[1]: fields[3] for fields in (line.split("\t") for line in lines)}


async def rss2email(address: str, home: Path) -> Shown:
    """It sends each entry once, and replies to itself when its summary, which it prefers, has changed."""
    settings = f"from = a@b.cn\nto = c@d.cn\nemail-protocol = maildir\nmaildir-path = {home}\nreply-changes = True"
    (home / "cfg").write_text(f"[DEFAULT]\n{settings}\n[feed.one]\nurl = {address}\n")
    box = home / "INBOX"
    shutil.rmtree(box, ignore_errors=True)
    await run("r2e", "-c", str(home / "cfg"), "-d", str(home / "data.json"), "run", home=home)
    mails = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in (box / "new").iterdir()]
    return {mail["Subject"]: str(mail.get_body().get_content()) for mail in mails if mail.get_body()}  # type: ignore[union-attr]


async def feedparser_(address: str, home: Path) -> Shown:  # noqa: ARG001 - it keeps nothing
    parsed = feedparser.parse(await fetched(address), response_headers={"content-type": "application/xml"})
    assert not parsed.bozo
    return {
        one.title: "".join([one.summary, *(part.value for part in one.get("content", ()))]) for one in parsed.entries
    }


async def reader(address: str, home: Path) -> Shown:
    def ask() -> Shown:
        with make_reader(str(home / "reader.db")) as kept:
            kept.add_feed(address, exist_ok=True)
            kept.update_feeds(scheduled=False)
            assert kept.get_feed(address).last_exception is None
            entries = list(kept.get_entries())
            return {
                str(one.title): "".join([one.summary or "", *(part.value for part in one.content)]) for one in entries
            }

    return await asyncio.to_thread(ask)


#: rss2email compares texts alone where it prefers them, and it does in RSS: there it sees a withdrawal and no mark.
WAYS = [
    *((read, kind) for read in (newsboat, sfeed, feedparser_, reader) for kind in ("atom", "rss")),
    (rss2email, "atom"),
    (reader, "json"),
]


@pytest.mark.parametrize(("read", "kind"), WAYS, ids=[f"{read.__name__}-{kind}" for read, kind in WAYS])
async def test_a_reader_learns_of_everything_that_happens(
    read: Reader, kind: str, steps: dict[str, Callable[[], Awaitable[None]]], tools: Tools, tmp_path: Path
) -> None:
    home = tmp_path / "reader"
    home.mkdir()
    for number, (title, happens) in enumerate(steps.items()):
        await happens()
        later(Path(tools.data_dir), 60 * number)
        shown = await read(f"{tools.site.url}/feeds/all.{kind}", home)
        assert list(shown) == [title]
        text = "".join(shown[title].split())
        assert (PHRASE in text) == ("撤回" not in title and read is not rss2email), text
        assert (REASON in text) == ("撤回" in title), text
