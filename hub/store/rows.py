"""Many rows in one statement: columns travel as arrays, so that the store runs one plan instead of one per row.

Statements that run together in one round trip (`hub.store.outcomes`) tell their parameters apart by a prefix.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.sql.selectable import TableValuedAlias


def table(columns: Mapping[str, Any], *, name: str = "given", prefix: str = "") -> TableValuedAlias:
    """Return a table of parameters: one array parameter per column, named after it, of these types."""
    arrays = [bindparam(prefix + column, type_=ARRAY(_element(kind))) for column, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name=name)


def inserted(
    target: Table,
    columns: Sequence[str],
    *,
    prefix: str = "",
    where: Callable[[TableValuedAlias], ColumnElement[bool]] | None = None,
) -> Insert:
    """Return the statement that inserts rows given as arrays, or those of them of which `where` holds."""
    given = table({name: target.c[name].type for name in columns}, prefix=prefix)
    rows = select(*(given.c[name] for name in columns))
    return insert(target).from_select(list(columns), rows if where is None else rows.where(where(given)))


def arrays(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, prefix: str = "") -> dict[str, list[Any]]:
    """Return the parameters of these rows."""
    listed = list(rows)
    return {prefix + name: [row[name] for row in listed] for name in columns}


def _element(kind: Any) -> Any:
    """A missing document is NULL, not JSON's null."""
    return JSONB(none_as_null=True) if isinstance(kind, JSONB) else kind
