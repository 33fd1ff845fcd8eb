"""Writes the tables that stand between markers in the documents. `python -m tests.docs.tables` brings them up to date.

The code is the source; a test compares, so a document that says something else than the program cannot be merged.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from channels import registry
from channels.contract import ChannelSettings
from hub.core.checks import FIXES, Severity
from hub.core.checks.finding import RULES
from hub.post import DkimSettings, MailSettings
from hub.provider import OidcSettings
from hub.settings import PREFIX, Settings
from hub.site import SiteSettings
from hub.web.problems import TITLES
from hub.web.route import Match
from hub.web.routes import ROUTES
from schemas.delivery import FINAL, DeliveryState
from schemas.errors import TABLE
from schemas.events import Event
from schemas.filled import label
from schemas.kinds import INSIDE, KINDS, Need, Unit
from schemas.release import ReleaseState
from schemas.words import word
from tests.docs import samples

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PATTERN = re.compile(r":[^{}]*(?:{[^{}]*}[^{}]*)*")
_MATCH = {Match.NEEDED: "必须", Match.HEEDED: "可带", Match.REFUSED: "—"}
#: What a program does about a status; what a person does is in the words.
BY_STATUS = {
    400: "correct the form of the request",
    401: "get a valid token",
    403: "have somebody else do it",
    404: "check the number in the address",
    409: "read again, then decide; the same request fails again",
    413: "send less",
    422: "correct the named fields",
    428: "read first, send its ETag as `If-Match`",
    429: "wait as `Retry-After` says",
    500: "report `request_id`; the same request may be sent again",
    503: "wait as `Retry-After` says and send the same request again",
}
#: How a clock of a kind counts, in words.
COUNTED = {
    Unit.WORKING_DAYS: "{since}之后若干个工作日内",
    Unit.HOURS: "{since}之后若干小时内",
    Unit.MONTHS: "{since}之后若干个月内",
    Unit.ON_THE_DAY: "到{since}",
    Unit.NEXT_JANUARY: "{since}次年的1月31日前",
}
#: Keys whose class does not say in a comment what they mean.
MEANINGS = {
    "name": "the channel's name, unique; the log and the API call it so",
    "kind": "the kind, this table's own word",
    "authoritative": "a sighting here makes the official time",
    "app_id": "AppID of the official account",
    "secret": "the channel's secret, as `env:NAME` or `file:PATH`",
    "api_base": "the address that calls go to; may point to a sandbox",
    "timeout_seconds": "how long one request may take",
    "key_id": "whose signature the requests carry",
    "way": "how it is published",
}


def shown(text: Any) -> str:
    """A cell: one line, no bar that would end it."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(shown(cell) for cell in line)} |\n" for line in lines)


def comments(kind: type) -> dict[str, str]:
    """Name → its `#:` comment in the class, on the same line or above it."""
    found, above = {}, ""
    for line in inspect.getsource(kind).splitlines():
        if member := re.match(r"    (\w+)(?:: | = ).*?(?:#: (.*))?$", line):
            found[member[1].lower()] = member[2] or above
        alone = re.match(r"\s+#: (.*)", line)
        above = f"{above} {alone[1]}".strip() if alone else ""
    return found


def delivery_states() -> str:
    said = comments(DeliveryState)
    head = ["state", "中文", "meaning", "done"]
    return table(
        head, [[f"`{s}`", word(s), said[s.name.lower()], "yes" if s in FINAL else "no"] for s in DeliveryState]
    )


def delivery_table() -> str:
    """State × event. A cell names every state that some row of this state comes to; empty where all are refused."""
    rows = []
    for kind in get_args(Event):
        cells = [samples.outcomes(state, kind) for state in DeliveryState]
        rows.append([f"`{kind.__name__}`", *[", ".join(sorted(c)) if c != {samples.REFUSED} else "" for c in cells]])
    return table(["event", *[f"`{s}`" for s in DeliveryState]], rows)


def delivery_picture() -> str:
    arrows: dict[tuple[str, str], list[str]] = {}
    for state in DeliveryState:
        for kind in get_args(Event):
            for after in sorted(samples.outcomes(state, kind) - {samples.REFUSED, str(state)}):
                arrows.setdefault((str(state), after), []).append(kind.__name__)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {DeliveryState.WAITING}"]
    lines += [f"    {before} --> {after}: {', '.join(names)}" for (before, after), names in arrows.items()]
    lines += [f"    {state} --> [*]" for state in DeliveryState if state in FINAL]
    return "\n".join([*lines, "```", ""])


def release_states() -> str:
    said = comments(ReleaseState)
    return table(["state", "中文", "meaning"], [[f"`{s}`", word(s), said[s.name.lower()]] for s in ReleaseState])


