"""A place in a document, told by its words: it finds them again after the text around them moved."""

from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.release import Frozen

MAX_QUOTE = 1_000
MAX_CONTEXT = 64

_Context = Annotated[str, Field(max_length=MAX_CONTEXT), AfterValidator(text.nfc)]


class Passage(Frozen):
    """A text-quote selector (W3C Web Annotation Data Model 4.2.4). White space in it means nothing."""

    document: Annotated[str, Field(pattern=r"^(policy|interpretation-[1-9]\d?)$")]
    quote: Annotated[str, Field(min_length=1, max_length=MAX_QUOTE), AfterValidator(text.nfc)]
    before: _Context = ""  #: what stands before the quote, to tell it from its likes
    after: _Context = ""
