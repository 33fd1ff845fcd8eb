"""How Chinese official text is written: its numerals, dates and punctuation. Pure, and knows nobody."""
