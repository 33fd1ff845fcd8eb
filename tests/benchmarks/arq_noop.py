"""arq's own speed: a worker process of arq that runs jobs which do nothing, over the same Valkey.

As a program, `python -m tests.benchmarks.arq_noop REDIS_URL MAX_JOBS`, it is that worker, and prints jobs/s.
"""

import asyncio
import sys
import time
from typing import Any, cast

from arq.worker import Worker, func

from hub import bell
from tests.benchmarks.town import Town

QUEUE = "bench:noop"


async def rate(built: Town, *, jobs: int, max_jobs: int) -> float:
    """Queue the jobs, have a fresh arq worker process run them, and return how many it ran in a second."""
    redis = bell.connect(built.house.servers.redis_url)
    for number in range(jobs):
        await redis.enqueue_job("noop", _queue_name=QUEUE, _job_id=f"{QUEUE}:{max_jobs}:{time.time_ns()}:{number}")
    await redis.aclose(close_connection_pool=True)
    command = ("-m", "tests.benchmarks.arq_noop", built.house.servers.redis_url, str(max_jobs))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), 120)
    return float(out)


async def _work(url: str, max_jobs: int) -> float:
    """Run all there are, and return how many it ran in a second: from the first start to the last end."""
    times: list[float] = []

    async def noop(_ctx: dict[Any, Any]) -> None:
        times.append(time.perf_counter())

    redis = bell.connect(url)
    worker = Worker(
        functions=[func(cast("Any", noop), name="noop")],
        queue_name=QUEUE,
        redis_pool=redis,
        handle_signals=False,
        burst=True,
        max_jobs=max_jobs,
        poll_delay=0.01,
        queue_read_limit=1000,
        keep_result=0,
        log_results=False,
        job_serializer=redis.job_serializer,
        job_deserializer=redis.job_deserializer,
    )
    await worker.async_run()
    took = time.perf_counter() - times[0]
    await redis.aclose(close_connection_pool=True)
    return len(times) / took


if __name__ == "__main__":
    print(asyncio.run(_work(sys.argv[1], int(sys.argv[2]))))  # noqa: T201 - the answer
