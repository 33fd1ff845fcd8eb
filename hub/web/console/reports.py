"""报表: what was issued, how much, how soon, what is interpreted, which columns stand still; what is behind each."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError

from hub.store import offices
from hub.web import behind, faults, saved
from hub.web import reports as made
from hub.web.console.room import Page, Room, Visit
from hub.web.forms import YearPage
from hub.web.route import Raw
from hub.web.saved import Form
from schemas.entry import BEIJING
from schemas.person import Duty
from schemas.report import Report, ReportName, Which

PATH = "/reports"
READERS = frozenset({Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR})
#: Years that the form offers.
YEARS = 20

Asked = TypeVar("Asked", bound=BaseModel)


async def show(visit: Visit) -> Page:
    report = await _report(visit)
    this = datetime.now(BEIJING).year
    asked = urlencode({"year": report.year, **({"unit": visit.query["unit"]} if visit.query.get("unit") else {})})
    values = {
        "years": [(year, f"{year} 年") for year in range(this, this - YEARS, -1)],
        "tabs": [(f"{PATH}/{name}?{asked}", name, title) for name, title in made.TITLES.items()],
        "published": visit.query.get("published", ""),
        "units": await _units(visit),
        "unit": visit.query.get("unit", ""),
        "dated": report.name is not ReportName.COLUMNS,
        "compares": report.name is ReportName.NORMATIVE,
    }
    return _page("reports.html", report, "", visit.query, values)


async def _units(visit: Visit) -> list[tuple[str, str]]:
    async with visit.hub.engine.connect() as connection:
        return [(one.name, one.name) for one in await offices.units(connection)]


async def show_documents(visit: Visit) -> Page:
    report = await behind.documents(visit.hub, _name(visit), _asked(visit, Which))
    return _page("report_documents.html", report, "/documents", visit.query, {"is_first": "after" not in visit.query})


def _page(template: str, report: Report, below: str, query: Mapping[str, str], values: Mapping[str, object]) -> Page:
    kept = {name: value for name, value in query.items() if value and name != "after"}
    at = f"{PATH}/{report.name}"
    forms = [(f"{at}{below}/{form}?{urlencode(kept)}", word) for form, word in _FORMS.items()]
    return Page(template, {"report": report, "at": at, "forms": forms, "asked": urlencode(kept), **values})


_FORMS = {Form.CSV: "CSV", Form.XLSX: "Excel（XLSX）", Form.DOCX: "Word（DOCX）"}


async def save(visit: Visit) -> Raw:
    return await saved.save(await _report(visit), Form(visit.names["form"]))


async def save_documents(visit: Visit) -> Raw:
    report = await behind.documents(visit.hub, _name(visit), _asked(visit, Which), whole=True)
    return await saved.save(report, Form(visit.names["form"]))


def _name(visit: Visit) -> ReportName:
    return ReportName(visit.names.get("report", ReportName.NORMATIVE))


async def _report(visit: Visit) -> Report:
    asked = _asked(visit, YearPage)
    return await made.report(visit.hub, _name(visit), asked.year, published=asked.published, unit=asked.unit or "")


def _asked(visit: Visit, form: type[Asked]) -> Asked:
    """What the address asks for; a field that was left empty asks for nothing. Raises HubError(INVALID)."""
    try:
        return form.model_validate({name: value for name, value in visit.query.items() if value})
    except ValidationError as error:
        raise faults.translate(error) from None


_REPORT = f"{PATH}/{{report:{'|'.join(ReportName)}}}"
_FORM = f"/{{form:{'|'.join(Form)}}}"
ROOMS = (
    Room("GET", PATH, show, READERS),
    Room("GET", _REPORT, show, READERS),
    Room("GET", _REPORT + _FORM, save, READERS),
    Room("GET", _REPORT + "/documents", show_documents, READERS),
    Room("GET", _REPORT + "/documents" + _FORM, save_documents, READERS),
)
