"""How a file from outside becomes a clean document.

What is hostile runs in a bounded child; nothing here stores anything.
"""
