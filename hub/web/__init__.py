"""Two aiohttp applications: the public one, and the staff one with its API. HTTP in and out, nothing decided here."""
