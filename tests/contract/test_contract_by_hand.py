from channels.conformance.suite import Conformance
from tests.contract.by_hand import Carried


class TestCarried(Conformance):
    """What a person carries keeps every promise that the contract makes of it."""

    worlds = (Carried,)
