"""Addresses of what staff attach: nothing of it may become a page of the bureau's own site."""

import mimetypes

import pytest

from schemas import addresses

SHA = "0123456789abcdef" * 4


@pytest.mark.parametrize("name", ["附件.pdf", "附件.DOCX", "表.xlsx", "规划图.dwg", "要点.v2.ofd"])
def test_an_attachment_keeps_the_ending_that_offices_use(name: str) -> None:
    wanted = f"/zcwj/1001/attachment-1.{name.rpartition('.')[2].lower()}"
    assert addresses.attachment(1001, "policy", 1, name) == wanted


@pytest.mark.parametrize(
    "name",
    ["x.html", "x.HTM", "x.svg", "x.xml", "x.xhtml", "x.js", "x.pdf.html", "x.html ", "x.swf", "html", "x.", "x"],
)
def test_an_attachment_is_never_a_page_of_the_site(name: str) -> None:
    assert addresses.attachment(1001, "interpretation-2", 3, name) == "/zcjd/1001-2/attachment-3.bin"


def test_no_ending_that_is_kept_means_anything_that_a_browser_runs() -> None:
    types = {mimetypes.guess_type(f"x.{ending}")[0] or "" for ending in addresses.ENDINGS | addresses.PICTURES}
    assert not [one for one in types if one.endswith(("html", "xml", "script", "css"))]
    assert mimetypes.guess_type("x.svg")[0] == "image/svg+xml"  # what such a list looks for does exist


@pytest.mark.parametrize(
    ("media", "ending"),
    [("image/png", "png"), ("image/jpeg", "jpeg"), ("image/svg+xml", "bin"), ("text/html", "bin"), ("text/png", "bin")],
)
def test_an_image_has_an_ending_that_is_drawn_and_never_run(media: str, ending: str) -> None:
    assert addresses.image(1001, SHA, media) == f"/images/1001/0123456789abcdef.{ending}"
