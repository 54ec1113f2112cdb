"""Benchmarks: what a month costs, against the hardware, against other ways to write it, and over sizes.

``tierwise bench`` runs them from a source checkout; docs/performance.md explains them. No test depends on a time.
"""
