"""What text may be anywhere in the hub: NFC, and free of the characters that break XML, logs or eyes."""

import re
import unicodedata

#: Control characters, noncharacters and lone surrogates: XML 1.0 refuses them, so one would cost a whole feed.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Invisible marks that turn the reading direction: a title could show other words than it holds.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def nfc(value: str) -> str:
    """Return the text as NFC without forbidden characters and direction marks."""
    return unicodedata.normalize("NFC", DIRECTION.sub("", FORBIDDEN.sub("", value)))


def one_line(value: str) -> str:
    """Return the text as `nfc` does, on one line, outer and repeated white space folded."""
    return " ".join(nfc(value).split())
