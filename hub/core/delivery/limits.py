"""The numbers by which a delivery is tried again, looked after, and given up."""

from datetime import timedelta

#: Failed tries before giving up; with `BACKOFF_CAP` this is about a day.
MAX_ATTEMPTS = 40
#: Workers that may die on one delivery before it waits for a person.
MAX_CLAIMS = 3
BACKOFF_FIRST_SECONDS = 1.0
BACKOFF_CAP_SECONDS = 1800.0
#: A wait this short keeps the lease: going through the queue would take longer.
SHORT_WAIT_SECONDS = 0.25
#: A look that finds nothing is repeated at its own pace eight times, then twice as slowly, and so on.
LOOKS_PER_PACE = 8
SLOWEST_PACE = 64
SLOWEST_LOOK_SECONDS = 64.0
#: A look that met no answer at all.
LOOK_AGAIN_SECONDS = 1.0
#: How long a channel may take to show, or to find, what it was given before a person is told.
PATIENCE = timedelta(hours=24)
