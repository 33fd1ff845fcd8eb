"""The shape of the platform's answers: errcode, rid, escaped slashes. Pure but for the rid's dice."""

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """The platform's no, as an errcode. `more` are further fields of the body."""

    def __init__(self, errcode: int, errmsg: str, **more: Any) -> None:
        super().__init__(errcode)
        self.fields = {"errcode": errcode, "errmsg": f"{errmsg} rid: {rid()}", **more}


def rid() -> str:
    """Return the id of a request, as real messages end with it."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def encoded(fields: Mapping[str, Any]) -> web.Response:
    """Return the fields as the platform writes them: status 200 always, slashes escaped."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    return web.Response(text=text, content_type="application/json")


OK: Mapping[str, Any] = {"errcode": 0, "errmsg": "ok"}
