"""What may stand behind the question mark of live pages and of the open data, read strictly or with patience."""

from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import AwareDatetime, Field, ValidationError

from hub.commands.searching import FEWEST, MOST, PAGE
from hub.store.register import Sort
from hub.web import faults
from schemas.card import Filters, Validity
from schemas.release import Frozen, Kind, Role

#: Of a question. Fewer are looked for (`hub.core.search.question`).
LETTERS = 500
_Text = Annotated[str, Field(max_length=LETTERS)]
_Name = Annotated[str, Field(max_length=200)]
_Year = Annotated[int, Field(ge=1949, le=2200)]
_Cursor = Annotated[str, Field(max_length=100)]

Query = TypeVar("Query", bound=Frozen)


class Listing(Frozen):
    """Which releases are listed."""

    unit: _Name | None = Field(None, description="发文机关")
    theme: _Name | None = Field(None, description="主题分类，或其大类")
    year: _Year | None = Field(None, description="成文年份")
    validity: Validity | None = Field(None, description="有效性")
    kind: Kind | None = Field(None, description="文件类别")
    cursor: _Cursor | None = Field(None, description="上一页给出的 next")
    limit: Annotated[int, Field(ge=FEWEST, le=MOST)] = Field(PAGE, description="每页多少件")

    def filters(self) -> Filters:
        """What they must be."""
        return Filters(**{name: getattr(self, name, None) for name in Filters.model_fields})


class Releases(Listing):
    """Which releases are listed, or from when on they are harvested."""

    changed_since: AwareDatetime | None = Field(None, description="只要此时以后有变化的，按变化先后，含已撤回的")


class Searching(Listing):
    """What is looked for."""

    q: _Text = Field("", description="词语或发文字号")
    role: Role | None = Field(None, description="政策文件或解读")


class Registered(Frozen):
    """Which part of the register is shown."""

    q: _Text = ""
    unit: _Name | None = None
    year: _Year | None = None
    validity: Validity | None = None
    sort: Sort = Sort.DATE
    after: Annotated[str, Field(max_length=100)] | None = None


def strict(request: web.Request, model: type[Query]) -> Query:
    """Read all of it. Raises HubError(INVALID) that names what is wrong or unknown."""
    try:
        return model.model_validate({name: value for name, value in request.query.items() if value})
    except ValidationError as error:
        raise faults.translate(error) from None


def patient(request: web.Request, model: type[Query]) -> tuple[Query, bool]:
    """Read what can be read, and say whether something could not: an address that was cut still leads somewhere.

    A question that is too long is read as far as it may go: whoever asked is told where it was cut.
    """
    given = {name: value for name, value in request.query.items() if value and name in model.model_fields}
    given |= {"q": given["q"][:LETTERS]} if "q" in given else {}
    try:
        return model.model_validate(given), False
    except ValidationError as error:
        wrong = {one["loc"][0] for one in error.errors(include_input=False, include_url=False)}
        return model.model_validate({name: value for name, value in given.items() if name not in wrong}), True
