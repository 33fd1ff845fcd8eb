"""`gongbu check`: settings, store, queue, log, channels and clock, each looked at; what is wrong stands at the end."""

from pathlib import Path
from typing import Any

from rich.markup import escape

from hub import shown, signature
from hub.app import House
from hub.cli import frame, health, postal
from hub.cli.frame import AsJson, DataDir
from hub.cli.health import Finding, Grade
from hub.core.circuit import opens_at
from hub.store import budgets, circuits, engine
from schemas.circuit import Circuit
from schemas.entry import stamp
from schemas.errors import ErrorCode, HubError

NOT_TRIED = "未检查（首次投递时才会用到）"
GRADES = {Grade.WRONG: "[red]错误[/red]", Grade.CAUTION: "[yellow]注意[/yellow]"}


def check(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """检查设置、数据库、队列、日志签名、渠道与时钟，并列出生效的设置（密钥不显示）。"""
    frame.run(_check(data_dir, as_json=as_json))


async def _check(data_dir: Path | None, *, as_json: bool) -> int:
    settings = frame.load(data_dir=data_dir)
    report: dict[str, Any] = {"settings": shown.settings(settings)}
    if not as_json:
        for line in shown.lines(report["settings"]):
            frame.out.print(line)
    findings = [*health.site(settings.site), *health.secrets(shown.in_the_clear(settings))]
    try:
        async with frame.house(settings) as house:
            findings += await _examine(house, report)
    except HubError as error:
        if error.code is ErrorCode.SETTINGS:
            raise
        findings.append(Finding(Grade.WRONG, str(error.code), error.message))
    ok = all(one.grade is not Grade.WRONG for one in findings)
    _tell(report, findings, ok=ok, as_json=as_json)
    return 0 if ok else 1


async def _examine(house: House, report: dict[str, Any]) -> list[Finding]:
    """Look at everything that runs; what was seen goes into the report."""
    findings: list[Finding] = []
    await engine.ping(house.engine)
    report["store"] = True
    report["queue"] = await house.hub.bell.answers()
    if not report["queue"]:
        findings.append(
            Finding(Grade.WRONG, "queue", "队列无应答，投递会慢一秒。请核对 redis_url，确认 Valkey 已启动。")
        )
    report["clock_skew_seconds"], told = await health.clock(house.engine)
    findings += told
    try:
        await signature.attest(house.signer, house.engine)
    except HubError as error:
        findings.append(Finding(Grade.WRONG, str(error.code), error.message))
    report["log"], told = await health.log_signed(house)
    findings += told
    report["mail"], mail = await postal.look(house)
    findings += mail
    if any(one.settings.kind == "website" for one in house.channels.values()):
        findings += await health.guide(house.engine)
    report["channels"], told = await _channels(house)
    return findings + told


async def _channels(house: House) -> tuple[list[dict[str, Any]], list[Finding]]:
    rows, findings = [], []
    if not house.channels:
        findings.append(
            Finding(Grade.CAUTION, "channels", "没有设置渠道，什么也发不出去。请在 gongbu.toml 中添加 [[channels]]。")
        )
    async with house.engine.connect() as connection:
        now, known = await engine.now(connection), await circuits.every(connection)
        for name, channel in sorted(house.channels.items()):
            circuit = known.get(name, Circuit(channel=name))
            findings += health.channel(circuit, now)
            findings += health.lacks(name, channel)
            opens = opens_at(circuit, now)
            row = {"name": name, "kind": channel.settings.kind, "authoritative": channel.settings.authoritative}
            spent = await budgets.spent(connection, name, channel.traits.budgets)
            rows.append(
                row
                | {"credentials": NOT_TRIED, "paused": circuit.paused_at is not None}
                | {"failures": circuit.failures, "opens_at": stamp(opens) if opens else None}
                | {"budgets": [one.model_dump(mode="json") for one in spent]}
            )
    if house.channels and not any(row["authoritative"] for row in rows):
        words = "没有权威渠道（authoritative），不会产生正式发布时间。"
        findings.append(Finding(Grade.CAUTION, "authoritative", words))
    return rows, findings


def _tell(report: dict[str, Any], findings: list[Finding], *, ok: bool, as_json: bool) -> None:
    if as_json:
        unseen = dict.fromkeys(("queue", "clock_skew_seconds", "log", "mail", "channels"))
        seen = {"store": False, **unseen, **report}
        frame.put({"ok": ok, "findings": [one.told() for one in findings], **seen})
        return
    for line in _lines(report):
        frame.out.print(line)
    for one in findings:
        frame.said.print(f"{GRADES[one.grade]} {escape(one.words)}  [dim]({one.code})[/dim]")
    frame.said.print("[green]检查通过[/green]" if ok else "[red]检查未通过[/red]")


def _lines(report: dict[str, Any]) -> list[str]:
    """What was looked at and found, a line each; nothing about what could not be reached."""
    if "channels" not in report:
        return []
    log = report["log"]
    return [
        f"数据库正常；队列{'正常' if report['queue'] else '无应答'}",
        f"时钟：本机与数据库相差 {report['clock_skew_seconds']:.1f} 秒",
        f"发布日志：{log['size']} 条，已签名 {log['signed']} 条",
        *([postal.line(report["mail"])] if report["mail"] else []),
        *(_channel_line(row) for row in report["channels"]),
    ]


def _channel_line(row: dict[str, Any]) -> str:
    role = "，权威" if row["authoritative"] else ""
    return f"渠道 {row['name']}（{row['kind']}{role}）：设置正确；凭据{row['credentials']}"