def errors() -> str:
    rows = [
        [f"`{code}`", status, TITLES[code], words, BY_STATUS[status]] for code, (status, words) in sorted(TABLE.items())
    ]
    return table(["code", "status", "title", "words", "what a program does"], rows)


def findings() -> str:
    acts = {Severity.BLOCKS: "拦截", Severity.WARNS: "提醒", Severity.INFORMS: "提示"}
    rows = [
        [f"`{code}`", acts[r.severity], r.meaning, r.source, FIXES[r.fix] if r.fix else "—"]
        for code, r in RULES.items()
    ]
    return table(["代码", "作用", "问题", "依据", "自动改正"], rows)


def particulars() -> str:
    """What each kind has of its own."""
    needs = {Need.REQUIRED: "必填", Need.WANTED: "应填", Need.OPTIONAL: "可填"}
    who = {True: "只供办理", False: "公开"}
    rows = [
        [word(kind), one.label, f"`{one.name}`", needs[one.need], who[one.name in INSIDE], one.source or "—"]
        for kind, row in KINDS.items()
        for one in row.fields
    ]
    return table(["文件类别", "要素", "程序中的名称", "要求", "是否公开", "依据"], rows)


def clocks() -> str:
    """What each kind wants done by a day."""
    rows = []
    for kind, row in KINDS.items():
        for one in row.clocks:
            rule = f"`rules.{one.rule}`" if one.rule else "—"
            rows.append([word(kind), one.what, COUNTED[one.unit].format(since=label(one.since)), rule, one.source])
    return table(["文件类别", "要办的事", "期限", "设置", "依据"], rows)


def settings() -> str:
    rows = [
        [f"`{name}`", f"`{PREFIX}{name.upper()}`", _default(field), field.description]
        for name, field in Settings.model_fields.items()
        if name not in {"channels", "mail", "oidc", "site"}
    ]
    return table(["in gongbu.toml", "in the environment", "default", "meaning"], rows)


def site() -> str:
    rows = [[f"`{name}`", _default(field), field.description] for name, field in SiteSettings.model_fields.items()]
    return table(["key", "default", "meaning"], rows)


def oidc() -> str:
    rows = [[f"`{name}`", _default(field), field.description] for name, field in OidcSettings.model_fields.items()]
    return table(["key", "default", "meaning"], rows)


def mail() -> str:
    rows = [
        [f"`{prefix}{name}`", _default(field), field.description]
        for prefix, keys in (("", MailSettings), ("dkim.", DkimSettings))
        for name, field in keys.model_fields.items()
        if name != "dkim"
    ]
    return table(["key", "default", "meaning"], rows)


def channels() -> str:
    """One section per kind of channel."""
    parts = []
    for kind, build in sorted(registry.KINDS.items()):
        keys = _settings_of(build)
        said = comments(ChannelSettings) | comments(keys)
        rows = [
            [f"`{name}`", _default(field) if name != "kind" else f'`"{kind}"`', said.get(name) or MEANINGS[name]]
            for name, field in keys.model_fields.items()
        ]
        parts.append(f"### `{kind}`\n\n{table(['key', 'default', 'meaning'], rows)}")
    return "\n".join(parts)


def routes() -> str:
    rows = [
        [r.method, f"`{_PATTERN.sub('', r.path)}`", r.summary, _MATCH[r.if_match], "无须" if r.is_open else "须"]
        for r in ROUTES
    ]
    return table(["方法", "地址", "用途", "`If-Match`", "令牌"], rows)


def _settings_of(build: Callable[..., Any]) -> type[BaseModel]:
    package = ".".join(build.__module__.split(".")[:2])
    return next(c for c in ChannelSettings.__subclasses__() if c.__module__.startswith(package))


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if value in (None, "", {}, ()):
        return "—"
    return f"`{value.value if isinstance(value, Enum) else value}`"


TABLES: dict[str, Callable[[], str]] = {
    "delivery-states": delivery_states,
    "delivery-table": delivery_table,
    "delivery-picture": delivery_picture,
    "release-states": release_states,
    "errors": errors,
    "particulars": particulars,
    "clocks": clocks,
    "findings": findings,
    "settings": settings,
    "site": site,
    "oidc": oidc,
    "mail": mail,
    "channels": channels,
    "routes": routes,
}


def pages() -> list[Path]:
    """Every document of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def renewed(text: str) -> str:
    """Return the page with every generated block as the code wants it now. Raises KeyError for a block of no table."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


def blocks(text: str) -> list[str]:
    """The names of the page's generated blocks."""
    return [found[2] for found in _BLOCK.finditer(text)]


def main() -> None:
    """Rewrite the pages whose tables are old, and name them."""
    for page in pages():
        before = page.read_text("utf-8")
        after = renewed(before)
        if after != before:
            page.write_text(after, "utf-8")
            print(page.relative_to(ROOT))  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
