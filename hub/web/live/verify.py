"""`/verify`: whether a text or a file is what was officially released, when, and whether it still holds.

No form token stands on this page: nothing is changed, nothing is kept and nobody is signed in, so a form that another
site sends in somebody's name gains that site nothing and cannot read the answer. What comes in is hostile: bounded by
`asked`, counted by `limits`, and read by intake's own child process.
"""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from aiohttp import web

from channels import standing as words
from hub import official, recognition
from hub.core import sameness
from hub.core.sameness import Verdict
from hub.intake import convert, errors
from hub.recognition import Match
from hub.web.keys import HUB, URL, VKEY
from hub.web.live import asked, marked, page
from hub.web.live.asked import Asked, RefusedError
from schemas import addresses
from schemas.errors import ErrorCode, HubError
from schemas.standing import StandingKind

#: Programs for checking, which a reader can read; the manual prints the same.
PEER = Path(__file__).parent / "peer"
#: What stands around an official text, as far as it is repeated.
_SHOWN = 600
#: Other documents that are as alike, by name.
_OTHERS = 5
PATH = "/verify"
_NOTHING = "请粘贴要核对的文字，或选择一个文件。"
_NO_TEXT = (
    "只能从 .docx、.html、.txt、.md 文件读出文字。这个文件也不是本站公布过的附件（附件按整个文件核对）。"
    "请打开文件，复制其中的文字，粘贴到上面的框里核对。"
)


def routes() -> list[web.RouteDef]:
    """Return them."""
    return [
        web.get(PATH, ask),
        web.post(PATH, answer),
        web.get("/verify/{name:verify\\.(?:sh|go)}", program),
        web.get("/verify/{release:[1-9][0-9]{0,15}}", steps),
    ]


async def ask(request: web.Request) -> web.Response:
    """The form."""
    return _page(request, canonical=PATH)


async def answer(request: web.Request) -> web.Response:
    """The form again, with what was found above it."""
    try:
        given = await asked.read(request)
        found, said = await _found(request, given)
    except RefusedError as error:
        return _page(request, status=error.status, wrong={error.field: error.words})
    best = found[0] if found else None
    fields = await _told(best, said) if best else {}
    others = [one for one in found[1:] if best and one.judged.verdict is best.judged.verdict]
    return _page(request, is_answer=True, text=given.text, match=best, others=others[:_OTHERS], **fields)


async def steps(request: web.Request) -> web.Response:
    """How to check a certificate with programs that nobody here wrote, command by command."""
    release = int(request.match_info["release"])
    async with request.app[HUB].engine.connect() as connection:
        past = await official.past(connection, min(release, 2**53))
    if past.official is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {release} 的正式发布记录")
    shown = past.edition(past.official.edition or 0)
    return page.show(
        request,
        "steps.html",
        f"逐步核验：发布证明 {release}",
        canonical=f"{PATH}/{release}",
        release=release,
        url=request.app[URL],
        vkey=request.app[VKEY],
        entry=past.official,
        is_withdrawn=shown is None or shown.is_withdrawn,
    )


async def program(request: web.Request) -> web.Response:
    """One of the programs, as text: to be read before it is run."""
    body = (PEER / request.match_info["name"]).read_bytes()
    said = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "public, max-age=3600"}
    return web.Response(body=body, headers=said)


def _page(request: web.Request, *, status: int = 200, **fields: Any) -> web.Response:
    known: dict[str, Any] = {"is_answer": False, "text": "", "match": None, "others": [], "wrong": {}} | fields
    # What is read out first when the page comes back, and what its tab is called.
    title = "核对结果" if known["is_answer"] else "还没有核对" if known["wrong"] else "核对文件是否为正式发布的文本"
    return page.show(request, "verify.html", title, status=status, Verdict=Verdict, **known)


async def _found(request: web.Request, given: Asked) -> tuple[list[Match], Sequence[str]]:
    """What it is, and the lines that were compared. Raises RefusedError."""
    engine = request.app[HUB].engine
    if given.data:
        file = await recognition.of_file(engine, given.data)
        if file is not None:
            return [file], ()
        taken, lines = await _read(given)
        said = [*taken, *lines]
    else:
        taken = []
        said = [line for line in given.text.split("\n") if sameness.normal(line)]
    if not said:
        raise RefusedError("file" if given.data else "text", _NOTHING)
    return await recognition.of_text(engine, said, taken=taken), said


async def _read(given: Asked) -> tuple[list[str], list[str]]:
    """What intake's child took for title and number, and the other lines. Raises RefusedError with its words."""
    try:
        read = await convert.convert(given.name, given.data)
    except errors.IntakeError as error:
        raise RefusedError("file", _NO_TEXT if error.code is errors.Code.UNSUPPORTED else error.message) from None
    # A file without a title is called by its name, which says nothing of its text.
    has_title = bool(read.title) and read.title != PurePath(given.name).stem
    number = [read.hints["doc_no"].value] if "doc_no" in read.hints else []
    return [*([read.title] if has_title else []), *number], sameness.lines(read.body)


async def _told(match: Match, said: Sequence[str]) -> dict[str, Any]:
    past, shown = match.past, match.shown
    standing = past.standing if past.standing and past.standing.governs(match.edition.number) else None
    newest = past.newest
    return {
        "path": addresses.path(past.release, match.document.name),
        "official": past.official,
        "sentence": words.sentence(match.document, standing.notice()) if standing else "",
        "is_over": standing is not None and standing.kind is not StandingKind.IN_FORCE,
        "newer": newest if newest and newest.number > match.edition.number else None,
        "before": match.judged.before[:_SHOWN],
        "after": match.judged.after[:_SHOWN],
        "html": await _marked(match, said) if match.judged.verdict in {Verdict.OTHER, Verdict.ALIKE} else "",
        "is_withdrawn": shown.is_withdrawn,
    }


async def _marked(match: Match, said: Sequence[str]) -> str | None:
    """The official text with what the asked one leaves out and adds; None where it is too long, or withdrawn."""
    if match.shown.is_withdrawn:
        return None
    names = {sameness.normal(name) for name in (match.document.title, match.edition.metadata.doc_no or "")}
    mine = [line for line in said if sameness.normal(line) not in names]
    theirs = sameness.lines(match.document.body)
    found = await marked.compared(marked.paragraphs(theirs), marked.paragraphs(mine))
    return marked.abridged(found) if found else None
