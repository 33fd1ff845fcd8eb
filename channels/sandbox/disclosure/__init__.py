"""A stand-in for the municipal disclosure platform, on a laptop and in tests. An independent party: it trusts nothing.

It shares no code with `channels.disclosure`, only the words of the interface.
"""

from channels.sandbox.disclosure.app import make_app, run
from channels.sandbox.disclosure.options import Options

__all__ = ["Options", "make_app", "run"]
