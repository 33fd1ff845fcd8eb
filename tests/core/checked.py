"""An edition to check, and what the checks find in it."""

from typing import Any

from hub.core import checks
from hub.core.checks import Finding
from hub.intake.sanitise import sanitise
from schemas.edition import Edition
from schemas.release import Attachment, Document, Role
from tests import making

TITLE = "天津市规划和自然资源局关于印发《测绘成果管理办法》的通知"
ID_NUMBER = "11010519491231002X"
#: What every interpretation must say.
SAID = "<p>本件适用于各单位，方便群众办事，与原规定没有差异。</p>"
BLOB = "blob:" + "a" * 64


def edition(*policy: str, interpretation: str | None = None, files: tuple[str, ...] = (), **fields: Any) -> Edition:
    """An edition whose policy has these paragraphs (or is this HTML)."""
    body = "".join(one if one.startswith("<") else f"<p>{one}</p>" for one in policy)
    attachments = tuple(Attachment(name=one, media="application/pdf", size=1, sha256="b" * 64) for one in files)
    title = fields.get("title", TITLE)
    documents = [
        Document(role=Role.POLICY, number=0, title=title, body=sanitise(body), attachments=attachments),
        Document(
            role=Role.INTERPRETATION,
            number=1,
            title="政策解读",
            body=sanitise((interpretation or f"<p>现就《{title}》解读如下。</p>") + SAID),
        ),
    ]
    return Edition(
        release=1, number=1, metadata=making.metadata(**{"title": TITLE} | fields), documents=tuple(documents)
    )


def found(one: Edition) -> list[Finding]:
    return list(checks.findings(one))


def only(one: Edition) -> Finding:
    (finding,) = found(one)
    return finding


def quoted(one: Edition) -> list[tuple[str, str]]:
    return [(finding.code, finding.passage.quote if finding.passage else "") for finding in found(one)]
