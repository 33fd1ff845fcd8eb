"""Hostile words through every field and upload, then every page: parsed, nothing on them is alive."""

import pytest

from hub.app import House
from hub.intake.sanitise import sanitise
from schemas.person import Person
from tests.commands.after import shown
from tests.console import poison, venom
from tests.console.clerk import Sheet
from tests.console.conftest import Enter


@pytest.mark.parametrize("payload", venom.PAYLOADS)
def test_a_payload_would_be_seen_or_is_only_words(payload: str) -> None:
    page = f"<main><p title='x'>{payload}</p><input value='{payload}'><input value=\"{payload}\"></main>"
    words_alone = ("[x](javascript", "{{7*7}}", "`onfocus", "x\r\n", "<p data-picture", "\uff1cscript", "<scr<script>")
    if not payload.startswith(words_alone):
        assert list(venom.alive(Sheet(200, "/", {}, page))), payload


@pytest.mark.parametrize("frame", ["<p>甲{}乙</p>", "{}", "<table><tr><td>{}</table>", "<h2>{}</h2>", "<ol><li>{}"])
def test_no_payload_passes_the_gate(frame: str) -> None:
    for payload in venom.PAYLOADS:
        clean = sanitise(frame.replace("{}", payload))
        assert not list(venom.alive(Sheet(200, "/", {}, f"<main>{clean}</main>"))), (payload, clean)
        assert sanitise(clean) == clean


def test_a_page_of_ours_is_not_taken_for_alive() -> None:
    page = (
        '<link rel=stylesheet href="/assets/x.css"><script src="/assets/x.js"></script><a href="/x">&lt;script&gt;</a>'
    )
    assert not list(venom.alive(Sheet(200, "/", {}, page)))


# Two hundred pages, each read by two parsers: ten seconds alone, and its own bound on a machine that is not alone.
@pytest.mark.timeout(180)
async def test_no_word_of_anybody_comes_alive(house: House, staff: dict[str, Person], enter: Enter) -> None:
    async def show(release: int) -> None:
        await shown(house, release)

    poisoned = await poison.spread(house, staff, enter, show)
    for sheet in poisoned.sheets:
        unhurt(sheet)
    seen = 0
    for login, paths in poison.pages(poisoned).items():
        clerk = await enter(login)
        for path in paths:
            sheet = unhurt(await clerk.get(path))
            seen += "__xss" in sheet.text
            for frame in sheet.soup.find_all("iframe"):
                framed = await clerk.get(str(frame["src"]))
                assert framed.status == 200
                assert "sandbox" in framed.headers["Content-Security-Policy"]
                assert not [one for one in venom.alive(framed) if "<base" not in one and "<style" not in one], path
    # The words themselves are there: nothing was passed by being left out.
    assert seen > 20


def unhurt(sheet: Sheet) -> Sheet:
    assert sheet.status < 500, (sheet.path, sheet.words[:300])
    assert not list(venom.alive(sheet)), sheet.path
    assert "gongbu=evil" not in str(sheet.headers.get("Set-Cookie", ""))
    assert "49$" not in sheet.text
    return sheet
