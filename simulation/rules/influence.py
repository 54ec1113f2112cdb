"""Influence of partners and peers on adoption: three directed channels, each of which may be switched off."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.schema import Factor, LogOdds

__all__ = ["Influence", "peer_influence", "pressure"]

_UNKNOWN = "no firm-level effect size is known; results are also shown at 0"


class Influence(NamedTuple):
    """Weights of the three channels."""

    customers: Annotated[
        float, LogOdds("weight of customers who adopted", symbol="w_C", low=0.0, high=2.0, source=_UNKNOWN)
    ] = 0.8
    suppliers: Annotated[
        float, LogOdds("weight of suppliers who adopted", symbol="w_S", low=0.0, high=2.0, source=_UNKNOWN)
    ] = 0.4
    peers: Annotated[
        float,
        LogOdds("weight of peers of the own sector who adopted", symbol="w_P", low=0.0, high=2.0, source=_UNKNOWN),
    ] = 0.5
    spillover: Annotated[
        float,
        Factor(
            "weight of peers in other regions against those in the own region",
            symbol="spillover",
            low=0.0,
            high=1.0,
            source="assumed; P014 finds a small regional elasticity",
        ),
    ] = 0.3


@compiled_formula
def peer_influence(own_region: float, other_regions: float, spillover: float) -> float:
    """Return P = (own + spillover x others) / (1 + spillover), of adopter shares without the firm itself."""
    return (own_region + spillover * other_regions) / (1.0 + spillover)


@compiled_formula
def pressure(customers: float, suppliers: float, peers: float, influence: Influence) -> float:
    """Return w_C C + w_S S + w_P P, in log-odds, of three shares between 0 and 1."""
    return influence.customers * customers + influence.suppliers * suppliers + influence.peers * peers
