"""What will happen, and why something has not happened yet: whole Chinese sentences from data. Pure."""
