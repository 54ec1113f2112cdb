"""Who exists and who buys from whom: generated from shares, or read from own tables."""
