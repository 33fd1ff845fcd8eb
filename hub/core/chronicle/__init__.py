"""The log as people read it: entries, and the sentence that each of them is."""

from hub.core.chronicle.entry import WORKER, Entry, Names, document, name, word
from hub.core.chronicle.parts import SHORT
from hub.core.chronicle.sayings import sentence

__all__ = ["SHORT", "WORKER", "Entry", "Names", "document", "name", "sentence", "word"]
