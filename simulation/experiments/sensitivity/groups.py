"""Groups of factors that are analysed together."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.experiments.sample import Factor

__all__ = ["group_labels", "group_names"]


def _group(factor: Factor) -> str:
    return factor.group or factor.name


def group_names(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Return the groups in the order in which they first appear; a factor that stands alone is its own group."""
    return tuple(dict.fromkeys(_group(factor) for factor in factors))


def group_labels(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Return what the groups are called for people: the factor's label, or the name of a group of several."""
    members = {name: [factor for factor in factors if _group(factor) == name] for name in group_names(factors)}
    return tuple(
        found[0].label or found[0].name if len(found) == 1 else f"{name} ({len(found)} factors)"
        for name, found in members.items()
    )
