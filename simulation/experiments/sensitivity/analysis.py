"""The sensitivity analysis that fits a sweep, by one name."""

from __future__ import annotations

from simulation.errors import InputError
from simulation.experiments.response import Missing, Response
from simulation.experiments.sensitivity.fitting import check_design, fitting_method
from simulation.experiments.sensitivity.morris import ElementaryEffects, elementary_effects
from simulation.experiments.sensitivity.one_at_a_time import OneAtATime, one_at_a_time
from simulation.experiments.sensitivity.pawn import Pawn, pawn
from simulation.experiments.sensitivity.sobol import SobolIndices, sobol_indices

__all__ = ["Sensitivity", "analyse_sensitivity"]

Sensitivity = OneAtATime | ElementaryEffects | SobolIndices | Pawn


def analyse_sensitivity(
    response: Response,
    method: str = "auto",
    *,
    on_missing: Missing = "refuse",
    has_second_order: bool = False,
    confidence: float = 0.95,
    seed: int = 1,
) -> Sensitivity:
    """Return the analysis by one of `DESIGNS`' methods; "auto" is the one that fits the design.

    Raises
    ------
    InputError
        Where the method does not fit the design (said with the one that does), or the data do not allow it.
    """
    chosen = fitting_method(response.sample) if method == "auto" else method
    check_design(response.sample, chosen)
    if has_second_order and chosen != "sobol":
        message = (
            f"second-order indices belong to the design sobol, and this sweep is of the kind {response.sample.design}"
        )
        raise InputError(message)
    match chosen:
        case "one_at_a_time":
            return one_at_a_time(response, on_missing=on_missing, confidence=confidence)
        case "morris":
            return elementary_effects(response, on_missing=on_missing, confidence=confidence, seed=seed)
        case "sobol":
            return sobol_indices(
                response, has_second_order=has_second_order, on_missing=on_missing, confidence=confidence, seed=seed
            )
        case _:
            return pawn(response, on_missing=on_missing, confidence=confidence, seed=seed)
