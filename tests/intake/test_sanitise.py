import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.intake.sanitise import sanitise
from schemas import hypertext, text
from schemas.markup import ATTRIBUTES, CLASSES, TAGS

BLOB = "blob:" + "a" * 64
#: From the OWASP XSS filter evasion and PortSwigger cheat sheets, DOMPurify's and ammonia's own tests.
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<img src=data:image/svg+xml;base64,PHN2Zy8+>",
    "<img src=blob:https://evil.example/1>",
    f"<img src={BLOB} onerror=alert(1) style=x:y id=q>",
    '<img """><script>alert(1)</script>">',
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jAvAsCrIpT&colon;alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='//evil.example/'>x</a>",
    f"<a href='{BLOB}'>x</a>",
    "<a href='https://a.example' target=_blank onclick=alert(1) rel=opener>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p id=location class='align-center evil'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x><embed src=x></object>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea><script>alert(1)</script></textarea>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<td colspan=99999 rowspan='-1' scope=evil onclick=x>x</td>",
    "<table background='javascript:alert(1)'><tr><td background=x>x</td></tr></table>",
    "<xss style='behavior:url(x.htc)'>x</xss>",
    "<p>\u0338<b>x</b></p>",
    "<p>&#x338;x</p>",
    "<p>&#x202e;txt.exe</p>",
    "\x3cscript\x3ealert(1)\x3c/script\x3e",
]
WIDE = "<p " + " ".join(f"a{number}=''" for number in range(150_000)) + ">甲</p>"
PIECES = st.sampled_from(
    [*ATTACKS, "<p>", "</p>", "<table>", "<td>", "<a>", "<b>", "</b>", "<h2>", "<div>", "\u0338", "&lt;", ">", '"']
)


def is_forbidden(html: str) -> str:
    """Say what stands in the HTML, read by another parser, that may not; empty when all is well."""
    for tag in hypertext.parse(html).find_all(True):
        if tag.name not in TAGS:
            return tag.name
        for name, value in tag.attrs.items():
            if name not in {*ATTRIBUTES.get(tag.name, ()), "rel"}:
                return f"{tag.name} {name}"
            if not allowed(name, value):
                return f"{name}={value}"
    return ""


def allowed(name: str, value: str | list[str]) -> bool:
    if name == "class":
        return set(value) <= set(CLASSES)
    if name == "href":
        return str(value).lower().startswith(("http://", "https://", "mailto:"))
    return name != "src" or str(value).startswith("blob:")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_known_attack_leaves_nothing_forbidden(attack: str) -> None:
    assert is_forbidden(sanitise(attack)) == ""


@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=20).map("".join))
@settings(max_examples=300)
def test_a_second_run_changes_nothing_and_nothing_forbidden_comes_out(html: str) -> None:
    clean = sanitise(html)
    assert sanitise(clean) == clean
    assert is_forbidden(clean) == ""


@given(st.text())
def test_the_result_is_already_what_a_document_stores(html: str) -> None:
    clean = sanitise(f"<p>{html}</p>")
    assert text.nfc(clean) == clean == unicodedata.normalize("NFC", clean)


def test_official_text_passes_unchanged() -> None:
    official = (
        '<h2>一、总则</h2><p class="no-indent">各单位：</p><p>1.<strong>公开</strong>。</p>'
        '<table><tbody><tr><td colspan="2" rowspan="3">甲</td></tr></tbody></table>'
        f'<figure><img src="{BLOB}" alt="示意图"><figcaption>图1</figcaption></figure>'
        '<ol start="3" type="a"><li>一</li></ol>'
        '<p class="signature">2020年9月18日</p>'
    )
    assert sanitise(official) == official


def test_a_link_keeps_its_address_and_gets_our_rel() -> None:
    assert sanitise('<a href="https://ghhzrzy.tj.gov.cn/a?b=1&c=2" rel="opener">网</a>') == (
        '<a href="https://ghhzrzy.tj.gov.cn/a?b=1&amp;c=2" rel="noopener noreferrer">网</a>'
    )


def test_only_classes_of_the_list_survive() -> None:
    assert sanitise('<p class="MsoNormal align-right x">甲</p><p class="x">乙</p>') == (
        '<p class="align-right">甲</p><p>乙</p>'
    )


def test_a_picture_without_a_blob_disappears() -> None:
    assert sanitise('<p>甲<img src="https://a.example/1.png" alt="a > b">乙</p>') == "<p>甲乙</p>"


def test_a_combining_stroke_cannot_eat_the_end_of_a_tag() -> None:
    assert sanitise("<p>&#x338;甲</p>") == "<p>甲</p>"


@pytest.mark.parametrize(
    "html", ["<div>" * 100_000, "<b>" * 100_000 + "甲", "<table><tr><td>" * 3_000, "<" * 100_000, WIDE]
)
def test_a_mountain_of_tags_is_done_in_time(html: str) -> None:
    started = time.monotonic()
    assert sanitise(sanitise(html)) == sanitise(html)
    assert time.monotonic() - started < 20


def test_too_deep_a_text_keeps_its_words() -> None:
    assert sanitise("<div>" * 500 + "甲 &lt;乙&gt;") == "甲 &lt;乙&gt;"
