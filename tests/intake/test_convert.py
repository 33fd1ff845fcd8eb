import asyncio
import inspect
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.intake import child, convert, manuscript, sniff
from hub.intake.errors import MESSAGES, Code, IntakeError

Word = Callable[..., bytes]
Rewritten = Callable[[bytes, dict[str, bytes]], bytes]


async def refusal(filename: str, data: bytes) -> IntakeError:
    with pytest.raises(IntakeError) as caught:
        await convert.convert(filename, data)
    return caught.value


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts another program in the child's place."""

    def plant(source: str) -> None:
        package = tmp_path / "hub" / "intake"
        package.mkdir(parents=True)
        for folder in (package, package.parent):
            (folder / "__init__.py").write_text("")
        (package / "child.py").write_text(source)
        monkeypatch.setitem(convert._ENVIRONMENT, "PYTHONPATH", str(tmp_path))

    return plant


async def test_a_word_file_comes_through_the_child(word: Word) -> None:
    read = await convert.convert("关于某事的通知.docx", word("关于某事的通知", "正文。"))
    assert (read.title, read.body) == ("关于某事的通知", "<p>正文。</p>")


async def test_a_text_in_gbk_comes_through_the_child() -> None:
    read = await convert.convert("a.TXT", "关于某事的通知\n\n甲,乙。".encode("gbk"), restore_punctuation=True)
    assert (read.title, read.body) == ("关于某事的通知", "<p>甲，乙。</p>")


async def test_a_text_without_a_title_is_called_by_its_file() -> None:
    assert (await convert.convert("dir/防汛须知.md", "正文。，".encode())).title == "防汛须知"


@pytest.mark.parametrize(
    ("filename", "data", "code"),
    [
        ("a.txt", b"", Code.EMPTY),
        ("a.txt", b" " * (convert.MAX_BYTES + 1), Code.TOO_LARGE),
        ("a.exe", b"MZ", Code.UNSUPPORTED),
        ("noending", b"x", Code.UNSUPPORTED),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Code.UNSUPPORTED),
        ("a.pdf", b"%PDF-1.7", Code.UNSUPPORTED),
        ("a.ofd", b"PK\x03\x04", Code.UNSUPPORTED),
        ("a.wps", b"x", Code.UNSUPPORTED),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Code.LOCKED),
        ("a.docx", b"<html>", Code.MISMATCH),
        ("a.txt", b"PK\x03\x04", Code.MISMATCH),
        ("a.html", b"%PDF-1.7", Code.MISMATCH),
        ("a.md", b"a\0b", Code.MISMATCH),
    ],
)
async def test_a_wrong_file_is_refused_before_any_child_starts(filename: str, data: bytes, code: Code) -> None:
    assert (await refusal(filename, data)).code is code


@pytest.mark.parametrize("ending", [".doc", ".wps", ".ofd", ".pdf"])
def test_a_format_without_a_reader_is_told_what_to_save_as(ending: str) -> None:
    with pytest.raises(IntakeError, match=r"\.docx"):
        sniff.sniff(f"文件{ending}", b"x")


def test_every_code_has_a_sentence() -> None:
    assert set(MESSAGES) == set(Code)
    assert all(message.endswith("。") for message in MESSAGES.values())


async def test_a_hundred_thousand_nested_elements_are_refused(word: Word, rewritten: Rewritten) -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    # The identifiers keep it from packing as tight as a bomb: it must be refused for its depth.
    nested = "".join(f'<w:p w:rsidR="{number * 2654435761 % 2**32:08X}">' for number in range(100_000))
    deep = f'<w:document xmlns:w="{w}"><w:body>' + nested + "</w:p>" * 100_000 + "</w:body></w:document>"
    data = rewritten(word("甲"), {"word/document.xml": deep.encode()})
    assert (await refusal("a.docx", data)).code in {Code.BROKEN, Code.TOO_SLOW}


async def test_a_page_of_a_hundred_thousand_nested_tags_is_refused_at_once() -> None:
    assert (await refusal("a.html", b"<div>" * 100_000 + "正文".encode())).code is Code.TOO_SLOW


async def test_a_zip_that_is_no_word_file_is_broken() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("OFD.xml", "<ofd/>")
    assert (await refusal("a.docx", written.getvalue())).code is Code.BROKEN


