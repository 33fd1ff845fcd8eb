"""The hub: pure rules, store, log, acts of people, web applications, and the roots that put them together."""
