"""What is found in one file, bounded: a file of a million cells must not fill the store."""

from schemas import text
from schemas.inspection import MAX_LINE, MAX_LINES, MAX_TEXT, MAX_TRACES, Found, Inspection, Line, Trace

#: Between the cells of one row; the checks know it (`hub.core.checks.running`).
CELL = "\x1f"
#: Names that say nothing of anybody.
_NOBODY = frozenset(
    (
        *("", "admin", "administrator", "user", "windows user", "microsoft office user", "office", "wps", "unknown"),
        *("openpyxl", "python-docx", "un-named", "lenovo", "dell", "hp", "asus", "thinkpad", "微软用户", "微软中国"),
        *("windows 用户", "用户", "管理员", "apache poi", "pc", "xitongtiandi", "雨林木风", "番茄花园", "深度技术"),
    )
)


class Gathering:
    """Collects traces and lines until there is no more room."""

    def __init__(self) -> None:
        self._traces: list[Found] = []
        self._lines: list[Line] = []
        self._size = 0
        self.is_whole = True
        self.can_be_cleaned = False

    def add(self, trace: Trace, where: str = "", words: str = "") -> None:
        one = Found(trace=trace, where=_flat(where)[:80], words=_flat(words)[:200])
        if len(self._traces) < MAX_TRACES and one not in self._traces:
            self._traces.append(one)

    def author(self, called: str, name: str | None) -> None:
        """Tell of whoever made the file, unless the name is a machine's."""
        flat = _flat(name or "")
        if flat.lower() not in _NOBODY:
            self.add(Trace.AUTHOR, words=f"{called} {flat}")

    def line(self, words: str, where: str = "", *, in_table: bool = False) -> None:
        """Keep one line, or a row of cells with `CELL` between them; a long one in pieces."""
        clean = text.nfc(words.replace(CELL, "\t")).replace("\t", CELL if in_table else " ").strip(" \n\r")
        if not clean.strip():
            return
        for start in range(0, len(clean), MAX_LINE):
            piece = clean[start : start + MAX_LINE]
            if len(self._lines) >= MAX_LINES or self._size + len(piece) > MAX_TEXT:
                self.is_whole = False
                return
            self._size += len(piece)
            self._lines.append(Line(where=_flat(where)[:80], text=piece, in_table=in_table))

    @property
    def has_text(self) -> bool:
        return bool(self._lines)

    def inspection(self) -> Inspection:
        return Inspection(
            traces=tuple(self._traces),
            lines=tuple(self._lines),
            is_whole=self.is_whole,
            can_be_cleaned=self.can_be_cleaned,
        )


def _flat(words: str) -> str:
    return text.one_line(words.replace(CELL, " "))
