"""What the world outside says: both sandboxes' books, what their witnesses saw, the pages, the feeds, and the log."""

import asyncio
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub import evidence
from hub.core import planning
from hub.log import tiles, verify
from hub.log.audit.report import Report
from schemas.delivery import Action
from tests.chaos.town import Town
from tests.chaos.watch import connect

MARK = re.compile(r"[?&]wx=([0-9a-f]{32})")


@dataclass(frozen=True)
class Send:
    """One irreversible call that reached the channel, and how much of the log was signed at that moment."""

    at: float
    signed: int | None


@dataclass
class Books:
    """Everything that was read, once, at the end."""

    wechat: dict[str, Any]
    disclosure: dict[str, Any]
    struck: dict[str, list[dict[str, Any]]]
    sends: dict[str, list[Send]]  #: parcel key → the calls that were made for it
    articles: dict[str, list[dict[str, Any]]]  #: parcel key → articles, the oldest first
    entries: list[dict[str, Any]]  #: the exported log
    report: Report
    deliveries: list[dict[str, Any]]
    unwitnessed: int = 0
    vkey: str = ""
    since: list[Report] = field(default_factory=list)


async def read(town: Town, checkpoints: list[bytes]) -> Books:
    """Read everything. The town is at rest, and so is its log."""
    wechat, disclosure = [await _json(town, f"{u}/sandbox/book") for u in _bases(town)]
    struck = [(await _json(town, f"{u}/sandbox/faults"))["struck"] for u in _bases(town)]
    folder = town.folder / "export"
    await evidence.write_export(town.house.engine, town.house.signer.vkey, folder)
    policy = f"log {town.house.signer.vkey}\nquorum none\n".encode()
    report = await asyncio.to_thread(verify.verify_directory, folder, policy=policy)
    remembered = [checkpoints[0], checkpoints[len(checkpoints) // 2]] if checkpoints else []
    since = [await asyncio.to_thread(verify.verify_directory, folder, policy=policy, since=one) for one in remembered]
    connection = await connect(town)
    try:
        rows = [dict(row) for row in await connection.fetch("SELECT * FROM deliveries ORDER BY id")]
    finally:
        await connection.close()
    sends = _sends(town, wechat)
    return Books(
        wechat=wechat,
        disclosure=disclosure,
        struck=dict(zip(("wechat", "disclosure"), struck, strict=True)),
        sends=sends,
        articles=_articles(wechat),
        entries=_entries(folder, report.size),
        report=report,
        deliveries=rows,
        unwitnessed=sum(send.signed is None for found in sends.values() for send in found),
        since=since,
    )


async def history(town: Town, delivery: int) -> list[str]:
    """Return what the workers wrote down about the delivery, a line each."""
    connection = await connect(town)
    try:
        query = "SELECT * FROM attempts WHERE delivery_id = $1 ORDER BY at"
        found = await connection.fetch(query, delivery)
    finally:
        await connection.close()
    return [
        f"{row['at']:%H:%M:%S.%f} fence {row['fence']} {row['worker']} {row['step']} "
        f"{row['outcome']} {row['detail'][:300]}"
        for row in found
    ]


async def latest(town: Town) -> list[int]:
    """Return the deliveries that moved last of all."""
    connection = await connect(town)
    try:
        query = "SELECT delivery_id FROM attempts GROUP BY 1 ORDER BY max(at) DESC LIMIT 3"
        return [row["delivery_id"] for row in await connection.fetch(query)]
    finally:
        await connection.close()


def key(release: int, edition: int, channel: str, action: str) -> str:
    """Return the parcel key by which a channel knows a delivery."""
    return planning.key(release, edition, channel, Action(action))


def _bases(town: Town) -> tuple[str, str]:
    return town.ports.wechat_url, town.ports.disclosure_url


async def _json(town: Town, address: str) -> Any:
    async with town.http.get(address) as answer:
        return await answer.json()


def _marks(items: list[dict[str, Any]]) -> str:
    found = MARK.search(str(items[0].get("content_source_url", ""))) if items else None
    return found[1] if found else ""


def _articles(book: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Books are only appended to, so their order is the order of publication."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for article in book["articles"].values():
        found[_marks(article["items"])].append(article)
    return dict(found)


def _sends(town: Town, book: dict[str, Any]) -> dict[str, list[Send]]:
    """Group the calls by parcel key.

    Of WeChat's submissions only those count that were taken: a token that is refused has the same call made again,
    which is no second one.
    """
    witnessed = {name: _notes(town.folder / f"{name}.witness") for name in ("wechat", "disclosure")}
    sends: dict[str, list[Send]] = defaultdict(list)
    for note in witnessed["disclosure"]:
        sends[note["path"].rpartition("/")[2]].append(Send(note["at"], note["signed"]))
    for job in book["jobs"].values():
        mine = [n for n in witnessed["wechat"] if n["media_id"] == job["media_id"] and n["at"] <= job["at"]]
        newest = max(mine, key=lambda note: note["at"], default={"at": job["at"], "signed": None})
        sends[_marks(job["items"])].append(Send(newest["at"], newest["signed"]))
    return {name: sorted(found, key=lambda send: send.at) for name, found in sends.items()}


def _notes(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _entries(folder: Path, size: int) -> list[dict[str, Any]]:
    """Read the exported entries, as an auditor would."""
    bundles = [tile for tile in tiles.layout(size) if tile.level is None]
    found = [entry for tile in bundles for entry in tiles.unbundle((folder / tile.path).read_bytes())]
    return [json.loads(entry) for entry in found]
