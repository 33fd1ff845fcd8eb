"""`python -m tests.chaos.small COMMANDS`: several commands of the chaos one after the other, in one process.

COMMANDS is JSON, a list of lists of words. After what each of them says stands its exit code, as a line of its own.
What every command would start for itself, above all the process that programs are born in, is started once.
"""

import asyncio
import json
import logging
import sys

from hub.cli import frame
from tests.chaos import __main__ as command
from tests.chaos import slots


async def main(commands: list[list[str]]) -> None:
    """Run the commands."""
    async with slots.Nursery().open() as nursery:
        for words in commands:
            code = await command.main(command.arguments(words), nursery)
            sys.stdout.write(f"{code}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    frame.settle()
    frame.logs(logging.ERROR)
    asyncio.run(main(json.loads(sys.argv[1])))
