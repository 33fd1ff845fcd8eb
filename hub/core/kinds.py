"""What belongs to a kind of document and what does not. Pure."""

from schemas import filled
from schemas.errors import ErrorCode, HubError
from schemas.release import Metadata
from schemas.words import word


def require_own(metadata: Metadata) -> None:
    """Raise HubError(INVALID) where something is filled in that a document of this kind does not have."""
    odd = filled.foreign(metadata)
    if not odd:
        return
    kind = word(metadata.kind)
    said = "、".join(one.label for one in odd)
    fields = {f"/particulars/{one.name}": f"{kind}没有这一项" for one in odd}
    raise HubError(ErrorCode.INVALID, detail=f"{kind}没有“{said}”这一项，请删去，或改选文件类别", fields=fields)
