"""Checks before publication: edition in, findings out. Pure. Each finding says what is wrong, why, and what to do."""

from hub.core.checks.finding import Finding, Fix, Severity
from hub.core.checks.fixes import FIXES, apply
from hub.core.checks.publicity import NOTES
from hub.core.checks.run import blocking, entering, findings

__all__ = ["FIXES", "NOTES", "Finding", "Fix", "Severity", "apply", "blocking", "entering", "findings"]
