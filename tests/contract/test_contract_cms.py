import os

import pytest

from channels.conformance.after import After
from channels.conformance.suite import Conformance
from channels.conformance.way import Way
from tests.contract.wordpress import ADDRESS, Blog, WordPress


class TestCms(Conformance):
    worlds = (Blog,)


@pytest.mark.skipif(ADDRESS not in os.environ, reason=f"no WordPress to talk to: {ADDRESS} names none")
class TestWordPress(Way, After):
    worlds = (WordPress,)
