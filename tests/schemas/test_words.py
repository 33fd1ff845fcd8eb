"""The vocabulary's Chinese names."""

import ast
import inspect
from collections import defaultdict

from schemas import words


def test_what_is_equal_is_called_the_same() -> None:
    """Members of two enums with one value are one key: the later word would silently stand for the earlier one."""
    source = ast.parse(inspect.getsource(words))
    table = next(node for node in source.body if isinstance(node, ast.AnnAssign) and node.target.id == "WORDS")  # type: ignore[union-attr]
    assert isinstance(table.value, ast.Dict)
    said = defaultdict(set)
    for key, value in zip(table.value.keys, table.value.values, strict=True):
        assert isinstance(key, ast.Attribute)
        assert isinstance(value, ast.Constant)
        assert isinstance(key.value, ast.Name)
        said[str(getattr(vars(words)[key.value.id], key.attr))].add(value.value)
    assert {member: called for member, called in said.items() if len(called) > 1} == {}
