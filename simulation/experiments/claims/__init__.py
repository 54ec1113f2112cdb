"""The claims that the model is asked about: each with its contrast, its null, and the smallest effect that matters."""
