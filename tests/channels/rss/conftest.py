from pathlib import Path

import pytest

from channels import rss
from channels.contract import Tools
from channels.tree import Tree


@pytest.fixture
def channel(tools: Tools) -> rss.Rss:
    return rss.build({"name": "feeds", "kind": "rss"}, tools)


@pytest.fixture
def tree(data_dir: Path) -> Tree:
    return Tree(data_dir / "site")
