from channels.conformance.after import After
from tests.contract.world import WORLDS


class TestAfter(After):
    worlds = WORLDS
