from channels.conformance.trouble import Trouble
from tests.contract.world import WORLDS


class TestTrouble(Trouble):
    worlds = WORLDS
