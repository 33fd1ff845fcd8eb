"""The keys of a `[[channels]]` table of kind `website`, and what they ask of the machine."""

from typing import Literal

from channels.contract import ChannelSettings
from channels.website.copies import pdf

NO_PDF = (
    "设置了 PDF 文本（copies），但本机缺少 {names}，页面只提供其他文本。请安装 Pango 和中文字体"
    "（Debian：libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk），各台机器一致。"
)


class WebsiteSettings(ChannelSettings):
    """A `[[channels]]` table of kind `website`. The site itself is described once, for all."""

    kind: Literal["website"] = "website"
    #: The files of each text that stand beside its page, `docx` and `pdf`; a PDF needs Pango and a Chinese font.
    copies: tuple[Literal["docx", "pdf"], ...] = ("docx",)

    def lacks(self) -> list[str]:
        """What this machine lacks for them, in a person's words."""
        missing = pdf.missing() if "pdf" in self.copies else ()
        return [NO_PDF.format(names="、".join(missing))] if missing else []
