"""Pure rules. No await, no clock, no dice: the time and the dice are arguments."""
