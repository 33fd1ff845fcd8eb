"""Sample editions and notices, with sensible values for all that a test does not care about."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from schemas.edition import Edition
from schemas.release import Attachment, Document, Kind, Metadata, Role
from schemas.standing import Notice, StandingKind, Successor

#: A 1×1 PNG.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
#: The bytes of an attachment: channels carry files and do not read them.
PDF = b"%PDF-1.7 made up"
PLANNED_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
OFFICIAL_AT = datetime(2026, 3, 2, 1, 30, 2, 417_000, tzinfo=UTC)
BODY = (
    "<p>局属各单位、机关各处室：</p><p>现将《政务公开工作要点》印发给你们，请遵照执行。</p>"
    "<h2>一、聚焦用权公开</h2><p>全面梳理权责清单，<strong>及时公开</strong>。</p>"
    "<table><tbody><tr><td>事项</td><td>牵头处室</td></tr></tbody></table>"
)


def attach(data: bytes, name: str, media: str) -> Attachment:
    """Name the bytes as an edition names its files and images."""
    return Attachment(name=name, media=media, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def build_edition(
    release: int = 1001,
    number: int = 1,
    *,
    title: str = "关于印发2026年政务公开工作要点的通知",
    body: str = BODY,
    interpretations: int = 1,
    interpretation_body: str = "<p>解读：<em>为什么</em>要全面梳理权责清单。</p>",
    attachments: tuple[Attachment, ...] = (),
    images: tuple[Attachment, ...] = (),
    **metadata: Any,
) -> Edition:
    """An edition with a policy and so many interpretations; `metadata` are fields of `schemas.release.Metadata`."""
    fields: dict[str, Any] = {
        "kind": Kind.POLICY,
        "title": title,
        "doc_no": "津规资办发〔2026〕12号",
        "index_no": "11120000MB1909339E/2026-00012",
        "issuer": "天津市规划和自然资源局",
        "theme": "综合政务\\政务公开",
        "signed_on": date(2026, 2, 27),
        "keywords": ("政务公开", "工作要点"),
        **metadata,
    }
    policy = Document(
        role=Role.POLICY,
        number=0,
        title=title,
        summary="明确全年政务公开重点任务。",
        body=body,
        attachments=attachments,
        images=images,
    )
    readings = (
        Document(role=Role.INTERPRETATION, number=n, title=f"{title[:190]}的解读{n}", body=interpretation_body)
        for n in range(1, interpretations + 1)
    )
    return Edition(release=release, number=number, metadata=Metadata(**fields), documents=(policy, *readings))


def full_edition() -> Edition:
    """A release with everything: an interpretation, an attachment, an image. Its bytes are `PDF` and `PIXEL`."""
    image = attach(PIXEL, "图.png", "image/png").model_copy(update={"extent": (1, 1)})  # as one that was imported
    return build_edition(
        body=f'<p>现将要点印发给你们。</p><p><img src="blob:{image.sha256}" alt="示意图"></p>',
        attachments=(attach(PDF, "要点.pdf", "application/pdf"),),
        images=(image,),
    )


def build_notice(kind: StandingKind = StandingKind.REPEALED, serial: int = 1, **changes: Any) -> Notice:
    """What two people said of a release after its publication."""
    fields: dict[str, Any] = {
        "serial": serial,
        "kind": kind,
        "reason": "所依据的规定已经废止",
        "ground": "津规资发〔2026〕9号",
        "successor": Successor(title="新的工作要点", address="https://www.tj.gov.cn/new.html"),
        "effective_on": date(2026, 11, 1),
        "expires_on": None,
        "confirmed_at": datetime(2026, 11, 26, 2, 0, 0, 123_000, tzinfo=UTC),
    }
    return Notice(**fields | changes)
