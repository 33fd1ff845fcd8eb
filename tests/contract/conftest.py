"""Our own kinds are held to the contract as a stranger's would be: by the suite that is shipped."""

from channels.conformance.plugin import edition, opener, pytest_generate_tests, world

__all__ = ["edition", "opener", "pytest_generate_tests", "world"]
