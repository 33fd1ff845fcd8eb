"""Calls to whoever sent a package: public, returned, taken down. Tried again when not taken; signed as agreed."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any

import aiohttp

from channels.sandbox.disclosure.options import Options

PATIENCE = aiohttp.ClientTimeout(total=5)
TRIES = 3


class Caller:
    """Lives as long as the sandbox runs."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._calls: set[asyncio.Task[None]] = set()

    def tell(self, event: str, key: str, answer: dict[str, Any], *, reason: str = "", after: float = 0.0) -> None:
        """Have somebody called, after so many seconds; nobody where the options name nobody."""
        if not self._options.callback_url:
            return
        body = json.dumps({"event": event, "key": key, "reason": reason, **answer}, ensure_ascii=False).encode()
        task = asyncio.get_running_loop().create_task(self._bring(body, after))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        for task in tuple(self._calls):
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _bring(self, body: bytes, after: float) -> None:
        await asyncio.sleep(after)
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            for _ in range(TRIES):
                if await self._call(http, body):
                    return
                await asyncio.sleep(self._options.callback_retry_seconds)

    async def _call(self, http: aiohttp.ClientSession, body: bytes) -> bool:
        stamp = str(int(time.time()))
        said = f"callback\n{stamp}\n{hashlib.sha256(body).hexdigest()}"
        signature = hmac.new(self._options.secret.encode(), said.encode(), hashlib.sha256).hexdigest()
        query, headers = {"timestamp": stamp, "signature": signature}, {"Content-Type": "application/json"}
        try:
            async with http.post(self._options.callback_url, params=query, data=body, headers=headers) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False
