"""A photograph: where, when and with what it was taken."""

import io

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from hub.intake.inside.gather import Gathering
from schemas.inspection import Trace

_FORMATS = ("PNG", "JPEG")
_CAMERA = {Base.Artist: "作者", Base.Copyright: "版权", Base.Make: "设备", Base.Model: "型号", Base.DateTime: "时间"}
_WORDS = ("Author", "Artist", "Creator", "Comment", "Copyright", "Source")


def look(_ending: str, data: bytes, found: Gathering) -> None:
    traces(data, found)
    found.can_be_cleaned = True


def traces(data: bytes, found: Gathering, where: str = "") -> None:
    """Tell what the picture says of its making. One inside another file that cannot be read says nothing."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            exif = source.getexif()
            place = exif.get_ifd(IFD.GPSInfo)
            info = dict(source.info)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        if where:
            return
        raise
    if GPS.GPSLatitude in place or GPS.GPSLongitude in place:
        found.add(Trace.PLACE, where=where, words=_place(place))
    told = [f"{called} {str(exif[tag]).strip(chr(0))}" for tag, called in _CAMERA.items() if exif.get(tag)]
    told += [f"{name} {info[name]}" for name in _WORDS if isinstance(info.get(name), str)]
    if told:
        found.add(Trace.CAMERA, where=where, words="，".join(told))


def _place(place: dict[int, object]) -> str:
    parts = []
    for tag, reference in ((GPS.GPSLatitude, GPS.GPSLatitudeRef), (GPS.GPSLongitude, GPS.GPSLongitudeRef)):
        try:
            degrees, minutes, _ = (float(part) for part in place[tag])  # type: ignore[attr-defined]
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            continue
        parts.append(f"{place.get(reference, '')}{degrees:.0f}°{minutes:.0f}′")
    return " ".join(parts) or "坐标"
