"""What every module of the house keeps to, so that a newcomer finds things where and as he expects them."""

import ast
import importlib
import pkgutil
from collections import defaultdict
from enum import StrEnum
from pathlib import Path

import pytest

import schemas
from schemas import words
from schemas.delivery import Reaction
from schemas.errors import TABLE, ErrorCode
from schemas.inspection import Trace
from schemas.kinds import Entry, Need, Unit
from schemas.reminder import Subject
from schemas.report import Figure, ReportName
from schemas.workdays import Certainty

HOUSE = Path(__file__).parents[2]
PACKAGES = ("schemas", "channels", "hub", "workers")
MODULES = [path for name in PACKAGES for path in sorted((HOUSE / name).rglob("*.py"))]
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40
#: Names that say nothing of what is inside.
NOUNLESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
#: Members of one value are one key: each such value must mean the same in all of its enums.
SHARED = {"policy", "in_force", "amended", "repealed", "expired"}
#: Errors have whole sentences, in `TABLE`. Nobody is shown a reaction, but the trouble's own words; nor how a kind's
#: field is typed and a clock counts, but the field's label and the day; nor a trace, a subject and a year's certainty,
#: but the finding, the line and the sentence of each. Whoever comes to show one of them takes it out of here.
WORDLESS: set[type[StrEnum]] = {
    *(ErrorCode, Reaction, ReportName, Figure),
    *(Entry, Need, Unit, Trace, Subject, Certainty),
}


def test_there_is_a_house() -> None:
    assert {path.relative_to(HOUSE).parts[0] for path in MODULES} == set(PACKAGES)


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {str(path.relative_to(HOUSE)): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > MAX_MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                long[f"{path.relative_to(HOUSE)}:{node.name}"] = length
    assert {name: length for name, length in long.items() if length > MAX_FUNCTION_LINES} == {}


def test_every_module_is_named_by_a_noun_of_its_own() -> None:
    assert [path for path in MODULES if NOUNLESS & {path.stem, path.parent.name}] == []


def enums() -> list[type[StrEnum]]:
    """Every enum of the vocabulary, each where it is defined."""
    names = [f"schemas.{module.name}" for module in pkgutil.iter_modules(schemas.__path__)]
    found = [(name, value) for name in names for value in vars(importlib.import_module(name)).values()]
    return [
        value
        for name, value in found
        if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
        if value.__module__ == name
    ]


@pytest.mark.parametrize("enum", [one for one in enums() if one not in WORDLESS], ids=lambda one: one.__name__)
def test_every_member_has_its_chinese_word(enum: type[StrEnum]) -> None:
    assert [member for member in enum if not has_chinese(words.WORDS.get(member, ""))] == []


def test_no_word_hides_another() -> None:
    owners = defaultdict(set)
    for enum in enums():
        for member in enum if enum not in WORDLESS else ():
            owners[member.value].add(enum.__name__)
    assert {value for value, names in owners.items() if len(names) > 1} <= SHARED


@pytest.mark.parametrize("code", ErrorCode, ids=str)
def test_every_error_has_its_status_and_its_words(code: ErrorCode) -> None:
    status, told = TABLE[code]
    assert 400 <= status < 600
    assert has_chinese(told) or told == "{detail}"


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(ErrorCode)


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
