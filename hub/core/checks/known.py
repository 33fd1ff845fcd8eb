"""What the checks are told besides the edition: the day, the files' contents, the numbers in use."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from schemas.inspection import Inspection

_NONE: Mapping[str, Inspection] = MappingProxyType({})


class Numbers(NamedTuple):
    """What other releases have: of the same year and the same 发文机关代字."""

    doc_no_of: str = ""  #: the title of another document with this 发文字号
    doc_no_gaps: tuple[int, ...] = ()  #: serials below this one that no release has
    index_no_of: str = ""  #: the title of another document with this 索引号


class Known(NamedTuple):
    """Facts as of now. What is not known is not judged."""

    today: date | None = None
    files: Mapping[str, Inspection] = _NONE  #: by digest
    numbers: Numbers = Numbers()
    links: Mapping[str, str] = MappingProxyType({})  #: address → why it does not answer


NOTHING = Known()
