"""Letters and figures in their plainest form, one for one, so that nobody hides a number by writing it oddly. Pure."""

import re
import unicodedata

#: Figures as they are read out: 幺 is one. So many in a row are a number, fewer are words (一定, 三十).
_READ_OUT = dict(zip("〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0001234567891123456789", strict=True))
_FIGURE = "[〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_SPOKEN = re.compile(_FIGURE + rf"(?:[ \u3000\-·.]?(?:{_FIGURE}|[xXＸｘ])){{6,}}")
#: Letters of other alphabets that look like X, and dashes of every kind.
_LIKES = {"Χ": "X", "Х": "X", "х": "x", "χ": "x"}
_DASHES = "‐‑‒–—―−－﹣～~_"
#: What is not seen at all: zero width, soft hyphen, joiners.
_UNSEEN = "\u200b\u200c\u200d\u2060\u00ad\ufeff\u180e"


def fold(text: str) -> str:
    """Return the text in plain figures, letters, hyphens and spaces; as long as before, so that places stay.

    Full-width and other scripts' figures become 0 to 9, spoken ones too where seven or more stand in a row.
    """
    plain = "".join(map(_PLAIN, text)) if not text.isascii() else text
    return _SPOKEN.sub(lambda run: "".join(_READ_OUT.get(one, one) for one in run[0]), plain)


class _Table(dict[str, str]):
    """Letter → its plain form, found once."""

    def __missing__(self, letter: str) -> str:
        self[letter] = made = _plain(letter)
        return made


def _plain(letter: str) -> str:
    if letter in _LIKES:
        return _LIKES[letter]
    if letter in _DASHES:
        return "-"
    if letter in _UNSEEN or (letter.isspace() and letter not in "\n\x1f"):
        return " "
    figure = unicodedata.decimal(letter, None)
    if figure is not None:
        return str(figure)
    wide = unicodedata.normalize("NFKC", letter)
    return wide if len(wide) == 1 and wide.isascii() else letter


#: Looked up without a call of ours for each letter of each text.
_PLAIN = _Table().__getitem__
