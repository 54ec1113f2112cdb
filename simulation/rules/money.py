"""Value added of a firm: what it makes, what AI adds, and what defects, lateness and AI itself cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.schema import Factor, Share

if TYPE_CHECKING:
    import numpy as np  # filled in when the first function is used

__all__ = [
    "MoneyFlows",
    "firms_per_customer",
    "handling_cost",
    "in_steps",
    "lateness_cost",
    "purchase_value",
    "quality_cost",
    "running_cost",
    "value_of_time",
]


class MoneyFlows(NamedTuple):
    """Parameters of value added; amounts are million won a year."""

    output_effect: Annotated[
        float,
        Factor(
            "sales gained per share of working time turned into output",
            symbol="psi",
            maximum=10.0,
            low=0.0,
            high=1.0,
            source="assumed: about the share of labour in sales",
        ),
    ] = 0.3
    quality_cost: Annotated[
        float,
        Factor(
            "cost of a defect that reaches final demand, over the value of the delivery",
            symbol="c_q",
            low=1.0,
            high=100.0,
            source="assumed",
        ),
    ] = 10.0
    handling_cost: Annotated[
        float,
        Factor(
            "cost of a defect found by incoming inspection, over the value of the delivery",
            symbol="c_h",
            low=0.2,
            high=5.0,
            source="assumed",
        ),
    ] = 1.0
    lateness_cost: Annotated[
        float,
        Factor(
            "cost of deliveries a month late, over their value",
            symbol="c_l",
            low=0.02,
            high=0.5,
            source="assumed",
        ),
    ] = 0.1
    running_share: Annotated[
        float,
        Share("yearly cost of running AI over the install cost", symbol="c_r", low=0.05, high=0.3, source="assumed"),
    ] = 0.15


@compiled_formula
def in_steps(amount: float, steps: float) -> float:
    """Return an amount, million won a year, rounded to a multiple of 1 / steps.

    Sums of such amounts are exact, so that sales do not depend on the order in which purchases are added.
    """
    return np.floor(amount * steps + 0.5) / steps


@compiled_formula
def purchase_value(weight: float, purchases: float, steps: float) -> float:
    """Return V = w x purchases in steps (`in_steps`)."""
    return in_steps(weight * purchases, steps)


@compiled_formula
def value_of_time(
    sales: float,
    adopted: float,
    user_share: float,
    reinvested: float,
    learning_share: float,
    time_saved: float,
    parameters: MoneyFlows,
) -> float:
    """Return psi rho (1 - lambda) tau u A y: the output made in the time that AI saves."""
    worked = reinvested * (1.0 - learning_share) * time_saved * user_share * adopted
    return parameters.output_effect * worked * sales


@compiled_formula
def quality_cost(defects: float, final_demand: float, parameters: MoneyFlows) -> float:
    """Return c_q d F: defects are paid for where they reach final demand, once."""
    return parameters.quality_cost * defects * final_demand


@compiled_formula
def handling_cost(value: float, inspection: float, supplier_defects: float, parameters: MoneyFlows) -> float:
    """Return c_h V v d_j: what the buyer pays for the defects of a supplier that its inspection finds."""
    return parameters.handling_cost * value * inspection * supplier_defects


@compiled_formula
def lateness_cost(late_days: float, sales: float, parameters: MoneyFlows) -> float:
    """Return c_l L y / 30, with L the mean late days of a delivery."""
    return parameters.lateness_cost * late_days * sales / 30.0


@compiled_formula
def running_cost(adopted: float, install_cost: float, parameters: MoneyFlows) -> float:
    """Return the yearly cost of running AI: a share of the install cost."""
    return parameters.running_share * install_cost * adopted


@compiled_formula
def firms_per_customer(weight: float, customer_weight: float) -> float:
    """Return w_i / w_lead, the firms of the economy per customer that pays for them; 1 where it stands for nobody."""
    return weight / customer_weight if customer_weight > 0.0 else 1.0
