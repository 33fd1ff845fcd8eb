"""Checks from the outside what the demo claims: pages, feeds, record, article, log and certificate."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from hub import evidence
from hub.app import House
from hub.demo.show import Outcome
from hub.log import verify
from hub.log.audit.report import Report
from hub.store import publications
from schemas.entry import BEIJING
from schemas.publication import Publication
from schemas.release import Release


@dataclass(frozen=True)
class Proof:
    """What was found, and every reason to doubt it."""

    publications: tuple[Publication, ...]
    certificate: bytes
    log_size: int
    doubts: tuple[str, ...]
    log_verified: bool
    certificate_verified: bool


async def prove(house: House, outcome: Outcome) -> Proof:
    """Fetch every public address, export and verify the log, verify the certificate. Nothing is believed."""
    release = outcome.release
    async with house.engine.connect() as connection:
        published = await publications.of_release(connection, release.id)
    doubts = await _doubts(published, release, house)
    report, certificate = await _log(house, release)
    doubts += [str(finding) for finding in report.findings if not report.ok]
    policy = f"log {house.signer.vkey}\nquorum none\n".encode()
    wrong = verify.verify_certificate(certificate, policy=policy)
    doubts += [str(finding) for finding in wrong]
    return Proof(
        publications=tuple(published),
        certificate=certificate,
        log_size=report.size,
        doubts=tuple(doubts),
        log_verified=report.ok,
        certificate_verified=not wrong,
    )


async def _doubts(published: list[Publication], release: Release, house: House) -> list[str]:
    doubts = []
    if {p.channel for p in published if p.document == "policy"} != set(house.channels):
        doubts.append("有渠道没有政策文件的发布记录")
    official = release.official_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if release.official_at else "?"
    timed = {name for name, channel in house.channels.items() if channel.traits.editable}
    async with aiohttp.ClientSession(trust_env=False) as http:
        for one in published:
            async with http.get(one.address) as answer:
                body = await answer.text()
            if answer.status != 200 or one.seen_at is None:  # noqa: PLR2004 - HTTP's own number
                doubts.append(f"{one.channel} 的 {one.document} 打不开：{answer.status}")
            # Feeds carry the time in RFC 3339, pages in words.
            if one.channel in timed and official not in body and official.replace(" ", "T") not in body:
                doubts.append(f"{one.channel} 的 {one.document} 没有标明正式发布时间 {official}")
    return doubts


async def _log(house: House, release: Release) -> tuple[Report, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "log"
        await evidence.write_export(house.engine, house.signer.vkey, directory)
        policy = f"log {house.signer.vkey}\nquorum none\n".encode()
        report = await asyncio.to_thread(verify.verify_directory, directory, policy=policy)
        certificate = (directory / "certificates" / f"{release.id}.tlog-proof").read_bytes()
    return report, certificate
