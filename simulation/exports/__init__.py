"""What leaves the program: worlds, months of runs and results as tables and graphs that other programs read."""
