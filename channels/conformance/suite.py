"""All parts of the suite in one class.

class TestBoard(Conformance):
    worlds = (Board,)
"""

from channels.conformance.after import After
from channels.conformance.render import Render
from channels.conformance.terms import Terms
from channels.conformance.trouble import Trouble
from channels.conformance.way import Way


class Conformance(Terms, Render, Way, Trouble, After):
    """Everything that is asked of a kind of channel."""
