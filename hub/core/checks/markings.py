"""What the text itself says of its secrecy: a mark that was left in it, whatever the metadata say.

GB/T 9704-2012 7.2.1 and 7.2.2 (份号, 密级和保密期限); 保守国家秘密法 第三十五条 wants each text looked at.
"""

import re
from collections.abc import Iterator, Sequence

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition

#: 机密★1年: the star makes it a mark and no word of the text.
_MARK = re.compile(r"(?:绝密|机密|秘密)\s*[★☆]")
#: A line that says nothing else.
_ALONE = re.compile(
    r"[（(【\[]?(?:绝密|机密|秘密|内部|内部文件|内部资料|内部使用|工作秘密|注意保存|不得外传|[,，、 ])+[）)】\]]?"
)
_COPY = re.compile(r"(?:份号[:：]?\s*\d{1,6}|№?\s*0\d{5})")
#: Marks of this kind stand at the head of a text.
_HEAD = 6


def marks(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        for place, line in enumerate(reading.lines):
            match = _MARK.search(line.text)
            if match or (place < _HEAD and _ALONE.fullmatch(line.flat)):
                words = match[0] if match else line.flat
                message = f"“{reading.document.title}”中有密级或内部标志“{words}”。请停止办理，报告保密工作机构核定。"
                span = match.span() if match else (0, len(line.text))
                yield found("mark_in_text", reading.name, message, passage=reading.passage(line, *span))
            elif place < _HEAD and _COPY.fullmatch(line.flat):
                message = f"“{reading.document.title}”中有份号“{line.flat}”，涉密公文才编份号。请核定密级。"
                yield found("copy_number", reading.name, message, passage=reading.passage(line))
