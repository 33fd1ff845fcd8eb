"""Live pages: what the public site works out when it is asked, in the frame of the prepared pages."""
