"""Full-width punctuation for texts that lost it on their way (aggregators' copies). Never applied unless asked for."""

import re

_CHINESE = r"\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e“”‘’…"
_MARKS = str.maketrans(",:;", "，：；")
_MARK = re.compile(f"(?<=[{_CHINESE}])[,:;]+|[,:;]+(?=[{_CHINESE}])")
_ROUND = re.compile(r"\(([^()\n]{0,300})\)")
_CHINESE_CHARACTER = re.compile(f"[{_CHINESE}]")


def restore(text: str) -> str:
    """Return the text with , : ; ( ) beside Chinese characters in full width; numbers and times keep theirs."""
    return _MARK.sub(lambda mark: mark[0].translate(_MARKS), _ROUND.sub(_bracket, text))


def lost(text: str) -> int:
    """Count the marks that `restore` would change."""
    return sum(old != new for old, new in zip(text, restore(text), strict=True))


def _bracket(match: re.Match[str]) -> str:
    before = match.string[max(match.start() - 1, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if _CHINESE_CHARACTER.search(before + match[1] + after):
        return f"（{match[1]}）"
    return match[0]
