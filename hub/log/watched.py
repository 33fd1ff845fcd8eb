"""The auditor's verifier as a program of its own that tells how far it is: `python -m hub.log.watched DIRECTORY`.

Writes one JSON object per line: `{"done": entries}` now and then, `{"report": …}` at the end. Exit code 0 whatever the
report says; it is the reader who judges.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hub.log import verify
from hub.log.audit.report import Report, told

#: Nobody looks more often.
TELL_SECONDS = 0.2
#: Beside the export, so that the verifier does not meet it there.
SINCE = "since"


def main(directory: Path) -> None:
    """Verify the export in `directory`, held against the older checkpoint beside it, if there is one."""
    since = directory.parent / SINCE
    spoke = 0.0

    def tell(done: int) -> None:
        nonlocal spoke
        if time.monotonic() - spoke >= TELL_SECONDS:
            spoke = time.monotonic()
            _put({"done": done})

    kept = since.read_bytes() if since.is_file() else None
    _put({"report": _plain(verify.verify_directory(directory, since=kept, told=tell))})


def _plain(report: Report) -> dict[str, Any]:
    lines = list(told(report.findings, report.counts))
    return {**asdict(report), "findings": lines, "ok": report.ok}


def _put(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
