"""Listings (列表): a release's places on the numbered lists of a site. A place is given once and never moves."""

from typing import Annotated

from pydantic import Field

from schemas.release import Frozen


class Place(Frozen):
    """Where a release stands on one list."""

    list: str  #: a column's code, `lnwj/2026` for a year of the archive, `sitemap`
    ordinal: Annotated[int, Field(ge=1)]  #: in the order in which releases came to the list
    release: int


class Span(Frozen):
    """Neighbouring places of one list, both ends included. Empty when `last` is before `first`."""

    list: str
    first: int
    last: int
