"""The log as people read it: entries, and the sentence that each of them is."""

from hub.core.chronicle.entry import WORKER, Entry, Names, document, name, word
from hub.core.chronicle.sayings import SHORT, sentence

__all__ = ["SHORT", "WORKER", "Entry", "Names", "document", "name", "sentence", "word"]
