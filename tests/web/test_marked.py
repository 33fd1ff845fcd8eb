"""What is marked for everybody: pictures stay pictures, on whichever side of a comparison."""

from hub.core.redline.page import redline
from hub.web.live import marked

KNOWN, GONE = "a" * 64, "b" * 64
IMAGES = {KNOWN: "/images/1/picture.png"}
PICTURE = f'<figure><img src="blob:{KNOWN}" alt="办理流程"></figure>'


def body(number: str, picture: str = KNOWN) -> str:
    return f"<p>不超过{number}平方米。</p>{PICTURE.replace(KNOWN, picture)}"


def test_a_picture_is_shown_on_both_sides() -> None:
    text, picture = marked.side_by_side(redline(body("300"), body("200")), IMAGES)
    assert text.is_changed
    shown = '<figure><img src="/images/1/picture.png" alt="办理流程"></figure>'
    assert (picture.old, picture.new) == (shown, shown)


def test_only_what_changed_is_shown_with_what_stands_around_it() -> None:
    old = [f"第{n}条没有变化。" for n in range(1, 10)]
    new = [*old[:3], "第4条改了。", *old[4:]]
    shown = marked.abridged(redline(marked.paragraphs(old), marked.paragraphs(new)))
    assert shown.count("此处省略没有变化的段落") == 2
    assert shown.index("此处省略") < shown.index("第3条") < shown.index("改了") < shown.index("第5条")
    assert "第2条" not in shown
    assert "第6条" not in shown
    assert "〔增：" in shown


def test_a_picture_that_changed_is_marked_and_one_that_nobody_has_is_named() -> None:
    found = marked.side_by_side(redline(body("300", GONE), body("300")), IMAGES)
    old = "".join(row.old for row in found)
    new = "".join(row.new for row in found)
    assert "〔图片〕" in old
    assert "/images/1/picture.png" not in old
    assert '<img src="/images/1/picture.png" alt="办理流程">' in new
    assert "<img>" not in old + new


def test_a_side_that_has_nothing_of_a_block_has_no_empty_frame_of_it() -> None:
    added = f"<h2>二、清单</h2><table><tbody><tr><th>事项</th></tr><tr><td>许可</td></tr></tbody></table>{PICTURE}"
    found = marked.side_by_side(redline("<p>一、总则。</p>", f"<p>一、总则。</p>{added}"), IMAGES)
    assert [row.old for row in found[1:]] == [""] * (len(found) - 1)
    assert "".join(row.new for row in found).count("<h2>") == 1
    back = marked.side_by_side(redline(f"<p>一、总则。</p>{added}", "<p>一、总则。</p>"), IMAGES)
    assert [row.new for row in back[1:]] == [""] * (len(back) - 1)
    assert len(back) == 4
