"""Everything the platform remembers: files, packages by key, records by identity, calls. On disk it is a journal."""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from channels.sandbox.disclosure import intake
from channels.sandbox.disclosure.refusal import RefusedError

FIRST_NUMBER = 1_000_001
MAX_CALLS = 5_000
NONE: Mapping[str, str] = MappingProxyType({})


class Book:
    """The state. Every change is in the journal, one JSON line each, before memory knows it and before the answer.

    A process that is killed leaves at most half a line at the end, which is cut off on the next start: its sender had
    no answer and asks by its key.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._bytes: dict[str, bytes] = {}
        self._identities: dict[str, str] = {}
        self.state: dict[str, Any] = {"files": {}, "packages": {}, "records": {}, "calls": []}
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folder(path).mkdir(exist_ok=True)
            self._replay(path)

    def note_call(self, method: str, path: str, status: int) -> None:
        """Remember that somebody called; not in the journal, for it is no promise to anyone."""
        calls = self.state["calls"]
        calls.append({"method": method, "path": path, "status": status})
        if len(calls) > 2 * MAX_CALLS:
            del calls[:MAX_CALLS]

    def put_file(self, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        if self._path:
            target = self._folder(self._path) / digest
            target.with_suffix(".new").write_bytes(data)
            target.with_suffix(".new").replace(target)
        else:
            self._bytes[digest] = data
        self._write({"file": digest, "size": len(data)})

    def file(self, digest: str) -> bytes:
        """Return the bytes. Raises KeyError."""
        if digest not in self.state["files"]:
            raise KeyError(digest)
        return (self._folder(self._path) / digest).read_bytes() if self._path else self._bytes[digest]

    def take(
        self, key: str, body: bytes, *, visible_after: float, public_base: str, verdict: Mapping[str, str] = NONE
    ) -> tuple[bool, dict[str, Any]]:
        """Take a package whole, or raise RefusedError and change nothing. Returns (is it new, the answer).

        The same key with the same bytes gets the same answer for ever; with other bytes it is refused. `verdict` is
        what the reviewers say of it: `returned` with a reason, `held` until somebody confirms it, or nothing.
        """
        digest = hashlib.sha256(body).hexdigest()
        if known := self.state["packages"].get(key):
            if known["sha256"] != digest:
                raise RefusedError(409, "reused_key", "同一编号已用于另一份报文。")
            return False, known["answer"]
        package = intake.package(body)
        for record in package["records"]:
            self._check(record)
        at = time.time()
        visible_at = at + visible_after
        line = {"key": key, "sha256": digest, "package": package, "at": at, "visible_at": visible_at}
        self._write({**line, "base": public_base, **verdict})
        return True, self.answer(key)

    def answer(self, key: str) -> dict[str, Any]:
        """Return what was answered under the key. Raises KeyError."""
        return dict(self.state["packages"][key]["answer"])

    def knows(self, key: str) -> bool:
        return key in self.state["packages"]

    def standing(self, key: str) -> dict[str, str]:
        """Return what the reviewers say of the package, nothing where they say nothing. Raises KeyError."""
        kept = self.state["packages"][key]
        return {"state": kept["verdict"], "reason": kept["reason"]} if kept["verdict"] else {}

    def confirm(self, key: str) -> None:
        """Let a held package go public. Raises KeyError for one that is not held."""
        if self.state["packages"][key]["verdict"] != "held":
            raise KeyError(key)
        self._write({"confirm": key})

    def remove(self, number: str) -> str:
        """Take a record down, as the platform may; a newer version brings it back. Returns its key. Raises KeyError."""
        versions = self.state["records"][self._identities[number]]["versions"]
        if not versions:
            raise KeyError(number)
        key = str(versions[-1]["key"])
        self._write({"remove": number})
        return key

    def shown(self, number: str) -> dict[str, Any]:
        """Return the version of the record that the public sees now. Raises KeyError while there is none."""
        versions = self._public(self.state["records"][self._identities[number]])
        if not versions:
            raise KeyError(number)
        return {"number": number, **versions[-1]["record"]}

    def number(self, identity: str) -> str | None:
        """Return the number of a record that the public can see."""
        kept = self.state["records"].get(identity)
        is_there = kept and self._public(kept) and not intake.is_withdrawn(self._public(kept)[-1]["record"])
        return str(kept["number"]) if kept and is_there else None

    def listed(self) -> list[dict[str, Any]]:
        """Return what the public sees, newest first."""
        kept = reversed(self.state["records"].values())
        shown = [{"number": one["number"], **self._public(one)[-1]["record"]} for one in kept if self._public(one)]
        return [one for one in shown if not intake.is_withdrawn(one)]

    def _public(self, kept: dict[str, Any]) -> list[dict[str, Any]]:
        now, packages = time.time(), self.state["packages"]
        return [one for one in kept["versions"] if one["visible_at"] <= now and not packages[one["key"]]["verdict"]]

    def _check(self, record: dict[str, Any]) -> None:
        missing = [digest for digest in intake.files(record) if digest not in self.state["files"]]
        if missing:
            fields = {"attachments": f"附件或图片 {missing[0][:16]}… 尚未上传"}
            raise RefusedError(422, "missing_file", "有附件或图片尚未上传。", fields)
        kept = self.state["records"].get(record["identity"])
        if kept is None or not kept["versions"]:
            return
        newest = kept["versions"][-1]["record"]
        if record["edition"] < newest["edition"]:
            raise RefusedError(409, "older_edition", f"已有第{newest['edition']}版，不接收更早的版本。")
        if record["edition"] == newest["edition"] and record["edition_sha256"] != newest["edition_sha256"]:
            raise RefusedError(409, "other_content", "同一版本号已用于另一份内容。")
        if record["edition"] == newest["edition"] and intake.is_withdrawn(newest) and not intake.is_withdrawn(record):
            raise RefusedError(409, "withdrawn", "该版本已经撤回，不能恢复，请以新版本报送。")

    def _write(self, line: dict[str, Any]) -> None:
        if self._path:
            with self._path.open("ab") as journal:
                journal.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._apply(line)

    def _replay(self, path: Path) -> None:
        data = path.read_bytes() if path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]
        if whole != data:
            path.write_bytes(whole)
        for line in whole.splitlines():
            self._apply(json.loads(line))

    def _apply(self, line: dict[str, Any]) -> None:
        if "file" in line:
            kept = self.state["files"].setdefault(line["file"], {"size": line["size"], "puts": 0})
            kept["puts"] += 1
            return
        if "confirm" in line:
            self.state["packages"][line["confirm"]]["verdict"] = ""
            return
        if "remove" in line:
            self.state["records"][self._identities[line["remove"]]]["versions"].clear()
            return
        placed = [self._place(record, line) for record in line["package"]["records"]]
        receipt = f"TJGK-{len(self.state['packages']) + 1:06d}"
        answer = {"receipt": receipt, "records": placed, "received_at": _stamp(line["at"])}
        action = line["package"]["action"]
        judged = {"verdict": line.get("verdict", ""), "reason": line.get("reason", "")}
        self.state["packages"][line["key"]] = {"sha256": line["sha256"], "action": action, "answer": answer, **judged}

    def _place(self, record: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
        number = str(FIRST_NUMBER + len(self.state["records"]))
        kept = self.state["records"].setdefault(record["identity"], {"number": number, "versions": []})
        kept["versions"].append({"key": line["key"], "visible_at": line["visible_at"], "record": record})
        self._identities[kept["number"]] = record["identity"]
        address = f"{line['base']}/records/{kept['number']}.html"
        return {"document": record["document"], "number": kept["number"], "address": address}

    @staticmethod
    def _folder(path: Path) -> Path:
        return path.with_name(f"{path.name}.files")


def _stamp(at: float) -> str:
    """Beijing time as the platform writes it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at + 8 * 3600))
