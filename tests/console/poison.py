"""Hostile words in every field that people fill in, as a malicious colleague would put them there by the forms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hub.app import House
from hub.commands import publishing, reviewing
from hub.core.checks import copying
from schemas import text
from schemas.person import Person
from schemas.review import Decision
from tests import making
from tests.console import papers
from tests.console.clerk import Clerk, Sheet
from tests.console.test_write_new import CONFIRMED, brought
from tests.console.venom import PAYLOADS, Doses


@dataclass(frozen=True)
class Poisoned:
    """What was made: releases whose every word is hostile, and what was shown on the way."""

    draft: int
    public: int
    sheets: list[Sheet]


Enter = Callable[[str], Awaitable[Clerk]]
Show = Callable[[int], Awaitable[None]]


async def spread(house: House, staff: dict[str, Person], enter: Enter, show: Show) -> Poisoned:
    """Fill in every form with payloads. `show` has a release be seen in public."""
    with pytest.MonkeyPatch.context() as patch:
        # Every text here is made of the same payloads; that one is like another is not what is looked for.
        patch.setattr(copying, "LEAST", 10**9)
        return await _spread(house, staff, enter, show)


async def _spread(house: House, staff: dict[str, Person], enter: Enter, show: Show) -> Poisoned:
    doses, sheets = Doses(), list[Sheet]()
    editor = await enter("editor")
    sheets += await _office(await enter("admin"), doses)
    public = await _release(editor, doses, sheets)
    await _texts(editor, public, doses, sheets)
    reviewer = await enter("first")
    sheets += await _said(editor, reviewer, public, doses)
    for login, level in making.REVIEWS:
        # As the form leaves it, which a command expects.
        note = text.nfc(doses.take(500))
        await reviewing.review(house.hub, staff[login], public, level, Decision.APPROVE, note=note)
    await publishing.publish(house.hub, staff["publisher"], public)
    sheets += await _steered(await enter("publisher"), public, doses)
    await show(public)
    sheets += await _after(await enter("publisher"), public, doses)
    sheets += await _lent(await enter("signer"), doses)
    draft = await _release(editor, doses, sheets)
    return Poisoned(draft, public, sheets)


async def _office(admin: Clerk, doses: Doses) -> list[Sheet]:
    """What an administrator keeps: people, units, phrases, holidays, the template."""
    found = []
    for number in range(5):
        person: dict[str, Any] = {
            "login": f"evil{number}",
            "name": doses.take(),
            "unit": doses.take(),
            "duties": ["auditor"],
        }
        found.append(await admin.send(await admin.get("/admin/people"), "/admin/people", **person))
        unit: dict[str, Any] = {"name": doses.take(100), "position": str(number)}
        found.append(await admin.send(await admin.get("/admin/units"), "/admin/units", **unit))
        phrase: dict[str, Any] = {"wrong": doses.take(100), "correct": doses.take(100), "note": doses.take()}
        found.append(await admin.send(await admin.get("/admin/phrases"), "/admin/phrases", **phrase))
    page = await admin.get("/admin/calendar/2031")
    days = f"2031-10-01 休 {doses.take(100)}".replace("\n", " ").replace("\r", "")
    found.append(await admin.send(page, page.path, days=days, source=doses.take()))
    found.append(await admin.send(page, page.path, days=doses.take(2000), source=doses.take()))
    page = await admin.get("/admin/template")
    bodies = (doses.take(3000), f"《{{title}}》解读\n\n## {PAYLOADS[0]}\n\n{PAYLOADS[13]}")
    found += [await admin.send(page, page.path, body=body) for body in bodies]
    return [*found, await admin.get("/admin/people/evil0")]


def _named(payload: str) -> str:
    return payload.replace("/", "∕").replace("\\", "").replace("\x00", "").replace("\r", "").replace("\n", "")[:80]


async def _release(editor: Clerk, doses: Doses, sheets: list[Sheet]) -> int:
    """Bring hostile files, and confirm hostile elements."""
    # A file with these characters is refused as a whole. Some payloads swallow what follows: both orders are read.
    filed = [payload.replace("\x00", "").replace("\x01", "") for payload in PAYLOADS]
    lines = tuple(("甲" + payload, "") for payload in filed)
    page, back = (
        "<html><title>关于甲的解读</title><body>" + "".join(f"<p>甲{one}</p>" for one in order)
        for order in (filed, filed[::-1])
    )
    files = (
        (_named(doses.take(80)) + ".docx", papers.word((*papers.POLICY[:4], *lines))),
        (_named(doses.take(80)) + ".html", page.encode()),
        (_named(doses.take(80)) + ".html", back.encode()),
        (_named(doses.take(80)) + ".md", "\n\n".join(("# 关于乙的解读", *filed)).encode()),
        (_named(doses.take(80)) + ".pdf", b"%PDF-1.7"),
    )
    asked = await brought(editor, *files)
    assert "没有读入" not in asked.words, asked.words[:500]
    told: dict[str, Any] = {name: doses.take() for name in ("title", "issuer", "addressees", "note")}
    told |= {"keywords": "，".join(doses.take(60) for _ in range(3)), "signed_on": "2026-11-01"}
    wrong = {"doc_no": doses.take(60), "index_no": doses.take(), "theme": doses.take(60)}
    refused = await editor.send(asked, asked.path, **(CONFIRMED | told | wrong))
    made = await editor.send(asked, asked.path, **(CONFIRMED | told))
    assert made.path.endswith("/write"), made.words
    sheets += [asked, refused, made]
    return int(made.path.split("/")[2])


async def _texts(editor: Clerk, release: int, doses: Doses, sheets: list[Sheet]) -> None:
    """Type, keep, paste, attach, rename."""
    base = f"/releases/{release}/write"
    path = f"{base}/interpretation-1"
    page = await editor.get(base)
    mark = papers.value(page, "_token")
    # Each alone is another test's matter; here they come together, as one clipboard.
    html = "".join(f"<p>甲{payload}乙</p>" for payload in PAYLOADS)
    sheets.append(await editor.post(f"{path}/paste", {"_token": [mark], "html": [html]}))
    typed: dict[str, Any] = {
        "title": doses.take(),
        "summary": doses.take(500),
        "body": "".join(f"<p>甲{one}</p>" for one in PAYLOADS),
    }
    sheets.append(await editor.send(page, path, **typed))
    kept = papers.fields(page, path) | {"body": ["<p>" + doses.take(4000)], "title": [doses.take()]}
    sheets += [await editor.post(f"{path}/keep", kept), await editor.get(f"{path}/draft")]
    sheets.append(await editor.get(f"{base}?draft=interpretation-1"))
    sheets.append(await editor.send(await editor.get(f"{path}/draft"), f"{path}/draft", choice="save"))
    for _ in range(4):
        files = {"files": (_named(doses.take(80)) + ".pdf", b"%PDF-1.7")}
        sheets.append(await editor.send(await editor.get(base), f"{base}/policy/attach", files=files))
    page = await editor.get(base)
    sheets.append(await editor.send(page, f"{base}/policy/rename", new_name=_named(doses.take(100)) + ".pdf"))


async def _said(editor: Clerk, reviewer: Clerk, release: int, doses: Doses) -> list[Sheet]:
    """Submit, comment on passages, answer, send back with a note, submit again."""
    submit, review = f"/releases/{release}/submit", f"/releases/{release}/review"
    found = [await _submitted(editor, submit)]
    for quote in (doses.take(500), "", "加强规划公示工作"):
        page = await reviewer.get(review)
        said: dict[str, Any] = {"words": doses.take(2000), "quote": quote}
        found.append(await reviewer.send(page, f"/releases/{release}/comments", **said))
    assert "批注已记下" in found[-1].text, found[-1].words[:300]
    action = next(
        str(form["action"]) for form in (found[-1]).soup.find_all("form") if str(form["action"]).endswith("/answer")
    )
    found.append(await reviewer.send(found[-1], action, words=doses.take(2000)))
    page = await reviewer.get(review)
    found.append(await reviewer.send(page, review, decision="return", note=doses.take(2000)))
    open_ = f"/releases/{release}/write"
    page = await editor.get(open_)
    found.append(await editor.send(page, open_, title=doses.take()))
    return [*found, await _submitted(editor, submit)]


async def _submitted(editor: Clerk, submit: str) -> Sheet:
    page = await editor.get(submit)
    looked: dict[str, Any] = {"looked": "yes"} if "looked" in page.text else {}
    sheet = await editor.send(page, submit, **looked)
    assert "已提交审核" in sheet.text, sheet.words
    return sheet


async def _steered(publisher: Clerk, release: int, doses: Doses) -> list[Sheet]:
    """Pause a channel for a hostile reason, ask for hostile times, settle with hostile evidence."""
    found = [await publisher.send(await publisher.get("/channels/rss"), "/channels/rss/pause", why=doses.take(500))]
    progress = await publisher.get(f"/releases/{release}/progress")
    found.append(progress)
    found.append(await publisher.send(await publisher.get("/channels"), "/channels/rss/resume"))
    one = next(str(a["href"]) for a in progress.soup.select(f"a[href^='/releases/{release}/progress/']"))
    mark = papers.value(await publisher.get(one), "_token")
    for act in ("settle", "cancel", "postpone"):
        given = {"why": [doses.take(500)], "published": ["yes"], "address-policy": [doses.take(200)]}
        given |= {"day": [doses.take(50)], "clock": [doses.take(50)], "_token": [mark]}
        if act != "cancel":
            found.append(await publisher.post(f"{one}/{act}", given))
    return found


async def _after(publisher: Clerk, release: int, doses: Doses) -> list[Sheet]:
    path = f"/releases/{release}/after/withdrawn"
    said: dict[str, Any] = {"reason": doses.take(500), "ground": doses.take(), "title": doses.take()}
    wrong = said | {"address": doses.take(200), "effective_on": doses.take(40)}
    page = await publisher.get(path)
    found = [await publisher.send(page, path, **wrong), await publisher.send(page, path, **said)]
    assert "已提出" in found[-1].text, found[-1].words
    return found


async def _lent(signer: Clerk, doses: Doses) -> list[Sheet]:
    path = "/me/delegations"
    page = await signer.get(path)
    today = papers.value(page, "starts_on")
    given: dict[str, Any] = {"receiver": "first", "starts_on": today, "ends_on": today, "reason": doses.take()}
    made = await signer.send(page, path, **given)
    assert "已授权代办" in made.text, made.words[:300]
    return [made, await signer.send(page, path, **(given | {"ends_on": "x"}))]


def pages(poisoned: Poisoned) -> dict[str, list[str]]:
    """Login → every page on which the words show."""
    one, draft = f"/releases/{poisoned.public}", f"/releases/{poisoned.draft}"
    search = "/releases?q=%3Cscript%3Ewindow.__xss%3D1%3C%2Fscript%3E%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.__xss%3D1%3E"
    previews = [f"{place}/preview/{channel}" for place in (one, draft) for channel in ("website", "rss")]
    query = "%22%3E%3Cscript%3Ewindow.__xss=1%3C/script%3E"
    return {
        "editor": [
            *("/", search, f"{draft}/write", f"{draft}/write?with=interpretation-2", f"{draft}/submit"),
            *("/releases/new", one, f"{one}/write", f"{one}/preview", *previews),
        ],
        "first": [f"{one}/review", f"{one}/redline?from=1&to=2", f"{one}/redline"],
        "publisher": [
            *(f"{one}/progress", f"{one}/progress/now", f"{one}/publish", f"{one}/after", "/channels"),
            *(f"{one}/after/repealed", "/channels/rss"),
        ],
        "signer2": [f"{one}/after", "/me/delegations", f"/audit/releases/{poisoned.public}", "/"],
        "admin": [
            *("/admin", "/admin/people", "/admin/people/evil0", "/admin/units", "/admin/phrases"),
            *("/admin/calendar/2031", "/admin/template", "/admin/settings", "/audit/log", "/audit", "/me/delegations"),
            *(f"/audit/log?q={query}&who={query}", f"/audit/find?q={query}", f"/no{query}", f"{one}?{query}=1"),
            *("/login?next=javascript:window.__xss=1", "/me/prove?next=javascript:window.__xss=1"),
        ],
    }
