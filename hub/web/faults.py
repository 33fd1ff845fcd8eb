"""What pydantic found wrong, in Chinese and per field. Never repeats a value that came from outside."""

from pydantic import ValidationError

from schemas import faults
from schemas.errors import ErrorCode, HubError

#: How many fields one answer names, and how much of a name that somebody else chose.
MAX_FIELDS = 50
MAX_NAME = 80


def translate(error: ValidationError) -> HubError:
    """Return the HubError to tell: UNREADABLE for what is no JSON, INVALID with the fields for everything else."""
    found = error.errors(include_input=False, include_url=False)
    if any(one["type"] == "json_invalid" for one in found):
        return HubError(ErrorCode.UNREADABLE, detail="不是正确的 JSON（UTF-8）")
    fields = {_pointer(one["loc"]): faults.words(one["type"], one.get("ctx", {})) for one in found[:MAX_FIELDS]}
    detail = "；".join(f"{name.lstrip('/') or '内容'} {words}" for name, words in fields.items())
    return HubError(ErrorCode.INVALID, detail=detail, fields=fields)


def _pointer(location: tuple[int | str, ...]) -> str:
    """RFC 6901, with each part cut: a field that nobody knows has a name from outside."""
    return "".join("/" + str(part)[:MAX_NAME].replace("~", "~0").replace("/", "~1") for part in location)
