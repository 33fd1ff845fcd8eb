"""The vocabulary's Chinese names."""

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterator
from types import ModuleType

from schemas import deeds, words


def written(module: ModuleType, name: str) -> Iterator[tuple[str, str]]:
    """Each line of a table as it stands in the source, where one key may stand twice."""
    source = ast.parse(inspect.getsource(module))
    table = next(node for node in source.body if isinstance(node, ast.AnnAssign) and node.target.id == name)  # type: ignore[union-attr]
    assert isinstance(table.value, ast.Dict)
    for key, value in zip(table.value.keys, table.value.values, strict=True):
        if key is None:
            assert isinstance(value, ast.Name)
            assert value.id == "DEEDS"
            yield from written(deeds, "DEEDS")
            continue
        assert isinstance(key, ast.Attribute)
        assert isinstance(value, ast.Constant)
        assert isinstance(key.value, ast.Name)
        yield str(getattr(vars(module)[key.value.id], key.attr)), str(value.value)


def test_what_is_equal_is_called_the_same() -> None:
    """Members of two enums with one value are one key: the later word would silently stand for the earlier one."""
    said = defaultdict(set)
    for member, called in written(words, "WORDS"):
        said[member].add(called)
    assert len(said) == len(words.WORDS)
    assert {member: called for member, called in said.items() if len(called) > 1} == {}
