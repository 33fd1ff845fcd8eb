"""How the public finds documents by words: what they are indexed by, what a question means, what is shown of a text."""
