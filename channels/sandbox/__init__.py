"""Stand-ins for vendors, on a laptop and in tests: what can be observed of them, faults included. Never for real."""
