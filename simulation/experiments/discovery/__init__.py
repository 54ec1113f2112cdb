"""Under which conditions something happens: boxes and trees that describe where a policy fails."""
