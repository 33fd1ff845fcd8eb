"""Copies of a text to keep: Word and PDF, made from the same edition as its page."""
