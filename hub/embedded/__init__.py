"""The embedded engines: real PostgreSQL and real Valkey as child processes under a data directory.

For a laptop, a test or a single machine. It never opens a TCP port and never touches data outside its directory.
"""

from hub.embedded.binaries import EmbeddedError, binary
from hub.embedded.lifecycle import Engines, engines

__all__ = ["EmbeddedError", "Engines", "binary", "engines"]
