"""What changed between two texts or two editions, as a person reads it: 花脸稿. Pure.

Only `page` needs the dictionary of words, which takes a tenth of a second to load: `source` and `changes` do without.
"""
