"""The command line: one command per file, each with a function ``register(app)``; found by listing this folder."""
