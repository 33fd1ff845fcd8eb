"""What a row says: its figure, the floor measured beside it, and whether its bar is met. Prints nothing else."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line of `make bench`.

    `bar` is on the value or on its ratio to the floor, whichever the design names; a figure without a bar is shown
    because it explains another one, and is neither met nor missed.
    """

    row: str
    value: float | None
    unit: str
    floor: float | None = None
    bar: str = ""  #: `value <= 250`, `ratio >= 0.8`; empty for none

    @property
    def ratio(self) -> float | None:
        """Value over floor."""
        return self.value / self.floor if self.value is not None and self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None when there is none, or when nothing was measured."""
        if not self.bar:
            return None
        subject, sign, limit = self.bar.split()
        measured = self.value if subject == "value" else self.ratio
        if measured is None:
            return None
        return measured <= float(limit) if sign == "<=" else measured >= float(limit)

    def line(self) -> str:
        """The figure as one JSON object."""
        fields = {
            "row": self.row,
            "value": _short(self.value),
            "unit": self.unit,
            "floor": _short(self.floor),
            "ratio": _short(self.ratio),
            "bar": self.bar or None,
            "met": self.met,
        }
        return json.dumps(fields, ensure_ascii=False)


def put(figures: Sequence[Figure]) -> None:
    """Write the figures to standard output, one JSON object per line."""
    sys.stdout.write("".join(figure.line() + "\n" for figure in figures))
    sys.stdout.flush()


def tell(text: str) -> None:
    """Say on standard error how far a row has come."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def spread(name: str, values: Sequence[float], unit: str) -> None:
    """Say the middle and the ends of what was measured."""
    middle, high = median(values), quantile(values, 0.99)
    tell(
        f"{name}: n={len(values)} min {min(values):.1f} median {middle:.1f} p99 {high:.1f} max {max(values):.1f} {unit}"
    )


def _short(value: float | None) -> float | None:
    """Three digits behind the point are more than any of these is worth."""
    return None if value is None else round(value, 3)
