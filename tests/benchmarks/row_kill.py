"""kill -9 of any process at any step. Measured by the chaos suite; this is its place in the table."""

from tests.benchmarks.report import Figure, tell

NAME = "kill"


async def run(*, quick: bool) -> list[Figure]:  # noqa: ARG001 - every row is called alike
    """Say where the figure comes from: an hour of kills is no part of a benchmark run."""
    tell("kill: run by `make chaos N=1000`, which reports by itself")
    return [Figure(NAME, None, "kills without loss")]
