"""The demo: a real notice goes from a file to every channel, is seen there, timed and proven."""
