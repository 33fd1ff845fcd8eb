import pytest

from channels.conformance.editions import build_edition
from channels.conformance.plugin import Opener
from channels.conformance.trouble import cut_everywhere
from channels.conformance.way import Way
from schemas.edition import Edition
from tests.contract.world import WORLDS, Copied


class TestWay(Way):
    worlds = (*WORLDS, Copied)


class TestCopies:
    worlds = (Copied,)

    async def test_a_worker_that_dies_over_copies_doubles_nothing(self, opener: Opener) -> None:
        await cut_everywhere(opener, build_edition(), "commit", late=True)

    @pytest.mark.timeout(180)  # a process for each await
    async def test_nor_does_one_that_dies_over_the_process_that_makes_them(
        self, opener: Opener, edition: Edition
    ) -> None:
        await cut_everywhere(opener, edition, "prepare", late=True)
