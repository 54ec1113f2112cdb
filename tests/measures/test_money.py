from __future__ import annotations

import numpy as np

from simulation.measures.money import own_cost, private_cost, public_cost, support


def test_public_cost_is_what_all_levers_paid_in_the_month(record):
    funded = record._replace(awards=record.awards._replace(spent=np.array([[1.0, 2.0, 0.0], [10.0, 0.0, 5.0]])))
    assert public_cost(funded, np.ones(8, bool)).tolist() == [11.0, 2.0, 5.0]


def test_without_levers_nothing_is_paid(record):
    assert public_cost(record, np.ones(8, bool)).tolist() == [0.0, 0.0, 0.0]


def test_private_cost_is_what_adopters_paid_themselves(record):
    record.awards.private_cost[:] = [0.0, 750.0, 300.0]
    assert private_cost(record, np.ones(8, bool)).tolist() == [0.0, 750.0, 300.0]


def test_money_is_told_by_who_got_and_who_paid_it(record, table, masks):
    for mask in masks.values():
        assert support(record, mask).tolist() == table("support")[:, mask].sum(axis=1).tolist()
        assert own_cost(record, mask).tolist() == table("own_cost")[:, mask].sum(axis=1).tolist()
