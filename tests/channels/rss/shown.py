"""What the tree shows to readers of feeds."""

from channels.tree import Tree


def read(tree: Tree, path: str) -> bytes:
    """What is there; that it is there is part of every test that asks."""
    data = tree.read(path)
    assert data is not None, path
    return data
