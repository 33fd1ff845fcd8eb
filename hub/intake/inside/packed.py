"""A .zip: its files' names alone. What is in them nobody has looked at, and that is said."""

import io
import zipfile

from hub.intake import archive, errors
from hub.intake.inside.gather import Gathering
from schemas.inspection import Trace


def look(_ending: str, data: bytes, found: Gathering) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
    except zipfile.BadZipFile as error:
        raise errors.IntakeError(errors.Code.BROKEN) from error
    if len(names) > archive.MAX_ENTRIES:
        raise errors.IntakeError(errors.Code.TOO_LARGE)
    found.add(Trace.UNREAD, words=f"压缩包里有{len(names)}个文件，请逐个上传")
    for name in names:
        found.line(name, "压缩包内的文件名")
