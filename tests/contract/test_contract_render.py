from channels.conformance.render import Render
from tests.contract.world import WORLDS


class TestRender(Render):
    worlds = WORLDS
