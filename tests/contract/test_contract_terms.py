from channels.conformance.terms import Terms
from tests.contract.world import WORLDS


class TestTerms(Terms):
    worlds = WORLDS
