"""The auditor's verifier: is this the true, whole, unchanged log of the key that we trust, and is its story lawful?

Needs no network, no database and no program of the hub but this and `audit/`; believes nothing that it can recompute.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hub.log.audit import certificates, trust
from hub.log.audit.folder import Folder
from hub.log.audit.recompute import Questions, Recomputation
from hub.log.audit.report import (
    NO_MEMORY,
    NO_WITNESS,
    SELF_CONSISTENT,
    Finding,
    Findings,
    RefusedError,
    Report,
)


@dataclass(slots=True)
class _Audit:
    """What has been established so far; turned into a report at whatever point the checks had to stop."""

    findings: Findings = field(default_factory=Findings)
    questions: Questions = field(default_factory=Questions)
    cautions: list[str] = field(default_factory=list)
    claims: dict[str, certificates.Claim] = field(default_factory=dict)
    origin: str = ""
    signed: trust.Signed | None = None
    since: trust.Signed | None = None
    entries_checked: int = 0
    certificates_checked: int = 0
    told: Callable[[int], None] = lambda checked: None  # noqa: ARG005 - whoever does not want to know

    def report(self) -> Report:
        return Report(
            origin=self.origin,
            size=self.signed.size if self.signed else 0,
            root=self.signed.root.hex() if self.signed else "",
            entries_checked=self.entries_checked,
            certificates_checked=self.certificates_checked,
            findings=tuple(self.findings.kept),
            findings_count=self.findings.count,
            counts=dict(self.findings.counts),
            cautions=tuple(self.cautions),
        )


def verify_directory(
    path: Path,
    *,
    policy: bytes | None = None,
    since: bytes | None = None,
    told: Callable[[int], None] | None = None,
) -> Report:
    """Check an exported log and report; never raises for anything that the directory or the two inputs hold.

    `policy` is a tlog-policy that reached the auditor by another way than the export; without it the result speaks of
    self-consistency only, and says so. `since` is a checkpoint that the auditor kept: the log must extend it. Reads
    each file once, in bounded pieces, changes nothing, and may run as often as wanted. `told` hears after every bundle
    how many entries are checked.
    """
    audit = _Audit(told=told) if told else _Audit()
    try:
        _check(audit, Folder(path), policy, since)
    except RefusedError as refused:
        audit.findings.take(refused)
    return audit.report()


def verify_certificate(data: bytes, *, policy: bytes) -> tuple[Finding, ...]:
    """Check one certificate without the log: its form, path and signature. Empty when it holds."""
    findings = Findings()
    try:
        certificates.read(data, trust.read_policy(policy))
    except RefusedError as refused:
        findings.take(refused, "certificate")
    return tuple(findings.kept)


def _check(audit: _Audit, folder: Folder, policy: bytes | None, since: bytes | None) -> None:
    for name in sorted(folder.irregular):
        audit.findings.add("file.irregular", name)
    key = _trusted_key(audit, folder, policy)
    audit.origin = key.name
    audit.signed = _checkpoint(folder.take("checkpoint", trust.MAX_CHECKPOINT), key, "checkpoint", alone=True)
    audit.questions.sizes.add(audit.signed.size)
    _take_since(audit, key, since)
    _take_certificates(audit, folder, key)
    _recompute(audit, folder)
    _judge(audit)
    for name in sorted(folder.left):
        audit.findings.add("file.stray", name)


def _trusted_key(audit: _Audit, folder: Folder, policy: bytes | None) -> trust.Key:
    own = folder.take("policy.txt", trust.MAX_POLICY)
    if policy is None:
        audit.cautions.append(SELF_CONSISTENT)
    audit.cautions.append(NO_WITNESS)
    try:
        key = trust.read_policy(own if policy is None else policy)
    except RefusedError as refused:
        # Any fault within a policy, down to its base64, is a fault of the policy.
        raise RefusedError("policy.malformed", "policy.txt" if policy is None else "--policy") from refused
    if own != trust.own_policy(key):
        audit.findings.add("policy.differs", "policy.txt")
    if folder.take("log.vkey", trust.MAX_POLICY) != f"{key.vkey}\n".encode():
        audit.findings.add("vkey.differs", "log.vkey")
    return key


def _checkpoint(data: bytes, key: trust.Key, file: str, *, alone: bool) -> trust.Signed:
    try:
        return trust.read_checkpoint(data, key, alone=alone)
    except RefusedError as refused:
        raise RefusedError(refused.code, file) from refused


def _take_since(audit: _Audit, key: trust.Key, since: bytes | None) -> None:
    """Ask for the root at the size that the auditor remembers. If the log is shorter, nothing else about it counts."""
    if since is None:
        audit.cautions.append(NO_MEMORY)
        return
    audit.since = _checkpoint(since, key, "--since", alone=False)
    size = audit.signed.size if audit.signed else 0
    if audit.since.size > size:
        raise RefusedError("since.rollback", "--since", since=audit.since.size, size=size)
    audit.questions.sizes.add(audit.since.size)


def _take_certificates(audit: _Audit, folder: Folder, key: trust.Key) -> None:
    for file in sorted(folder.left):
        release = certificates.release_of(file)
        if release is None:
            continue
        try:
            claim = certificates.read(folder.take(file, certificates.MAX_CERTIFICATE), key)
            _ask(audit, file, release, claim)
        except RefusedError as refused:
            audit.findings.take(refused, file)


def _ask(audit: _Audit, file: str, release: int, claim: certificates.Claim) -> None:
    if claim.release != release:
        raise RefusedError("certificate.name")
    if audit.signed is None or claim.size > audit.signed.size:
        raise RefusedError("certificate.ahead")
    audit.claims[file] = claim
    audit.questions.sizes.add(claim.size)
    audit.questions.indexes.add(claim.index)


def _recompute(audit: _Audit, folder: Folder) -> None:
    if audit.signed is None:
        return
    stream = Recomputation(folder, audit.signed.size, audit.questions, audit.findings, audit.told)
    try:
        if stream.run() != audit.signed.root:
            audit.findings.add("root.differs", "checkpoint")
    finally:
        audit.entries_checked = stream.checked


def _judge(audit: _Audit) -> None:
    """Hold what was remembered and handed out against what the entries came to."""
    roots, leaves = audit.questions.roots, audit.questions.leaves
    if audit.since and roots[audit.since.size] != audit.since.root:
        audit.findings.add("since.fork", "--since", since=audit.since.size)
    for file, claim in audit.claims.items():
        if leaves[claim.index] != claim.leaf:
            audit.findings.add("certificate.entry", file, index=claim.index)
        elif roots[claim.size] != claim.root:
            audit.findings.add("certificate.root", file)
        else:
            audit.certificates_checked += 1
