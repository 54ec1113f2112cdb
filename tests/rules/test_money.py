"""Value added: each term against its formula."""

from __future__ import annotations

import pytest

from simulation.rules.money import (
    MoneyFlows,
    handling_cost,
    lateness_cost,
    quality_cost,
    running_cost,
    value_of_time,
)

PARAMETERS = MoneyFlows(output_effect=0.5, quality_cost=20.0, handling_cost=2.0, lateness_cost=0.3, running_share=0.1)


def test_the_value_of_time_counts_what_is_neither_rest_nor_learning():
    assert value_of_time(1000.0, 1, 0.6, 0.8, 0.25, 0.04, PARAMETERS) == pytest.approx(
        0.5 * 0.8 * 0.75 * 0.04 * 0.6 * 1000.0
    )
    assert value_of_time(1000.0, 0, 0.6, 0.8, 0.25, 0.04, PARAMETERS) == 0.0
    assert value_of_time(1000.0, 1, 0.6, 0.8, 1.0, 0.04, PARAMETERS) == 0.0


def test_defects_cost_at_final_demand_and_at_inspection():
    assert quality_cost(0.002, 500.0, PARAMETERS) == pytest.approx(20.0)
    assert handling_cost(300.0, 0.8, 0.002, PARAMETERS) == pytest.approx(2.0 * 300.0 * 0.8 * 0.002)


def test_a_month_of_lateness_costs_its_share_of_sales():
    assert lateness_cost(30.0, 700.0, PARAMETERS) == pytest.approx(0.3 * 700.0)


def test_only_adopters_pay_for_running():
    assert running_cost(1, 750.0, PARAMETERS) == pytest.approx(75.0)
    assert running_cost(0, 750.0, PARAMETERS) == 0.0
