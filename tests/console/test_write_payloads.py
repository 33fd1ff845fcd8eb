"""Hostile words through every field, file and clipboard of the writing room: shown as words, never as markup."""

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from tests.console import papers
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter
from tests.console.test_write_new import CONFIRMED, brought, created

#: After the OWASP and PortSwigger cheat sheets: one of each kind.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '"><script>alert(1)</script>',
    "' onfocus=alert(1) autofocus='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jAvAsCrIpT&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<form action=//evil.example><button>x</button></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>@import '//evil.example'</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "{{7*7}}{% raw %}<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "\u202e<b onmouseover=alert(1)>x</b>",
)
_SCHEMES = ("javascript:", "data:", "vbscript:", "//")


def wounds(sheet: Sheet) -> Iterator[str]:
    """What of the page would act, or fetch from elsewhere."""
    for soup in (sheet.soup, BeautifulSoup(sheet.text, "html.parser")):
        for tag in soup.find_all(True):
            if tag.name in {"iframe", "object", "embed", "base", "svg", "math", "template", "style"}:
                yield str(tag)[:100]
            if tag.name == "script" and not str(tag.get("src", "")).startswith("/assets/"):
                yield str(tag)[:100]
            for name, value in tag.attrs.items():
                given = str(value).strip().lower()
                if name.startswith("on") or name in {"style", "srcdoc"}:
                    yield str(tag)[:100]
                if name in {"href", "src", "action", "formaction", "data"} and given.startswith(_SCHEMES):
                    yield str(tag)[:100]


def unhurt(sheet: Sheet) -> Sheet:
    """The page, which must be one and have no wound."""
    assert sheet.status < 500, sheet.words
    assert not list(wounds(sheet)), sheet.path
    return sheet


def test_a_wound_is_seen() -> None:
    for payload in ("<script>x</script>", "<b onclick=x>", "<a href=javascript:x>", "<p style=x>"):
        assert list(wounds(Sheet(200, "/", {}, payload)))


async def test_hostile_files_become_words(enter: Enter) -> None:
    clerk = await enter("editor")
    lines = tuple((payload, "") for payload in PAYLOADS)
    page = "<html><title>关于甲的通知</title><body>" + "".join(f"<p>甲{one}</p>" for one in PAYLOADS)
    files = (
        ("<img src=x onerror=alert(1)>.docx", papers.word((*papers.POLICY[:4], *lines))),
        ("网页.html", page.encode()),
        ("记录.md", "\n\n".join(("# 关于乙的解读", *PAYLOADS, "[x](javascript:alert(1))")).encode()),
        ("文字.txt", "\n".join(("关于丙的解读", *PAYLOADS)).encode()),
        ("'\"><svg onload=alert(1)>.pdf", b"%PDF-1.7"),
    )
    sheet = unhurt(await brought(clerk, *files))
    made = unhurt(await clerk.send(sheet, sheet.path, **CONFIRMED, issuer=PAYLOADS[0], signed_on="2026-11-01"))
    assert made.path.endswith("/write"), made.words
    for number in (2, 3):
        unhurt(await clerk.get(f"{made.path}?with=interpretation-{number}"))
    unhurt(await clerk.get(made.path.replace("/write", "/submit")))


async def test_hostile_fields_become_words(enter: Enter) -> None:
    clerk = await enter("editor")
    number = await created(clerk, ("通知.docx", papers.word()), ("解读.docx", papers.word(papers.INTERPRETATION)))
    base = f"/releases/{number}/write"
    names = ("title", "issuer", "addressees", "note", "doc_no", "index_no", "theme", "signed_on", "kind", "keywords")
    lines = ("title", "issuer", "addressees", "note")
    for start in range(0, len(PAYLOADS), len(lines)):
        given: dict[str, Any] = dict(zip(lines, PAYLOADS[start:], strict=False))
        page = unhurt(await clerk.send(await clerk.get(base), base, **given))
    wrong: dict[str, Any] = dict.fromkeys(names, PAYLOADS[6])
    unhurt(await clerk.send(page, base, **wrong))
    await texts(clerk, base, "".join(PAYLOADS))
    await files(clerk, base)


async def texts(clerk: Clerk, base: str, payload: str) -> None:
    path = f"{base}/interpretation-1"
    typed: dict[str, Any] = {"title": PAYLOADS[1] + PAYLOADS[6], "summary": "".join(PAYLOADS)[:500], "body": payload}
    unhurt(await clerk.send(await clerk.get(base), path, **{**typed, "title": payload}))
    page = await clerk.get(base)
    kept = papers.fields(page, path) | {name: [value] for name, value in typed.items()}
    unhurt(await clerk.post(path + "/keep", kept))
    compared = unhurt(await clerk.get(path + "/draft"))
    unhurt(await clerk.get(f"{base}?draft=interpretation-1"))
    unhurt(await clerk.send(compared, path + "/draft", choice="save"))
    token = {"_token": kept["_token"]}
    pasted = await clerk.post(path + "/paste", token | {"html": [payload]})
    unhurt(pasted)
    unhurt(await clerk.send(await clerk.get("/releases/new"), "/releases/new", pasted=f"<p>{payload}</p>"))


async def files(clerk: Clerk, base: str) -> None:
    for name in ("<img src=x onerror=alert(1)>.pdf", "a\"onload='x.pdf"):
        unhurt(await clerk.send(await clerk.get(base), f"{base}/policy/attach", files={"files": (name, b"%PDF-1.7")}))
    page = unhurt(await clerk.get(base))
    unhurt(await clerk.send(page, f"{base}/policy/rename", new_name="<script>alert(1)</script>"))
    picture = await clerk.post(
        f"{base}/policy/picture",
        {"_token": [papers.value(page, "_token")]},
        files={"picture": ("x.png", b"<svg onload=alert(1)>")},
    )
    assert picture.status == 422
