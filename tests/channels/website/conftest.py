"""A website channel over a tree of its own."""

from pathlib import Path

import pytest

from channels import website
from channels.contract import Tools
from channels.tree import Tree


@pytest.fixture
def channel(tools: Tools) -> website.Website:
    return website.build({"name": "website", "kind": "website", "authoritative": True}, tools)


@pytest.fixture
def tree(data_dir: Path) -> Tree:
    return Tree(data_dir / "site")
