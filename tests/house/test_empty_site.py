"""A site before its first release, made by the workers of a real house."""

import asyncio

from channels.contract import Tended
from hub import app
from hub.app import House


async def test_a_house_without_a_release_has_a_whole_site(house: House) -> None:
    site, website = app.site_dir(house.settings), house.channels["website"]
    assert isinstance(website, Tended)
    # Two workers at once, on a real store.
    await asyncio.gather(website.tend(), website.tend())
    for path in ("index.html", "404.html", "zcwj/index.html", "xxgk/index.html", "lnwj/index.html", "sitemap.xml"):
        assert (site / path).is_file(), path
