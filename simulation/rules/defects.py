"""Defects travel as a noisy-OR through incoming inspection, one link per round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from simulation.compiled import compiled_formula
from simulation.elementary import (
    SMALL,
    log1m,
    log1m_series,
    log1m_small,
    one_minus_exp,
    one_minus_exp_series,
    one_minus_exp_small,
)
from simulation.schema import Factor, Share

if TYPE_CHECKING:
    import numpy as np  # filled in when the first function is used

__all__ = [
    "LARGEST_SHARE",
    "Defects",
    "defect_hazard",
    "defect_share",
    "inherited_hazard",
    "inspection",
    "is_passing_linear",
    "link_factor",
    "mismatch",
    "passing_factor",
    "small_defect_hazard",
    "small_defect_share",
    "small_inherited_hazard",
    "smallest_defect_share",
    "stored_defect_share",
    "stored_inherited_hazard",
]

LARGEST_SHARE = 1.0 - 1e-12
"""Defect shares stay below this, so that ln(1 - d) is finite."""


class Defects(NamedTuple):
    """Parameters of passing on defects."""

    critical_inputs: Annotated[
        float,
        Factor("critical-input equivalents of a product", symbol="m", low=0.5, high=4.0, source="assumed"),
    ] = 2.0
    inspection: Annotated[
        float,
        Share("share of incoming defects that inspection finds", symbol="v0", low=0.5, high=0.9, source="assumed"),
    ] = 0.8
    inspection_effect: Annotated[
        float, Share("inspection gained at effective use 1", symbol="v1", low=0.0, high=0.2, source="assumed")
    ] = 0.1
    mismatch: Annotated[
        float,
        Factor(
            "how much more the input of a partner behind hurts, per unit of lag in effective use",
            symbol="chi",
            low=0.0,
            high=1.0,
            source="assumed, never measured; results are always shown at 0 too",
        ),
    ] = 0.25


@compiled_formula
def inspection(effective: float, parameters: Defects) -> float:
    """Return v = min(1, v0 + v1 e), the share of incoming defects found."""
    return min(1.0, parameters.inspection + parameters.inspection_effect * effective)


@compiled_formula
def passing_factor(effective: float, parameters: Defects) -> float:
    """Return m (1 - v), defects that a firm passes on per small defect share of all its suppliers; without mismatch."""
    return parameters.critical_inputs * (1.0 - inspection(effective, parameters))


@compiled_formula
def is_passing_linear(parameters: Defects) -> bool:
    """Say whether `passing_factor` falls in proportion to effective use from 0 to 1: inspection never finds all."""
    return parameters.inspection + parameters.inspection_effect <= 1.0


@compiled_formula
def mismatch(buyer_effective: float, supplier_effective: float, parameters: Defects) -> float:
    """Return x = 1 + chi max(0, e_i - e_j): a tight process is hurt more by input from a partner that is not."""
    return 1.0 + parameters.mismatch * max(0.0, buyer_effective - supplier_effective)


@compiled_formula
def defect_hazard(share: float) -> float:
    """Return -ln(1 - d), the additive form of a defect share."""
    return log1m(min(share, LARGEST_SHARE))


@compiled_formula
def small_defect_hazard(share: float) -> float:
    """Return `defect_hazard` of a share below `SMALL`, in loops where all are."""
    return log1m_small(share)


@compiled_formula
def link_factor(weight: float, mismatch: float, parameters: Defects) -> float:
    """Return m w x, by which the defects that inspection lets through count over a link."""
    return parameters.critical_inputs * weight * mismatch


@compiled_formula
def inherited_hazard(factor: float, let_through: float, supplier_defects: float) -> float:
    """Return the link's term -m w x ln(1 - (1 - v) d_j), at least 0, given m w x and 1 - v."""
    return factor * log1m(let_through * min(supplier_defects, LARGEST_SHARE))


@compiled_formula
def small_inherited_hazard(factor: Any, let_through: Any, supplier_defects: Any, terms: Any) -> Any:  # noqa: ANN401
    """Return `inherited_hazard` of a defect share below `SMALL`, in loops where all are, in the precision of a run."""
    return factor * log1m_series(let_through * supplier_defects, terms)


@compiled_formula
def defect_share(hazard: float) -> float:
    """Return d = 1 - exp(-hazard), below 1 - 1e-12."""
    return min(one_minus_exp(hazard), LARGEST_SHARE)


@compiled_formula
def stored_inherited_hazard(factor: Any, let_through: Any, supplier_defects: Any, terms: Any) -> Any:  # noqa: ANN401
    """Return `inherited_hazard` as months compute it: where it is small, in the precision of a run."""
    if let_through * supplier_defects < SMALL:
        return small_inherited_hazard(factor, let_through, supplier_defects, terms)
    return inherited_hazard(np.float64(factor), np.float64(let_through), np.float64(supplier_defects))


@compiled_formula
def smallest_defect_share(hazard: Any, terms: Any) -> Any:  # noqa: ANN401
    """Return `defect_share` of a hazard below `SMALL`, in loops where all are, in the precision of a run."""
    return one_minus_exp_series(hazard, terms)


@compiled_formula
def stored_defect_share(hazard: Any, terms: Any) -> Any:  # noqa: ANN401
    """Return `defect_share` as months compute it: where it is small, in the precision of a run."""
    if hazard < SMALL:
        return smallest_defect_share(hazard, terms)
    return defect_share(np.float64(hazard))


@compiled_formula
def small_defect_share(hazard: float) -> float:
    """Return `defect_share` of a hazard below `SMALL_HAZARD`, in loops where all are."""
    return one_minus_exp_small(hazard)
