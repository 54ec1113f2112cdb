"""Checking the network of a scenario before any run."""
