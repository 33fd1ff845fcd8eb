"""The auditor's peer docs/manual/peer/verify.sh, openssl and bash alone, accepts what is true and nothing else."""

import asyncio
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hub.log import checkpoint, note, proof, tree
from tests.docs.tables import ROOT

pytestmark = pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("bash")), reason="bash or openssl is missing"
)
SCRIPT = ROOT / "docs" / "manual" / "peer" / "verify.sh"
SIZE = 21


@pytest.fixture
def signer() -> note.Signer:
    return note.Signer("peer.example/log", ed25519.Ed25519PrivateKey.generate())


def certificate(signer: note.Signer, index: int) -> bytes:
    entries = [b'{"n":%d}' % number for number in range(SIZE)]
    leaves = [tree.leaf(entry) for entry in entries]
    signed = checkpoint.Checkpoint(signer.name, SIZE, tree.Frontier().extend(leaves).root()).sign(signer)
    return proof.Proof(entries[index], index, tree.inclusion(index, SIZE, tree.Leaves(leaves)), signed).to_bytes()


async def verify(folder: Path, data: bytes, vkey: str) -> tuple[int, str]:
    (folder / "certificate").write_bytes(data)
    (folder / "vkey").write_text(vkey + "\n", "utf-8")
    command = ("bash", str(SCRIPT), str(folder / "certificate"), str(folder / "vkey"))
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(running.communicate(), 30)
    assert running.returncode is not None
    return running.returncode, said.decode()


@pytest.mark.parametrize("index", [0, 1, 7, 16, SIZE - 1])
async def test_a_true_certificate_is_accepted(tmp_path: Path, signer: note.Signer, index: int) -> None:
    code, said = await verify(tmp_path, certificate(signer, index), signer.vkey)
    assert (code, said) == (0, f'{{"n":{index}}}\nGOOD: entry {index} of {SIZE}\n')


async def test_every_changed_part_is_refused(tmp_path: Path, signer: note.Signer) -> None:
    good = certificate(signer, 7)
    lines = good.split(b"\n")
    for place in (i for i, line in enumerate(lines) if line):
        end = b"\x31" if lines[place][-1:] == b"\x32" else b"\x32"
        # The middle of a line: in base64 the last letters may have bits that mean nothing.
        middle = len(lines[place]) // 2
        other = b"A" if lines[place][middle : middle + 1] != b"A" else b"B"
        line = lines[place][:-1] + end if place == 2 else lines[place][:middle] + other + lines[place][middle + 1 :]
        code, said = await verify(tmp_path, b"\n".join([*lines[:place], line, *lines[place + 1 :]]), signer.vkey)
        assert (code, said.startswith(("GOOD", "{"))) == (1, False), lines[place]


async def test_another_key_is_refused(tmp_path: Path, signer: note.Signer) -> None:
    other = note.Signer(signer.name, ed25519.Ed25519PrivateKey.generate())
    code, said = await verify(tmp_path, certificate(signer, 3), other.vkey)
    assert (code, said) == (1, "REFUSED: no signature by this key\n")
