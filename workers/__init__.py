"""Acts of time: deliver, sweep, checkpoint. Read `workers.deliver` first."""
