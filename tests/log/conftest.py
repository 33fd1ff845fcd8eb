import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hub.log import checkpoint, export, note, proof, tree
from schemas import canonical

ORIGIN = "publish.example.gov.cn/log/2026"


@dataclass
class Ledger:
    """A log in memory that can be exported."""

    bodies: list[bytes]
    signer: note.Signer
    certificates: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.bodies)

    @property
    def vkey(self) -> str:
        return self.signer.vkey

    @property
    def checkpoint(self) -> bytes:
        return self.checkpoint_at(self.size)

    @property
    def policy(self) -> bytes:
        return f"log {self.vkey}\nquorum none\n".encode()

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        return iter(self.bodies[start:stop])

    def checkpoint_at(self, size: int) -> bytes:
        root = tree.Frontier().extend(map(tree.leaf, self.bodies[:size])).root()
        return checkpoint.Checkpoint(self.signer.name, size, root).sign(self.signer)

    def certify(self, name: str, index: int, size: int | None = None) -> bytes:
        whole = size or self.size
        path = tree.inclusion(index, whole, tree.Leaves([tree.leaf(body) for body in self.bodies]))
        self.certificates[name] = proof.Proof(self.bodies[index], index, path, self.checkpoint_at(whole)).to_bytes()
        return self.certificates[name]

    def export(self, directory: Path) -> Path:
        export.write(self, directory)
        return directory


def digest(release: int) -> str:
    return hashlib.sha256(b"edition of %d" % release).hexdigest()


def entry(kind: str, minute: int, /, **fields: Any) -> bytes:
    at = f"2026-03-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00.000+08:00"
    return canonical.encode({"v": 1, "t": kind, "at": at, **fields})


def release(number: int, minute: int) -> list[bytes]:
    """Return the six entries of one ordinary release, all at one minute."""
    edition = {"rel": number, "ed": 1, "digest": digest(number)}
    sending = {**edition, "chan": "website", "act": "publish"}
    address = f"https://example.gov.cn/zc/{number}"
    seen = {"document": "policy", "address": address, "authoritative": True, "sha256": digest(number)}
    return [
        entry("release.approved", minute, **edition, who="签发人"),
        entry("send.intent", minute, **sending),
        entry("send.result", minute, **sending, data={"receipt": address}),
        entry("sighting", minute, rel=number, ed=1, chan="website", data=seen),
        entry("release.official", minute, rel=number, ed=1, data={"channel": "website", "address": address}),
        entry("delivery.settled", minute, rel=number, ed=1, chan="website"),
    ]


@pytest.fixture(scope="session")
def signer() -> note.Signer:
    return note.Signer(ORIGIN, ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def ledger(signer: note.Signer) -> Callable[[int], Ledger]:
    """Return a maker of lawful logs with so many entries."""

    def make(size: int) -> Ledger:
        bodies = [entry("log.opened", 0, data={"origin": ORIGIN})]
        while len(bodies) < size:
            number = len(bodies) // 6 + 1
            bodies += release(number, number)
        return Ledger(bodies[:size], signer)

    return make


@pytest.fixture
def tell(signer: note.Signer) -> Callable[..., Ledger]:
    """Return a maker of logs that tell the given entries."""

    def make(*bodies: bytes) -> Ledger:
        return Ledger(list(bodies), signer)

    return make


@pytest.fixture
def scribe() -> Callable[..., bytes]:
    return entry
