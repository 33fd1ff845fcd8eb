"""The site's tree: atomic, durable, and nothing outside it."""

import asyncio
import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels import disk
from channels.disk import LEFTOVER, TreeError
from channels.tree import Tree

PIECES = st.sampled_from(
    ["..", ".", "", "a", "/", "//", "\\", "\x00", "%2e%2e", "~", "zcwj", ".git", "\ud800", "公文.html"]
)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "site").mkdir()
    return Tree(tmp_path / "site")


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@given(st.lists(PIECES | st.text(max_size=8), max_size=8).map("".join) | st.lists(PIECES, max_size=6).map("/".join))
@example("/../x")
@example("/a/../../x")
@example("/a/.")
@example("/" + "a" * 300)
@example("a")
@example("")
def test_no_path_leads_out_of_the_tree(path: str) -> None:
    root = Path("/srv/site")
    try:
        target = Tree(root).locate(path)
    except TreeError:
        return
    assert Path(os.path.normpath(target)) == target
    assert target.is_relative_to(root)
    assert target != root
    assert not any(part.startswith(".") for part in target.relative_to(root).parts)


@pytest.mark.parametrize("path", ["/zcwj/1001.html", "/index.html", "/zcwj/1001/attachment-1.docx", "/附件/图 1.png"])
def test_a_plain_path_is_taken(path: str) -> None:
    assert str(Tree(Path("/srv/site")).locate(path)) == f"/srv/site{path}"


async def test_a_bad_path_in_a_batch_writes_nothing(tree: Tree) -> None:
    with pytest.raises(TreeError):
        await tree.write_many({"/a.html": b"a", "/../b.html": b"b"})
    assert files(tree.root) == set()


async def test_a_link_planted_in_the_tree_is_not_followed_out_of_it(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tree.root / "zcwj").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TreeError):
        await tree.write("/zcwj/deep/1.html", b"x")
    assert files(tmp_path / "elsewhere") == set()


async def test_what_was_written_is_read(tree: Tree) -> None:
    await tree.write_many({"/a/b/c.html": b"one", "/d.html": b"two"})
    await tree.write("/d.html", b"three")
    assert (tree.read("/a/b/c.html"), tree.read("/d.html")) == (b"one", b"three")
    assert files(tree.root) == {"a/b/c.html", "d.html"}
    assert tree.has("/d.html")
    assert not tree.has("/a")
    assert tree.read("/a") is tree.read("/d.html/x") is tree.read("/none") is None


async def test_other_users_can_read_whatever_the_umask(tree: Tree) -> None:
    before = os.umask(0o077)
    try:
        await tree.write("/a.html", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tree.root / "a.html").stat().st_mode) == 0o644


async def test_a_new_folder_can_be_entered_by_other_users(tree: Tree) -> None:
    before = os.umask(0o077)
    try:
        await tree.write("/zcwj/1001/attachment-1.pdf", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tree.root / "zcwj").stat().st_mode) == 0o755
    assert stat.S_IMODE((tree.root / "zcwj/1001").stat().st_mode) == 0o755


async def test_a_failing_write_leaves_the_old_file_and_no_leftovers(tree: Tree) -> None:
    await tree.write("/a.html", b"old")
    (tree.root / "b.html").mkdir()  # a folder where a file should go: the second rename fails
    (tree.root / "b.html" / "x").write_bytes(b"")
    with pytest.raises(OSError, match=r"b\.html"):
        await tree.write_many({"/b.html": b"b", "/a.html": b"new"})
    assert tree.read("/a.html") == b"old"
    assert files(tree.root) == {"a.html", "b.html/x"}


async def test_a_file_that_the_disk_does_not_keep_is_not_shown(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    await tree.write_many({"/one.html": b"old", "/two.html": b"old"})
    synced: list[Path] = []

    def sync(path: Path) -> None:
        synced.append(path)
        if path.read_bytes() == b"new two":
            raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(disk, "_sync", sync)
    with pytest.raises(OSError, match="the disk is gone"):
        await tree.write_many({"/one.html": b"new one", "/two.html": b"new two"})
    assert len(synced) == 2
    assert (tree.read("/one.html"), tree.read("/two.html")) == (b"old", b"old")
    assert files(tree.root) == {"one.html", "two.html"}


async def test_every_file_and_every_folder_with_a_new_name_in_it_is_synced(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(disk, "_sync", lambda path: synced.append(str(path.relative_to(tree.root))))
    await tree.write_many({"/zcwj/7/text.docx": b"a", "/zcwj/7.html": b"b", "/zcjd/7-1.html": b"c"})
    assert sorted(one for one in synced if LEFTOVER not in one) == [".", "zcjd", "zcwj", "zcwj/7"]
    assert sum(LEFTOVER in one for one in synced) == 3


DIES = """
import asyncio, os, signal, sys
from pathlib import Path
from channels.tree import Tree
real = Path.replace
def dies(self, target):
    if str(target).endswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
Path.replace = dies
asyncio.run(Tree(Path(sys.argv[1])).write_many({"/one.html": b"new" * 9999, "/two.html": b"new" * 9999}))
"""


@pytest.mark.parametrize(("dies_at", "first"), [("one.html", b"old"), ("two.html", b"new" * 9999)])
async def test_death_before_a_rename_leaves_the_old_page_whole(tree: Tree, dies_at: str, first: bytes) -> None:
    await tree.write_many({"/one.html": b"old", "/two.html": b"old"})
    died = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", DIES, str(tree.root), dies_at], check=False, capture_output=True
    )
    assert died.returncode == -9, died.stderr
    assert (tree.read("/one.html"), tree.read("/two.html")) == (first, b"old")


async def test_leftovers_of_the_dead_are_swept_and_nothing_else(tree: Tree) -> None:
    await tree.write("/zcwj/a.html", b"x")
    old, young = tree.root / "zcwj" / f"{LEFTOVER}old", tree.root / f"{LEFTOVER}young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    os.utime(tree.root / "zcwj" / "a.html", (1, 1))
    assert await tree.sweep() == 1
    assert files(tree.root) == {"zcwj/a.html", f"{LEFTOVER}young"}


async def test_readers_never_meet_half_a_file(tree: Tree) -> None:
    bodies = [bytes([letter]) * 200_000 for letter in b"abcd"]
    await tree.write("/a.html", bodies[0])
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(5):
            for body in bodies:
                await tree.write("/a.html", body)
        done.set()

    async def read() -> int:
        looks = 0
        while not done.is_set():
            assert await asyncio.to_thread(tree.read, "/a.html") in bodies
            looks += 1
        return looks

    _, looks = await asyncio.gather(write(), read())
    assert looks > 5


async def test_a_cancelled_writer_waits_until_the_thread_is_done(tree: Tree) -> None:
    writing = asyncio.create_task(tree.write_many({f"/{n}.html": b"x" * 10_000 for n in range(60)}))
    await asyncio.sleep(0.005)
    assert not writing.done()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert len(files(tree.root)) == 60


async def test_a_file_is_compared_by_its_digest(tree: Tree) -> None:
    await tree.write("/a.pdf", b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert tree.holds("/a.pdf", digest)
    await tree.write("/a.pdf", b"abd")
    assert not tree.holds("/a.pdf", digest)
    assert not tree.holds("/none.pdf", digest)
