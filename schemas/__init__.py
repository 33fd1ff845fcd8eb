"""The vocabulary: data, enums, events and error codes that every layer shares. No I/O, no clock, no settings.

A newcomer reads this folder first: `release`, `edition`, `review`, `delivery`, `publication`, `entry`, then `errors`.
"""
