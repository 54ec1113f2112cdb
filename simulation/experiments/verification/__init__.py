"""Exact limits: what the model must give where a formula is known, each with its source."""

from __future__ import annotations

from simulation.experiments.verification import adoption, defects, interaction, lateness, learning
from simulation.experiments.verification.check import Check, Limit

__all__ = ["LIMITS", "Check", "Limit"]

LIMITS: tuple[Limit, ...] = (
    *adoption.LIMITS,
    *interaction.LIMITS,
    *learning.LIMITS,
    *defects.LIMITS,
    *lateness.LIMITS,
)
"""All exact limits in the order of the page."""
