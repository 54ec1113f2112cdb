"""Optimisation: which split of a fixed budget over levers serves which aims, and what cannot be had together."""
