"""附件 that the text announces: each must come along, as a file beside the document or printed in it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Line, Reading
from schemas.edition import Edition

_FIRST = re.compile(r"附\s*件\s*[：:]\s*(?:([1-9]\d?)\s*[.．、]\s*)?(\S.*)")
_NEXT = re.compile(r"([1-9]\d?)\s*[.．、]\s*(\S.*)")
_HEAD = re.compile(r"附\s*件\s*([1-9]\d?|[一二三四五六七八九十]{1,2})?\s*[：:]?")
_NOISE = re.compile(r"[《》“”\s.．。；;（）()]")


def missing(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        for number, name, line in announced(reading.lines):
            if not _is_there(reading, number, name):
                message = f"正文列出了附件“{name}”，但没有上传同名文件，正文后也没有该附件。请上传，或删去附件说明。"
                yield found("annex_missing", reading.name, message, passage=reading.passage(line))


def announced(lines: Sequence[Line]) -> Iterator[tuple[int, str, Line]]:
    """Yield number and name of each annex that 附件说明 lists, with its line: `附件：1.甲`, below it `2.乙`."""
    count = 0
    for line in lines:
        if not count and not line.in_table and (first := _FIRST.fullmatch(line.flat)):
            count = 1
            yield 1, first[2].rstrip("。；;"), line
            if first[1] is None:  # a single one has no number
                return
        elif count:
            following = _NEXT.fullmatch(line.flat)
            if not following or int(following[1]) != count + 1:
                return
            count += 1
            yield count, following[2].rstrip("。；;"), line


def _is_there(reading: Reading, number: int, name: str) -> bool:
    wanted = _NOISE.sub("", name)
    files = [_NOISE.sub("", PurePath(file.name).stem) for file in reading.document.attachments]
    if any(wanted in file or (file and file in wanted) for file in files):
        return True
    heads = [head[1] for line in reading.lines if (head := _HEAD.fullmatch(line.flat))]
    # Printed annexes are headed 附件 and their number, a single one 附件 alone.
    return str(number) in heads or (number == 1 and None in heads) or _printed(reading, wanted)


def _printed(reading: Reading, wanted: str) -> bool:
    return any(_NOISE.sub("", line.flat) == wanted for line in reading.lines)
