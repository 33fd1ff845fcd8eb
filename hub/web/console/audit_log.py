"""审计·日志: the log newest first with filters, each entry with its proof, and the filtered list as a file."""

import json
from collections.abc import AsyncGenerator

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import evidence
from hub.log import checkpoint, note
from hub.log.audit import hashing
from hub.log.proof import Proof
from hub.store import journal, log, people
from hub.store.journal import Sought
from hub.web import tabular
from hub.web.console import audit, entries
from hub.web.console.asked import MAX_NUMBER, read
from hub.web.console.entries import Line
from hub.web.console.room import Page, Room, Visit
from hub.web.route import Raw, Stream
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.words import word

PAGE = 50
#: Entries of one read while a file is made.
CHUNK = 500
COLUMNS = (
    *("序号", "时间（北京时间）", "种类", "办理人", "办理人编号", "政策发布", "版本", "渠道", "动作", "内容摘要"),
    *("说明", "叶子哈希", "所在检查点（条数）", "条目原文"),
)


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        asked = await read(connection, visit.query)
        stretch = await journal.leaf_through(connection, asked.sought, before=asked.before, limit=PAGE)
        shown = await entries.lines(connection, stretch.found)
        accounts = await people.every(connection)
        size, signed = await log.size(connection), await log.checkpoint(connection)
    signed_size = signed.size if signed else 0
    values = {
        "lines": shown,
        "signed_size": signed_size,
        "bundle": lambda seq: visit.desk.public_url + entries.bundle(seq, signed_size),
        "asked": asked,
        "older": None if stretch.reached is None else asked.again(before=stretch.reached),
        "is_cut": len(shown) < PAGE and stretch.reached is not None,
        "reached": stretch.reached,
        "size": size,
        "actors": [(journal.WORKERS, "投递进程（全部）"), ("operator", "运维人员（命令行）")]
        + [(one.id, f"{one.name}（{one.login}）") for one in accounts],
        "kinds": [(kind.value, word(kind)) for kind in EntryType],
        "channels": [(name, name) for name in sorted(visit.hub.channels)],
    }
    return Page("audit_log.html", values | {"wrong": asked.wrong})


async def show_one(visit: Visit) -> Page:
    seq = int(visit.names["seq"])
    async with visit.hub.engine.connect() as connection:
        line, proof = await _proven(connection, seq)
        size = await log.size(connection)
    signed = _opened(proof, visit.desk.vkey) if proof else None
    values = {
        "line": line,
        "proof": proof,
        "signed": signed,
        "path": [one.hex() for one in proof.hashes] if proof else [],
        "holds": proof is not None and signed is not None and _holds(proof, signed),
        "bundle": visit.desk.public_url + entries.bundle(seq, signed.size if signed else size),
        "size": size,
    }
    return Page("audit_entry.html", values)


async def give_proof(visit: Visit) -> Raw:
    seq = int(visit.names["seq"])
    async with visit.hub.engine.connect() as connection:
        _, proof = await _proven(connection, seq)
    if proof is None:
        raise HubError(ErrorCode.UNAVAILABLE, detail="该条目尚未进入签名检查点")
    return Raw(proof.to_bytes(), "text/plain; charset=utf-8", headers=audit.attached(f"{seq}.tlog-proof"))


async def _proven(connection: AsyncConnection, seq: int) -> tuple[Line, Proof | None]:
    found = await journal.at(connection, seq) if seq < MAX_NUMBER else None
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {seq} 条日志")
    return (await entries.lines(connection, [found]))[0], await evidence.prove(connection, seq, found.body)


def _opened(proof: Proof, vkey: str) -> checkpoint.Checkpoint:
    return checkpoint.open_checkpoint(proof.checkpoint, note.Verifier.parse(vkey))


def _holds(proof: Proof, signed: checkpoint.Checkpoint) -> bool:
    """Whether the path leads to the signed root, by the verifier's own arithmetic."""
    leaf = hashing.leaf(proof.extra)
    return hashing.includes(leaf_hash=leaf, index=proof.index, size=signed.size, path=proof.hashes, root=signed.root)


async def give_csv(visit: Visit) -> Stream:
    return audit.archive(_csv(_every(visit, *await _wanted(visit))), "gongbu-log.csv", tabular.CSV)


async def give_lines(visit: Visit) -> Stream:
    made = _jsonl(_every(visit, *await _wanted(visit)))
    return audit.archive(made, "gongbu-log.jsonl", "application/jsonl; charset=utf-8")


async def _csv(lines: AsyncGenerator[Line]) -> AsyncGenerator[bytes]:
    yield tabular.csv([COLUMNS], is_first=True)
    async for line in lines:
        yield tabular.csv([_cells(line)])


async def _jsonl(lines: AsyncGenerator[Line]) -> AsyncGenerator[bytes]:
    """One object per line; the entry stands in it byte for byte."""
    async for line in lines:
        head = json.dumps({"seq": line.seq, "leaf": line.leaf, "says": line.sentence}, ensure_ascii=False)
        yield head[:-1].encode() + b',"entry":' + (line.body if line.entry else json.dumps(line.text).encode()) + b"}\n"
    yield b""


async def _wanted(visit: Visit) -> tuple[Sought, int]:
    """The search and the size of the log as it begins: what is appended since is not of the list."""
    async with visit.hub.engine.connect() as connection:
        asked, size = await read(connection, visit.query), await log.size(connection)
    if asked.wrong:
        raise HubError(ErrorCode.INVALID, detail="；".join(asked.wrong.values()))
    return asked.sought, size


async def _every(visit: Visit, sought: Sought, size: int) -> AsyncGenerator[Line]:
    top: int | None = size
    while top is not None:
        async with visit.hub.engine.connect() as connection:
            stretch = await journal.leaf_through(connection, sought, before=top, limit=CHUNK)
            found = await entries.lines(connection, stretch.found)
        for line in found:
            yield line
        top = stretch.reached


def _cells(line: Line) -> tuple[object, ...]:
    entry = line.entry
    known = (entry.release, entry.edition, entry.channel, entry.action, entry.digest) if entry else ("",) * 5
    head = (line.seq, line.at, line.word, line.actor, line.who)
    return (*head, *known, line.sentence, line.leaf, line.covered, line.text)


_ONE = "/audit/log/{seq:0|[1-9][0-9]{0,14}}"
ROOMS = (
    Room("GET", "/audit/log", show, audit.READERS),
    Room("GET", "/audit/log.csv", give_csv, audit.READERS),
    Room("GET", "/audit/log.jsonl", give_lines, audit.READERS),
    Room("GET", _ONE, show_one, audit.READERS),
    Room("GET", _ONE + "/proof", give_proof, audit.READERS),
)