async def test_a_child_that_hangs_is_killed(
    planted: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trace = tmp_path / "pid"
    planted(f"import os, pathlib, time\npathlib.Path({str(trace)!r}).write_text(str(os.getpid()))\ntime.sleep(60)")
    monkeypatch.setattr(convert, "WALL_SECONDS", 0.7)
    assert (await refusal("a.txt", b"x" * 300_000)).code is Code.TOO_SLOW
    with pytest.raises(ProcessLookupError):
        os.kill(int(trace.read_text()), 0)


async def test_a_given_up_upload_leaves_no_child(planted: Callable[[str], None], tmp_path: Path) -> None:
    trace = tmp_path / "pid"
    planted(f"import os, pathlib, time\npathlib.Path({str(trace)!r}).write_text(str(os.getpid()))\ntime.sleep(60)")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(convert.convert("a.txt", b"x"), 0.7)
    with pytest.raises(ProcessLookupError):
        os.kill(int(trace.read_text()), 0)


async def test_a_child_that_talks_without_end_is_stopped(planted: Callable[[str], None]) -> None:
    planted("import sys\nwhile True: sys.stdout.write('x' * 1_000_000)")
    assert (await refusal("a.txt", b"x")).code is Code.BROKEN


async def test_no_secret_of_ours_reaches_the_child(
    planted: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGBU_WECHAT_SECRET", "s3cret")
    planted(
        "import json, os\n"
        "names = ' '.join(os.environ)\n"
        "print(json.dumps({'title': 't', 'body': names, 'images': [], 'hints': {}, 'notices': []}))"
    )
    names = (await convert.convert("a.txt", b"x")).body
    assert "PYTHONPATH" in names
    assert "GONGBU" not in names


async def test_a_child_taken_over_cannot_bring_in_a_script(planted: Callable[[str], None]) -> None:
    answer = {
        "title": "甲\u202e",
        "body": "<p>甲<script>x</script></p>",
        "images": [],
        "hints": {},
        "notices": [],
    }
    planted(f"print({json.dumps(answer)!r})")
    read = await convert.convert("a.txt", b"x")
    assert (read.title, read.body) == ("甲", "<p>甲</p>")


@pytest.mark.parametrize(("sign", "code"), [("SIGXCPU", Code.TOO_SLOW), ("SIGSEGV", Code.BROKEN)])
async def test_a_child_that_dies_is_told_by_its_cause(planted: Callable[[str], None], sign: str, code: Code) -> None:
    planted(f"import os, signal\nos.kill(os.getpid(), signal.{sign})")
    assert (await refusal("a.txt", b"x")).code is code


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"code": "nonsense", "message": "x"}', b"\xff"])
async def test_an_answer_that_is_none_is_broken(planted: Callable[[str], None], answer: bytes) -> None:
    planted(f"import sys\nsys.stdout.buffer.write({answer!r})")
    assert (await refusal("a.txt", b"x")).code is Code.BROKEN


def test_a_picture_that_is_not_its_digest_is_refused() -> None:
    meta = {"name": "a.png", "media": "image/png", "size": 1, "sha256": "0" * 64}
    with pytest.raises(IntakeError):
        manuscript.unpack({"title": "", "body": "", "images": [[meta, "eA=="]], "hints": {}, "notices": []})


async def test_the_child_is_bound_in_memory_and_time_and_opens_no_connection(planted: Callable[[str], None]) -> None:
    source = inspect.getsource(child)
    probe = (
        "def _probe(form, data, wishes):\n"
        "    import socket\n"
        "    try:\n"
        "        socket.socket().connect(('127.0.0.1', 9))\n"
        "        tried = 'open'\n"
        "    except _ForbiddenError:\n"
        "        tried = 'forbidden'\n"
        "    names = ('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_FSIZE')\n"
        "    limits = [resource.getrlimit(getattr(resource, name))[0] for name in names]\n"
        "    body = f'{tried} {limits}'\n"
        "    return json.dumps({'title': '', 'body': body, 'images': [], 'hints': {}, 'notices': []}).encode()\n"
        "_answer = _probe\n"
    )
    head, _, tail = source.rpartition('if __name__ == "__main__":')
    planted(f"{head}{probe}if __name__ == '__main__':{tail}")
    (Path(convert._ENVIRONMENT["PYTHONPATH"]) / "hub" / "intake" / "__init__.py").write_text(
        f"__path__.append({str(Path(child.__file__).parent)!r})"
    )
    (Path(convert._ENVIRONMENT["PYTHONPATH"]) / "hub" / "__init__.py").write_text(
        f"__path__.append({str(Path(child.__file__).parents[1])!r})"
    )
    convert._ENVIRONMENT["PYTHONPATH"] += f":{Path(child.__file__).parents[2]}"
    body = (await convert.convert("a.txt", b"x")).body
    assert body == f"forbidden [{child.MEMORY_BYTES}, {child.CPU_SECONDS}, 0]"
