"""What a page or a file of the tree shows."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from channels import website
from channels.tree import Tree
from schemas.delivery import Action
from schemas.parcel import Parcel

MakeParcel = Callable[..., Parcel]


def read(tree: Tree, path: str) -> str:
    data = tree.read(path)
    assert data is not None, path
    return data.decode()


def page(channel: website.Website, parcel: Parcel, number: int = 0) -> str:
    return channel.render(parcel).files[number].body.decode()


def tags(text: str) -> list[tuple[str, str]]:
    return [(n, html.unescape(c)) for n, c in re.findall(r'<meta name="([^"]+)" content="([^"]*)">', text)]


def official(parcel: Parcel) -> Parcel:
    at = parcel.planned_at + timedelta(seconds=2, milliseconds=417)
    return parcel.model_copy(update={"action": Action.ANNOTATE, "official_at": at})


async def annotate(channel: website.Website, parcel: Parcel, notes: Any) -> Any:
    """What follows a first publication here: the official time on its pages, and the lists."""
    return await channel.commit(official(parcel), notes)


async def publish(channel: website.Website, parcel: Parcel, notes: Any, shelf: Any) -> Any:
    shelf.put(parcel)
    await channel.prepare(parcel, notes)
    return await channel.commit(parcel, notes)
