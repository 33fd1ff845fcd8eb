"""区分处理: what is taken out is nowhere in what is made, and whoever writes it in again is stopped."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from hub.core import redaction
from hub.core.redline import source
from schemas.derivation import PASSAGE_MARK, PICTURE_MARK, WORDS_MARK, Derivation, Redaction
from schemas.edition import Edition
from schemas.grounds import GROUNDS
from schemas.release import Attachment, Disclosure, Document, Role
from tests import making

THIRD, INNER = GROUNDS[3], GROUNDS[4]
SHA = "a" * 64
BODY = (
    "<h2>一、举报情况</h2><p>举报人张\u200b三（电话 <b>022-8888</b>1234）反映<a "
    'href="https://example.cn/%E5%BC%A0%E4%B8%89">张 三</a>家附近违建。</p>'
    "<p>经查，<strong>该处</strong>地块由某公司占用，拟于下月约谈其负责人李四&amp;王五。</p>"
    f'<table class="align-center"><tbody><tr><td colspan="2">金额</td><td>１２３万元</td></tr></tbody></table>'
    f'<p><img src="blob:{SHA}" alt="张三住宅照片"></p><p>二、处理结果：责令改正。</p>'
)
WANTED = Redaction.model_validate(
    {
        "cuts": [{"document": "policy", "number": 3, "ground": INNER}],
        "blackouts": [
            {"words": "张三", "ground": THIRD},
            {"words": "022-88881234", "ground": THIRD},
            {"words": "123万元", "ground": THIRD},
        ],
    }
)
GONE = ("张", "三", "8888", "1234", "某公司", "约谈", "李四", "王五", "123万", "１２３", "%E5%BC%A0", SHA)


def original(**changes: object) -> Edition:
    annex = Attachment(name="张三材料.txt", media="text/plain", size=3, sha256="b" * 64)
    photo = Attachment(name="照片.png", media="image/png", size=3, sha256=SHA)
    values: dict[str, object] = {
        "disclosure": "on_request",
        "disclosure_ground": f"{THIRD}：涉及张三",
        "secrecy": "internal",
        "note": "此件依申请公开",
        "title": "关于张三举报违建的答复",
        "keywords": ("张三", "违建"),
    }
    document = Document(
        role=Role.POLICY,
        number=0,
        title="关于张三举报违建的答复",
        summary="答复 张 三",
        body=BODY,
        attachments=(annex,),
        images=(photo,),
    )
    return Edition(release=7, number=2, metadata=making.metadata(**values | changes), documents=(document,))


def derived() -> tuple[Edition, Derivation]:
    origin = original()
    made = redaction.version(origin, WANTED)
    told = Derivation(
        release=8,
        origin=7,
        origin_edition=2,
        origin_digest=origin.digest,
        removals=made.removals,
        made_by="p",
        made_at=datetime(2026, 11, 26, tzinfo=UTC),
    )
    return Edition(release=8, number=1, metadata=made.metadata, documents=made.documents), told


def changed(edition: Edition, **changes: object) -> Edition:
    document = edition.documents[0].model_copy(update=changes)
    return edition.model_copy(update={"documents": (document,)})


def test_nothing_that_was_taken_out_is_in_the_canonical_bytes() -> None:
    edition, told = derived()
    written = edition.encoded().decode()
    assert [word for word in GONE if word in written] == []
    assert written.count(PASSAGE_MARK) == 1
    assert PICTURE_MARK in written
    body = edition.documents[0].body
    assert f"举报人{WORDS_MARK}（电话" in body
    assert f"<p>{PASSAGE_MARK}<strong></strong></p>" in body
    assert '<td colspan="2">金额</td>' in body
    assert "二、处理结果：责令改正。" in body
    assert edition.metadata.title == f"关于{WORDS_MARK}举报违建的答复"
    assert edition.metadata.keywords == ("违建",)
    assert edition.metadata.disclosure is Disclosure.OPEN
    assert told.grounds == {THIRD: 7, INNER: 1}
    assert not any(word in told.model_dump_json() for word in ("张", "8888", "某公司", "李四"))
    assert redaction.leaks(original(), edition, told, {}) == ()


def zipped(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:t>{text[:2]}</w:t><w:t>{text[2:]}</w:t>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"body": "<p>又写了张<b>\u200d三</b></p>"}, "政策文件正文"),
        ({"body": "<p>写了一段：地块由某公司占用，拟于下月约谈其负责</p>"}, "政策文件正文"),
        ({"body": '<p><a href="https://a.cn/%E5%BC%A0%E4%B8%89">此处</a></p>'}, "链接"),
        ({"title": "关于张\u3000三"}, "政策文件标题"),
        ({"summary": "022-8888 1234"}, "政策文件摘要"),
        ({"attachments": original().documents[0].attachments}, "与原件的相同"),
        (
            {"attachments": (Attachment(name="新.docx", media="a/b", size=9, sha256="c" * 64),)},
            "附件或图片“新.docx”",
        ),
        ({"attachments": (Attachment(name="坏.zip", media="a/b", size=9, sha256="d" * 64),)}, "无法检查"),
        ({"attachments": (Attachment(name="旧.doc", media="a/b", size=9, sha256="e" * 64),)}, "“旧.doc”"),
    ],
)
def test_what_is_written_in_again_is_found(changes: dict[str, object], where: str) -> None:
    edition, told = derived()
    files = {"c" * 64: zipped("找到张三了"), "d" * 64: b"PK\x03\x04broken", "e" * 64: "张三".encode("utf-16-le")}
    found = redaction.leaks(original(), changed(edition, **changes), told, files)
    assert any(where in one for one in found), found


def test_what_stayed_may_be_said_again_and_short_passages_say_nothing() -> None:
    edition, told = derived()
    again = changed(edition, body=edition.documents[0].body + "<p>二、处理结果：责令改正。某公司。</p>")
    assert redaction.leaks(original(), again, told, {}) == ()


def test_blocks_and_pieces_tell_where_everything_stood() -> None:
    found = redaction.blocks(BODY)
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6]
    text = source.letters(BODY)
    assert text[found[2].start : found[2].end].startswith("经查，该处地块")
    here = [one for one in derived()[1].removals if one.part == "title"]
    cut = redaction.pieces("关于张三举报违建的答复", here[:1])
    assert [one.words for one in cut] == ["关于", "张三", "举报违建的答复"]
    with pytest.raises(ValueError, match="no passage 99"):
        redaction.version(
            original(), Redaction.model_validate({"cuts": [{"document": "policy", "number": 99, "ground": INNER}]})
        )
