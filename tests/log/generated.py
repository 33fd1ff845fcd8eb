"""Whole exports of generated entries, for benchmarks: as large as wanted, lawful, in the hub's own shapes.

An ordinary release is written once as the hub writes it, then stamped out with another number, digest and time.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from hub.log import checkpoint, export, note, rows
from schemas.entry import Act, EntryType, stamp

ORIGIN = "publish.example.gov.cn/log/2026"
CHANNELS = ("website", "disclosure", "wechat", "rss")
_AUTHORITATIVE = ("website", "disclosure")
_START = datetime(2026, 1, 1, tzinfo=UTC)
#: Stand in a template for what differs between releases. No other part of an entry looks like them.
_RELEASE, _EDITION, _DIGEST, _AT = 900_000_000_000_001, 900_000_000_000_002, "f0" * 32, datetime(2222, 2, 2, tzinfo=UTC)
_SLOTS = (
    (b"%d" % _RELEASE, b"%(rel)d"),
    (b"%d" % _EDITION, b"%(ed)d"),
    (_DIGEST.encode(), b"%(digest)b"),
    (stamp(_AT).encode(), b"%(at)b"),
)


def write(directory: Path, size: int) -> bytes:
    """Export a log of `size` entries (1 or more) to the directory, durably, and return the policy that trusts its key.

    The same size gives the same bytes on every machine. The directory must be missing, empty or an earlier result. The
    policy is what `hub.log.verify.verify_directory` takes as `policy`. Memory stays bounded at any size.
    """
    log = Generated(size)
    export.write(log, directory)
    return log.policy


@dataclass(frozen=True)
class Generated:
    """A log of so many entries that nobody stores: any of them is written when it is asked for (a `LogSource`)."""

    size: int

    @cached_property
    def signer(self) -> note.Signer:
        return note.Signer(ORIGIN, ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))

    @property
    def vkey(self) -> str:
        return self.signer.vkey

    @property
    def policy(self) -> bytes:
        return f"log {self.vkey}\nquorum none\n".encode()

    @cached_property
    def checkpoint(self) -> bytes:
        return checkpoint.Checkpoint(ORIGIN, self.size, rows.root(self.entries(0, self.size))).sign(self.signer)

    @property
    def certificates(self) -> Mapping[str, bytes]:
        return {}

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the entries [start, stop): one opening, then one release after another, a minute apart."""
        if start == 0 < stop:
            yield _act(EntryType.LOG_OPENED, release=None, edition=None, digest=None, data={"origin": ORIGIN}).replace(
                stamp(_AT).encode(), stamp(_START).encode()
            )
        number, skipped = divmod(max(0, start - 1), len(_TEMPLATES))
        told = chain.from_iterable(map(_release, count(number)))
        yield from islice(told, skipped, skipped + max(0, stop - max(1, start)))


def _release(number: int) -> list[bytes]:
    values = {
        b"rel": number + 1,
        b"ed": number % 3 + 1,
        b"digest": hashlib.sha256(b"%d" % number).hexdigest().encode(),
        b"at": stamp(_START + timedelta(minutes=number)).encode(),
    }
    return [template % values for template in _TEMPLATES]


def _act(kind: EntryType, **fields: Any) -> bytes:
    place = {"release": _RELEASE, "edition": _EDITION, "digest": _DIGEST}
    return Act.model_validate({"type": kind, "who": "worker:web-1", **place, **fields}).body(_AT)


def _ordinary() -> Iterator[bytes]:
    """Yield the entries of one release as the hub writes them: drafted, reviewed, sent, seen, made official."""
    desk: dict[str, Any] = {"edition": None, "digest": None, "who": "c1f0b2a4-7d3e-4c1a-9f55-0a1b2c3d4e5f"}
    yield _act(EntryType.RELEASE_CREATED, **desk, data={"metadata_sha256": _DIGEST})
    for what in ("metadata", "policy", "interpretation-1"):
        yield _act(EntryType.RELEASE_EDITED, **desk, data={"what": what, "sha256": _DIGEST})
    yield _act(EntryType.RELEASE_SUBMITTED, who=desk["who"])
    for place, level in enumerate(("first", "second", "secrecy", "final"), start=1):
        decided = {"level": level, "decision": "approve", "for": None}
        yield _act(EntryType.RELEASE_REVIEWED, who=f"{place}{desk['who'][1:]}", data=decided)
    yield _act(EntryType.RELEASE_APPROVED, who=desk["who"])
    planned = {"channels": sorted(CHANNELS), "planned_at": stamp(_AT)}
    yield _act(EntryType.RELEASE_PUBLISHED, who=desk["who"], data=planned)
    for channel in CHANNELS:
        yield from _delivery(channel)


def _delivery(channel: str) -> Iterator[bytes]:
    place: dict[str, Any] = {"channel": channel, "action": "publish"}
    addresses = {one: f"https://{channel}.example.gov.cn/zc/{_RELEASE}/{one}" for one in ("policy", "interpretation-1")}
    receipt = {"id": f"{_RELEASE}", "addresses": addresses, "channel_time": "", "reply_sha256": _DIGEST}
    yield _act(EntryType.SEND_INTENT, **place, data={"rendering": _DIGEST})
    yield _act(EntryType.SEND_RESULT, **place, data={"outcome": "accepted", "receipt": receipt})
    if channel == "wechat":
        trouble = {"reaction": "wait", "code": "quota", "detail": "公众号当日群发次数已用完，等待次日"}
        yield _act(EntryType.DELIVERY_TROUBLED, **place, data={"state": "held", "trouble": trouble})
    for document, address in addresses.items():
        seen = {"document": document, "address": address, "sha256": _DIGEST}
        yield _act(EntryType.SIGHTING, **place, data={**seen, "authoritative": channel in _AUTHORITATIVE})
    if channel == CHANNELS[0]:
        data = {"channel": channel, "address": addresses["policy"]}
        yield _act(EntryType.RELEASE_OFFICIAL, **place, data=data)


def _template(entry: bytes) -> bytes:
    entry = entry.replace(b"%", b"%%")
    for text, slot in _SLOTS:
        entry = entry.replace(text, slot)
    return entry


_TEMPLATES = tuple(_template(entry) for entry in _ordinary())
