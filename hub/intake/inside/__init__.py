"""Looks into a file that is to be public beside a document. Runs in the bounded child alone (`hub.intake.child`).

Nothing is evaluated and no link followed; what is found is facts, which `hub.core.checks.files` judges.
"""

import importlib

from hub.intake import errors
from hub.intake.inside.gather import Gathering
from schemas.inspection import Inspection, Trace

_READERS = {
    **dict.fromkeys((".docx", ".xlsx", ".pptx"), "office"),
    **dict.fromkeys((".jpg", ".jpeg", ".png"), "picture"),
    **dict.fromkeys((".csv", ".txt"), "flat"),
    **dict.fromkeys((".doc", ".wps", ".xls", ".et", ".ppt"), "old"),
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".zip": "packed",
}
_WHY = {
    errors.Code.LOCKED: "文件设有密码",
    errors.Code.TOO_LARGE: "文件过大或压缩异常",
    errors.Code.BROKEN: "文件已损坏或不规范",
    errors.Code.ENCODING: "无法识别文字编码",
}


def look(ending: str, data: bytes) -> Inspection:
    """Return what is in the file. One that cannot be read is told so, and raises nothing but for lack of room."""
    gathering = Gathering()
    try:
        importlib.import_module(f"hub.intake.inside.{_READERS[ending]}").look(ending, data, gathering)
    except errors.IntakeError as error:
        gathering.add(Trace.UNREAD, words=_WHY.get(error.code, error.message))
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - whatever a library raises on a broken file: nobody knows what is in it
        gathering.add(Trace.UNREAD, words=_WHY[errors.Code.BROKEN])
    return gathering.inspection()
