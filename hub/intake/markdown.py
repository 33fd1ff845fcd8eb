"""Reads Markdown as staff write interpretations in it: CommonMark with tables. Raw HTML in it stays text."""

from markdown_it import MarkdownIt

from hub.intake import assemble, errors, images, manuscript
from hub.intake.notices import NoticeCode, notice
from schemas import hypertext

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def read(text: str) -> manuscript.Manuscript:
    """Read the text. Pictures are named by address only and so cannot come along: they are left out with a warning."""
    if len(text) > manuscript.MAX_BODY:
        raise errors.IntakeError(errors.Code.TOO_LONG)
    soup = hypertext.parse(_MARKDOWN.render(text))
    pictures = soup.find_all("img")
    for picture in pictures:
        picture.decompose()
    words = f"有{len(pictures)}幅图片只有地址，未随文件上传，已略去。请改用.docx文件，或在编辑页插入。"
    notices = [notice(NoticeCode.FOREIGN_PICTURES, words, count=len(pictures))] if pictures else []
    return assemble.assemble(soup, images.Gallery(), notices=notices)
