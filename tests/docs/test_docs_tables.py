"""The generated tables are those of the code, and every one of them stands in some document."""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from hub.core.delivery import ACCEPTS
from schemas.delivery import DeliveryState
from schemas.events import Event
from tests.docs import samples, tables


@pytest.mark.parametrize("page", tables.pages(), ids=lambda page: str(page.relative_to(tables.ROOT)))
def test_the_tables_of_a_page_are_up_to_date(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == tables.renewed(text), "run: python -m tests.docs.tables"


def test_every_table_stands_in_one_document() -> None:
    there = Counter(name for page in tables.pages() for name in tables.blocks(page.read_text("utf-8")))
    assert there == Counter(dict.fromkeys(tables.TABLES, 1))


def test_the_samples_reach_what_the_rules_list_and_nothing_else() -> None:
    reached = {
        state: {kind for kind in get_args(Event) if samples.outcomes(state, kind) != {samples.REFUSED}}
        for state in DeliveryState
    }
    assert reached == {state: set(kinds) for state, kinds in ACCEPTS.items()}


def test_a_changed_cell_is_noticed() -> None:
    page = (tables.ROOT / "docs" / "states.md").read_text("utf-8")
    changed = page.replace("| `Seen` |", "| `Sene` |")
    assert changed != page
    assert tables.renewed(changed) == tables.renewed(page)
