"""What an article is not, or not quite, as it was written: told before anybody approves it. Pure."""

from collections.abc import Iterator

from channels.wechat import picture
from channels.wechat.body import Styled
from channels.wechat.excerpt import Excerpt
from schemas.parcel import Remark
from schemas.release import Document

LIMIT = "微信上限 20000 字符（含排版代码）"
TOO_LONG = (
    "《{title}》正文排版后为 {size} 字符，超过" + LIMIT + "，且开头的一段或一张表就超过上限，无法节选。"
    "请拆分段落或表格，或把它作为附件上传"
)
AT_HEAD = "因篇幅所限，本文为节选，全文请点击文末“阅读原文”。"
#: What the platform takes as it is; anything else is drawn anew.
AS_THEY_ARE = frozenset({"image/jpeg", "image/png"})


def at_end(cut: Excerpt) -> str:
    """What stands where the article breaks off."""
    if cut.is_annex:
        return "附件因篇幅所限未在此刊登，请点击文末“阅读原文”，到本单位网站阅读。"
    return f"因篇幅所限，自“{cut.following}”起未在此刊登，请点击文末“阅读原文”，到本单位网站阅读全文。"


def of(document: Document, styled: Styled, cut: Excerpt | None, *, is_titled: bool) -> Iterator[Remark]:
    """Yield what is to be told of one document, the losses first. `is_titled`: its whole title fits."""
    what = f"解读{document.number}" if document.number else "政策文件"
    if cut:
        where = "附件" if cut.is_annex else f"“{cut.following}”及以后的部分"
        way = "由“阅读原文”引到网站。要全文刊登的，请精简，或把附件作为文件上传"
        yield Remark(words=f"{what}超过{LIMIT}，{where}不在图文中，{way}", is_loss=True)
    if styled.dropped:
        yield Remark(words=f"{what}中有 {styled.dropped} 处脚本、视频、外站图片等微信不保留，已略去", is_loss=True)
    if not is_titled:
        yield Remark(words=f"{what}的标题超过 32 字，列表中缩短显示，全称列在正文开头")
    for count, words in _counted(document, styled):
        if count:
            yield Remark(words=f"{what}{words.format(count)}")


def _counted(document: Document, styled: Styled) -> Iterator[tuple[int, str]]:
    yield len(document.attachments), "的 {} 个附件只列名称，请读者到网站下载"
    yield styled.notes, "中的外部链接在微信中不能点开，改为文末列出 {} 个网址"
    yield styled.lists, "中的 {} 处多级列表改为带序号的段落"
    yield styled.tables, "中的 {} 张宽表在手机上左右滑动查看"
    redrawn = sum(one.media not in AS_THEY_ARE or one.size >= picture.MAX_BYTES for one in document.images)
    yield redrawn, "中的 {} 张图片转为 JPEG 并缩小到 1 MB 以内"
