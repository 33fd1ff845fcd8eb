"""`make bench`: the rows of the design's section 7, each measured, with its floor, in this run.

`python -m tests.benchmarks [ROW …] [--quick]`. Says on standard error how far it is; ends with one JSON object per line
on standard output. Leaves with 1 when a bar is missed or a row could not be measured.
"""

import argparse
import asyncio
import logging
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping

from hub.cli import frame
from tests.benchmarks import (
    report,
    row_archive,
    row_isolation,
    row_kill,
    row_schedule,
    row_search,
    row_seen,
    row_serving,
    row_throughput,
    row_verify,
)
from tests.benchmarks.report import Figure

Row = Callable[..., Awaitable[list[Figure]]]

#: In the order of the design's table.
ROWS: Mapping[str, Row] = {
    row_seen.NAME: row_seen.run,
    row_schedule.NAME: row_schedule.run,
    row_isolation.NAME: row_isolation.run,
    row_throughput.NAME: row_throughput.run,
    row_archive.NAME: row_archive.run,
    row_search.NAME: row_search.run,
    row_serving.NAME: row_serving.run,
    row_kill.NAME: row_kill.run,
    row_verify.NAME: row_verify.run,
}


async def main(names: list[str], *, quick: bool) -> int:
    """Measure the rows one after the other; one that fails does not take the others with it."""
    # Asked to stop, it still takes its engines and its files away with it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _this_task().cancel)
    figures: list[Figure] = []
    failed = False
    for name in names:
        report.tell(f"{name} ...")
        started = time.perf_counter()
        try:
            figures += await ROWS[name](quick=quick)
        except Exception:  # noqa: BLE001 - the row's own trouble, whatever it is, is told and counted
            report.tell(f"{name} could not be measured\n{traceback.format_exc()}")
            figures.append(Figure(name, None, ""))
            failed = True
        report.tell(f"{name} took {time.perf_counter() - started:.0f} s")
    report.put(figures)
    return 1 if failed or any(figure.met is False for figure in figures) else 0


def _this_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of: {' '.join(ROWS)} (all by default)")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it runs, not to quote")
    given = parser.parse_args()
    if unknown := [name for name in given.rows if name not in ROWS]:
        parser.error(f"no row is called {' '.join(unknown)}; there are {' '.join(ROWS)}")
    return given


if __name__ == "__main__":
    frame.logs(logging.WARNING)
    frame.settle()
    arguments = _arguments()
    sys.exit(asyncio.run(main(arguments.rows or list(ROWS), quick=arguments.quick)))
