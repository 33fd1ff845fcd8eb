"""The reasons for which a file is refused, one table. A message says what the person can do and never shows a trace."""

from enum import StrEnum

from hub.intake.notices import Notice


class Code(StrEnum):
    """Stable names for the API; each has one sentence in `MESSAGES`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    UNSUPPORTED = "unsupported"
    MISMATCH = "mismatch"
    LOCKED = "locked"
    BROKEN = "broken"
    ENCODING = "encoding"
    TRACKED_CHANGES = "tracked_changes"
    COMMENTS = "comments"


MESSAGES = {
    Code.EMPTY: "文件中没有可以发布的文字或图片，请检查后重新上传。",
    Code.TOO_LARGE: "文件过大（上限20 MB，解压后50 MB）。请压缩其中的图片，或将大的材料改作附件上传。",
    Code.TOO_LONG: "正文过长（上限200万字符）。请拆分为几个文件，或将部分内容改作附件上传。",
    Code.TOO_SLOW: "文件结构过于复杂，在规定时间内未能转换。请在Word或WPS中新建文档，只粘贴正文后另存为.docx再上传。",
    Code.UNSUPPORTED: "不支持这种文件格式。请用Word或WPS打开后另存为.docx格式再上传（也可上传.html、.md、.txt文件）。",
    Code.MISMATCH: "文件内容与扩展名不符。请用原来的软件打开，另存为.docx格式后再上传。",
    Code.LOCKED: "文件可能设有密码，或是旧版Word（.doc）格式。请打开后取消密码，另存为.docx格式再上传。",
    Code.BROKEN: "文件已损坏，或者不是规范的文档，无法读取。请用Word或WPS打开检查，另存为.docx格式后重新上传。",
    Code.ENCODING: "无法识别文件的文字编码。请用记事本打开，另存为UTF-8编码后再上传。",
    Code.TRACKED_CHANGES: "文件中有修订痕迹。请在“审阅”中接受或拒绝全部修订，关闭修订功能并保存后再上传。",
    Code.COMMENTS: "文件中有批注。请在“审阅”中删除全部批注并保存后再上传。",
}


#: The same of a spreadsheet, where Word would be of no help.
OF_TABLES = {
    Code.EMPTY: "表格是空的，请检查后重新选择。",
    Code.TOO_LARGE: "表格文件过大（上限5 MB，解压后50 MB）。请删去图片和多余的工作表，或拆成几个文件。",
    Code.TOO_SLOW: "表格过于复杂，在规定时间内未能读完。请把内容复制到新建的表格中，另存为.xlsx后再上传。",
    Code.UNSUPPORTED: "请选择.xlsx或.csv表格。旧版.xls、WPS的.et，或设有密码的，请打开后另存为不加密的.xlsx。",
    Code.LOCKED: "表格设有密码。请打开后取消密码，另存为.xlsx后再上传。",
    Code.BROKEN: "表格已损坏，或者不是规范的.xlsx，无法读取。请用Excel或WPS打开检查，另存为.xlsx后重新上传。",
    Code.ENCODING: "无法识别.csv的文字编码。请用Excel或WPS打开，另存为.xlsx后再上传。",
}


class IntakeError(Exception):
    """A file that is refused: `code` for programs, `message` (Chinese, says what to do) for the person.

    `notices` says what is in a text that is not settled; with `settle` that text can be read all the same.
    """

    def __init__(self, code: Code, message: str = "", *, notices: tuple[Notice, ...] = ()) -> None:
        self.code = code
        self.notices = notices
        self.message = message or MESSAGES[code]
        super().__init__(f"{code}: {self.message}")
