"""Several hands at once: commits beside each other, slow readers, two worker processes."""

import asyncio
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from channels import website
from channels.contract import Tools
from channels.tree import Tree
from schemas.parcel import Parcel
from tests.channels.website.shown import MakeParcel, publish, read


async def test_commits_at_once_leave_all_in_the_lists(
    tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcels = [make_parcel(release=release) for release in range(1, 13)]

    async def one(parcel: Parcel) -> None:
        await publish(website.build({"name": "website", "kind": "website"}, tools), parcel, notes, shelf)

    await asyncio.gather(*map(one, parcels))
    assert set(re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html"))) == {
        str(n) for n in range(1, 13)
    }


async def test_a_slow_reader_of_the_shelf_never_writes_an_older_list_over_a_newer_one(
    tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    has_read = asyncio.Event()

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(shelf, name)

        async def sizes(self, channel: str) -> Any:
            sizes = await shelf.sizes(channel)
            has_read.set()
            await asyncio.sleep(0.1)
            return sizes

    slow_tools = replace(tools, shelf=cast("Any", Slow()))
    slow = website.build({"name": "website", "kind": "website"}, slow_tools)
    fast = website.build({"name": "website", "kind": "website"}, tools)
    older = asyncio.create_task(publish(slow, make_parcel(release=1), notes, shelf))
    await has_read.wait()
    await publish(fast, make_parcel(release=2), notes, shelf)
    await older
    assert re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html")) == ["2", "1"]


#: A worker process of its own. Its shelf is what all workers have announced, as files, so it is as fresh as the store.
WORKER = """
import asyncio, sys
from pathlib import Path
from channels import website
from channels.contract import Site, Tools
from schemas.listing import Place
from schemas.parcel import Listed, Parcel
folder = Path(sys.argv[1])
class Shelf:
    def there(self):
        files = sorted((folder / "shelf").glob("*.json"), key=lambda file: int(file.stem))
        return {int(file.stem): Listed.model_validate_json(file.read_bytes()) for file in files}
    async def enrol(self, channel, wanted): pass
    async def places(self, channel, releases):
        return [Place(list=name, ordinal=one, release=one) for one in releases for name in ("zcwj", "lnwj/2026")]
    async def sizes(self, channel):
        return dict.fromkeys(("zcwj", "lnwj/2026"), max(self.there(), default=0))
    async def within(self, channel, spans):
        return [p for p in reversed(await self.places(channel, self.there())) if any(s.list == p.list for s in spans)]
    async def outlines(self, channel, releases):
        return {one: line for one, line in self.there().items() if one in releases}
    async def offices(self): return ()
class Notes:
    async def keep(self, key, value): pass
async def main():
    site = Site(name="n", domain="d", code="c", url="http://d", bureau="b", footer={})
    tools = Tools(http=None, site=site, shelf=Shelf(), blobs=None, letterbox=None, data_dir=str(folder))
    channel = website.build({"name": "website", "kind": "website"}, tools)
    for file in sys.argv[2:]:
        parcel = Parcel.model_validate_json((folder / file).read_bytes())
        at = parcel.planned_at
        line = Listed(edition=parcel.edition, official_at=None, planned_at=at, updated_at=at)
        temporary = folder / f"{file}.new"
        temporary.write_text(line.model_dump_json())
        temporary.rename(folder / "shelf" / file)
        await channel.commit(parcel, Notes())
asyncio.run(main())
"""


async def test_two_worker_processes_never_lose_each_others_lines(
    make_parcel: MakeParcel, data_dir: Path, tree: Tree
) -> None:
    (data_dir / "shelf").mkdir()
    for release in range(1, 17):
        (data_dir / f"{release}.json").write_text(make_parcel(release=release).model_dump_json())
    halves = [[f"{n}.json" for n in range(start, 17, 2)] for start in (1, 2)]
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, str(data_dir), *half, stderr=subprocess.PIPE)
        for half in halves
    ]
    for process in running:
        _, error = await process.communicate()
        assert process.returncode == 0, error.decode()
    assert set(re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html"))) == {
        str(n) for n in range(1, 17)
    }
