"""From values to pages: the only place of the console that touches templates.

Everything is escaped unless it is clean HTML that `hub.intake` let through and `clean` marks as such.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from hub.core import deadlines
from hub.web.console import assets
from schemas import filled
from schemas.entry import BEIJING
from schemas.release import Metadata, Role
from schemas.words import WORDS

HERE = Path(__file__).parent
_WEEKDAYS = "一二三四五六日"


def _word(value: StrEnum) -> str:
    return WORDS[value]


def _time(at: datetime | None, *, exact: bool = False) -> Markup:
    """A moment in Beijing, to the minute; machines and tooltips get it whole."""
    if at is None:
        return Markup("<span class=none>—</span>")
    there = at.astimezone(BEIJING)
    shown = f"{there.year}年{there.month}月{there.day}日 {there:%H:%M:%S}" if exact else f"{there:%Y-%m-%d %H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(there.isoformat(timespec="milliseconds"), shown)


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）" if day else "—"


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} 毫秒" if value < 1 else f"{value:.1f} 秒"


def _size(count: int) -> str:
    return f"{count} 字节" if count < 1000 else f"{count / 1000:.0f} KB" if count < 1e6 else f"{count / 1e6:.1f} MB"  # noqa: PLR2004


#: What stands in a browser's name for itself → what people call it; the first that is found counts.
DEVICES = (
    ("MicroMessenger", "微信"),
    ("HarmonyOS", "鸿蒙"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "安卓设备"),
    ("Windows", "Windows 电脑"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
BROWSERS = (("Edg/", "Edge"), ("360", "360 浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


def _device(agent: str) -> str:
    """What a browser says that it is, in words. Only a help for the memory: anybody can claim anything."""
    device = next((words for part, words in DEVICES if part in agent), "其他设备")
    browser = next((words for part, words in BROWSERS if part in agent), "")
    return f"{device} {browser}".strip()


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _document(name: str) -> str:
    """What people call a document of a release: `policy`, `interpretation-2`."""
    kind, _, number = name.partition("-")
    return WORDS[Role(kind)] + (f" {number}" if number and number != "1" else "")


def clean(html: str) -> Markup:
    """Mark HTML as fit to be shown. Only for what `hub.intake.sanitise` or our own rendering has made."""
    return Markup(html)  # noqa: S704 - the caller's promise


def _own_facts(metadata: Metadata) -> list[tuple[str, str]]:
    """What the document has by its kind: label and words."""
    return [(one.label, filled.read(said)) for one, said in filled.filled(metadata)]


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.filters.update(left=deadlines.words, by=deadlines.detail, own_facts=_own_facts)
_ENVIRONMENT.filters.update(word=_word, time=_time, day=_day, seconds=_seconds, size=_size, clean=clean)
_ENVIRONMENT.filters.update(device=_device, base64url=_base64url, document=_document)
_ENVIRONMENT.globals.update(
    seal=assets.path("seal.svg"),
    style=assets.path("console.css"),
    scripts=tuple(assets.path(name) for name in assets.SCRIPTS),
    now=datetime.now,
)


def write(template: str, values: Mapping[str, Any]) -> str:
    """Return the template with the values in their places. Raises jinja2.UndefinedError for a value that is missing."""
    return _ENVIRONMENT.get_template(template).render(values)
