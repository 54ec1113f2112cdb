"""The model: one mechanism per file, with its parameters, its formula and its source."""
