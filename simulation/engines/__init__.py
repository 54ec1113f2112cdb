"""The order of a month and the loops that run it."""
