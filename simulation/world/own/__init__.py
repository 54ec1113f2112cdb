"""Own firms and links: one file per format, one way of checking, one of filling."""
