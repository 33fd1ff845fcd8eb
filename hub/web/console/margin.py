"""The margin: what the checks say of the text as it stands now, each finding with its place and its fix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.core.checks import FIXES, Finding, Severity
from schemas.particulars import Particulars
from schemas.release import Metadata, Release

ELEMENTS = "elements"


@dataclass(frozen=True)
class Line:
    """One finding as the margin shows it."""

    finding: Finding
    to: str  #: where on the page it is
    label: str  #: what stands there
    fix: str  #: what the button says; empty where a person must think

    @property
    def quote(self) -> str:
        return self.finding.passage.quote if self.finding.passage else ""

    @property
    def before(self) -> str:
        return self.finding.passage.before if self.finding.passage else ""

    @property
    def blocks(self) -> bool:
        return self.finding.severity is Severity.BLOCKS


@dataclass(frozen=True)
class Part:
    """What is said of one document, or of the elements."""

    name: str
    heading: str
    form: str  #: the document whose form carries the fix
    lines: tuple[Line, ...]

    @property
    def stops(self) -> int:
        return sum(line.blocks for line in self.lines)


def parts(release: Release, found: Iterable[Finding]) -> tuple[Part, ...]:
    """The findings by what they speak of: the elements first, then each document that there is."""
    names = {ELEMENTS: "公文要素"} | headings(release)
    sorted_: dict[str, list[Line]] = {name: [] for name in names}
    for finding in found:
        sorted_[_part(finding, names)].append(_line(finding, names))
    return tuple(
        Part(name, heading, "policy" if name == ELEMENTS else name, tuple(sorted_[name]))
        for name, heading in names.items()
    )


def headings(release: Release) -> dict[str, str]:
    """Document → how the page calls it."""
    several = sum(document.number > 0 for document in release.documents) > 1
    return {
        document.name: ("政策文件" if not document.number else f"解读（{document.number}）" if several else "解读")
        for document in release.documents
    }


def to(document: str, part: str = "") -> str:
    """Where the document is on the page; one interpretation at a time stands there."""
    return f"#{part}{document}" if document == "policy" else f"?with={document}#{part}{document}"


def _part(finding: Finding, names: Mapping[str, str]) -> str:
    return finding.place if finding.place in names else ELEMENTS


def _line(finding: Finding, names: Mapping[str, str]) -> Line:
    fix = FIXES[finding.fix] if finding.fix else ""
    if finding.passage and finding.passage.document in names:
        place = finding.passage.document
        return Line(finding, to(place), names[place], fix)
    if finding.place in names:
        part = "images-" if finding.code == "image_without_text" else ""
        return Line(finding, to(finding.place, part), names[finding.place], fix)
    if finding.place in Metadata.model_fields or finding.place in Particulars.model_fields:
        return Line(finding, f"#f-{finding.place}", "公文要素", fix)
    return Line(finding, "#add", "添加解读", fix)
