"""Print what the checks find of what was planted, and what they find in clean texts.

.venv/bin/python -m tests.checks.measure
"""

import sys
from collections import Counter
from datetime import date

from hub.core import checks
from hub.core.checks import Finding, Severity
from hub.core.checks.known import Known
from tests.checks import clean, faults

TODAY = date(2026, 11, 26)
GRAVE = (Severity.BLOCKS, Severity.WARNS)


def alarms() -> list[tuple[str, Finding]]:
    """What stops or warns in texts in which nothing is wrong."""
    known = Known(today=TODAY)
    return [
        (name, one)
        for name, edition in clean.editions()
        for one in checks.findings(edition, known=known)
        if one.severity in GRAVE
    ]


def missed() -> tuple[list[str], Counter[Severity]]:
    """The faults that were not found as what they are, and how many were planted of each gravity."""
    lost, planted = [], Counter[Severity]()
    for fault in faults.all_of_them():
        severity = faults.RULES[fault.code].severity
        planted[severity] += 1
        found = checks.findings(fault.edition, faults.PHRASES, known=fault.known)
        if fault.code not in {one.code for one in found}:
            lost.append(f"{severity} {fault.code}: {fault.name} → {sorted({one.code for one in found})}")
        elif severity is Severity.BLOCKS:
            stopping = checks.entering(fault.edition, known=fault.known)
            if fault.code not in {one.code for one in stopping}:
                lost.append(f"{fault.code} does not stop: {fault.name}")
    return lost, planted


def main() -> int:
    lost, planted = missed()
    false = alarms()
    total = sum(1 for _ in clean.editions())
    touched = len({name for name, _ in false})
    said = [f"missed {line}" for line in lost]
    said += [f"false {one.code} {name} {one.message}" for name, one in false]
    blocks = planted[Severity.BLOCKS]
    lost_blocks = sum(line.startswith("blocks") or "does not stop" in line for line in lost)
    kinds = len(clean.texts())
    said.append(f"planted {planted.total()} faults, {blocks} blocking: {len(lost)} missed, {lost_blocks} blocking")
    said.append(f"clean texts {total}, {kinds} different: {touched} with a false alarm, {touched / total:.1%}")
    sys.stdout.write("\n".join(said) + "\n")
    return 1 if lost_blocks or touched / total >= 0.02 else 0


if __name__ == "__main__":
    sys.exit(main())
