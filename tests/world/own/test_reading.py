"""Own firms and links: what is read, and what is filled where it is missing."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from world.own.hand_made import FIRMS, HEADER, LINKS, problems, with_tables

from simulation.errors import InputError
from simulation.randomness import Stream, firm_key, uniform_link
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH
from simulation.world.build import build, sales_of
from simulation.world.own import firm_rows
from simulation.world.own.reading import read_tables
from simulation.world.population import spread_capacity

ROOT = Path(__file__).parents[3]


def test_good_tables_come_back_as_they_were_written():
    population, network = read_tables(with_tables(FIRMS, LINKS), 1)
    assert population.names == ("Hanbit", "Daeyang", "가온금형", "Moa")
    assert population.key.tolist() == [firm_key(name) for name in population.names]
    # size, sector, region: large manufacturing elsewhere 1, sme manufacturing 4 and 5, sme services capital 6
    assert population.group.tolist() == [1, 5, 4, 6]
    assert population.workers.tolist() == [640.0, 182.0, 46.0, 63.0]
    assert population.sales.tolist() == [300000.0, 50000.0, 9000.0, 8000.0]
    assert population.capacity_start.tolist() == [0.8, 0.3, 0.45, 0.5]
    assert population.weight.tolist() == [1.0] * 4
    assert population.fills == ()
    assert network.start.tolist() == [0, 2, 4, 4, 4]
    assert network.supplier.tolist() == [1, 2, 2, 3]
    assert network.weight.tolist() == [0.75, 0.25, 0.25, 0.75]
    assert network.is_critical.tolist() == [1, 0, 1, 0]


def same(first, second) -> bool:
    """Say whether two populations or networks are equal to the last bit."""
    return all(
        np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        for one, other in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(",", " , "),
        lambda text: "\n\n" + text.replace("\n", "\n\n") + " \n,,,\n,,,,,,\n",
        lambda text: "\n".join(",".join(f'"{value}"' for value in line.split(",")) for line in text.splitlines()),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines()),
    ],
    ids=["mark", "crlf", "cr", "no end", "spaces", "blank lines", "quotes", "decomposed", "columns reversed"],
)
def test_the_same_table_written_differently_is_the_same_world(rewritten):
    expected = read_tables(with_tables(FIRMS, LINKS), 1)
    found = read_tables(with_tables(rewritten(FIRMS), rewritten(LINKS)), 1)
    assert same(expected[0], found[0])
    assert same(expected[1], found[1])


def test_a_value_in_quotes_may_hold_separators():
    firms = FIRMS.replace("Moa", '"Moa, ""Cloud"""')
    population, _ = read_tables(with_tables(firms, LINKS.replace("Moa", '"Moa, ""Cloud"""')), 1)
    assert population.names[3] == 'Moa, "Cloud"'


def test_rows_of_different_buyers_may_stand_in_any_order():
    head, *rows = LINKS.replace(",yes", ",").replace(",6,", ",,").splitlines()
    mixed = "\n".join([head, rows[2], rows[0], rows[3], rows[1]])
    first = read_tables(with_tables(FIRMS, "\n".join([head, *rows])), 1)
    second = read_tables(with_tables(FIRMS, mixed), 1)
    assert same(first[1], second[1])


def test_whole_numbers_are_keys():
    firms = FIRMS
    links = LINKS
    for number, name in enumerate(("Hanbit", "Daeyang", "가온금형", "Moa")):
        firms, links = firms.replace(name, str(number)), links.replace(name, str(number))
    population, _ = read_tables(with_tables(firms, links), 1)
    assert population.key.tolist() == [0, 1, 2, 3]
    assert population.names is None

    population, _ = read_tables(
        with_tables(firms.replace("\n3,", f"\n{2**63 - 1},"), links.replace("3,1,6", "0,1,6")), 1
    )
    assert population.key.tolist() == [0, 1, 2, 2**63 - 1]
    assert population.names is None


@pytest.mark.parametrize("odd", ["07", str(2**63), "3.0", "Moa"])
def test_one_id_that_is_no_whole_number_makes_all_of_them_texts(odd):
    firms = (
        f"{HEADER}\n1,large,manufacturing,capital,500,,\n2,sme,services,capital,50,,\n{odd},sme,services,capital,50,,\n"
    )
    population, _ = read_tables(with_tables(firms, f"supplier,buyer\n2,1\n{odd},1\n"), 1)
    assert population.names == ("1", "2", odd)
    assert population.key.tolist() == [firm_key("1"), firm_key("2"), firm_key(odd)]


def test_two_texts_with_the_same_key_are_refused(monkeypatch):
    monkeypatch.setattr(firm_rows, "text_keys", lambda names: np.array([name[0] == "H" for name in names], np.uint64))
    assert problems() == [
        "firms.csv:4: the ids '가온금형' and 'Daeyang' give the same key; rename one of the firms",
        "firms.csv:5: the ids 'Moa' and 'Daeyang' give the same key; rename one of the firms",
    ]


def test_arrays_are_like_those_of_a_generated_world():
    # Other types, or arrays that cannot be written, would have the whole model compiled a second time.
    firms = "id,size,sector,region,workers\n0,large,manufacturing,capital,300\n1,sme,services,capital,50\n"
    own = build(with_tables(firms, "supplier,buyer\n1,0\n"), 1)
    generated = build(Scenario().with_({"population.firms": 10}), 1)
    for ours, theirs in ((own.firms, generated.firms), (own.links, generated.links)):
        for name, one, other in zip(ours._fields, ours, theirs, strict=True):
            assert one.dtype == other.dtype, name
            assert one.flags.writeable, name
            assert one.flags.c_contiguous, name


def test_changed_tables_are_read_again():
    first = read_tables(with_tables(FIRMS, LINKS), 1)[0]
    first.workers[:] = 0.0  # nobody should, and nobody else sees it
    assert read_tables(with_tables(FIRMS, LINKS), 1)[0].workers[0] == 640.0
    assert read_tables(with_tables(FIRMS.replace("640", "641"), LINKS), 1)[0].workers[0] == 641.0
    changes = {"population.sizes.sme.workers_to": 400, "population.sizes.large.workers_from": 401}
    read_tables(with_tables(FIRMS.replace(",182,", ",350,"), LINKS, changes), 1)
    assert "350 workers" in problems(FIRMS.replace(",182,", ",350,"))[0]


def test_the_declared_number_of_firms_is_not_used():
    worlds = [build(with_tables(FIRMS, LINKS, {"population.firms": firms}), 1) for firms in (500, 20_000)]
    assert same(worlds[0].firms, worlds[1].firms)
    assert worlds[0].firms.key.size == 4


def test_missing_capacities_are_those_of_a_generated_firm():
    firms = FIRMS.replace(",0.3\n", ",\n").replace(",0.5\n", ",\n")
    scenario = with_tables(firms, LINKS)
    population, _ = read_tables(scenario, 4)
    expected = spread_capacity(population.group, population.workers, population.key, scenario, 4)
    assert population.capacity_start.tolist() == [0.8, expected[1], 0.45, expected[3]]
    assert population.fills == (
        "capacity was missing for 2 of 4 firms and was taken from the quantiles of firms.capacity",
    )


def test_a_missing_capacity_does_not_depend_on_which_others_are_given():
    some = read_tables(with_tables(FIRMS.replace(",0.3\n", ",\n"), LINKS), 4)[0]
    none = read_tables(with_tables("\n".join(row.rpartition(",")[0] for row in FIRMS.splitlines()), LINKS), 4)[0]
    assert some.capacity_start[1] == none.capacity_start[1]
    assert none.fills[0].startswith("capacity was missing for 4 of 4 firms")


def test_missing_sales_follow_from_workers():
    population, _ = read_tables(with_tables(FIRMS.replace(",300000,", ",,").replace(",8000,", ", ,"), LINKS), 1)
    assert population.sales.tolist() == [640 * 1000.0, 50000.0, 9000.0, 63 * 200.0]
    assert population.fills == (
        "sales were missing for 2 of 4 firms and were taken as workers x sales_per_worker of the size",
    )


def test_without_any_sales_they_are_made_as_in_a_generated_world():
    rows = [row.split(",") for row in FIRMS.splitlines()]
    population, _ = read_tables(with_tables("\n".join(",".join(row[:5] + row[6:]) for row in rows), LINKS), 1)
    assert population.sales is None
    assert population.fills == ("sales were missing for all 4 firms and follow from workers, tiers and purchases",)


def test_a_missing_weight_is_the_mean_of_the_buyers_other_weights():
    links = "supplier,buyer,weight\nDaeyang,Hanbit,1\n가온금형,Hanbit,\nMoa,Hanbit,5\n가온금형,Daeyang,\nMoa,Daeyang,\n"
    population, network = read_tables(with_tables(FIRMS, links), 1)
    np.testing.assert_allclose(network.weight, [1 / 9, 3 / 9, 5 / 9, 1 / 2, 1 / 2], rtol=1e-15)
    assert population.fills[0] == (
        "weight was missing for 3 of 5 links and was taken as the mean of the buyer's other weights"
    )


def test_weights_of_any_size_sum_to_1():
    links = LINKS.replace("Daeyang,Hanbit,3", "Daeyang,Hanbit,1e308").replace(
        "가온금형,Hanbit,1", "가온금형,Hanbit,1.5e308"
    )
    _, network = read_tables(with_tables(FIRMS, links), 1)
    np.testing.assert_allclose(network.weight[:2], [0.4, 0.6], rtol=1e-15)


def test_a_missing_criticality_is_drawn_for_buyer_and_slot():
    suppliers = 60
    firms = FIRMS + "".join(f"S{number},sme,services,capital,20,,\n" for number in range(suppliers))
    rows = "".join(f"S{number},Hanbit,1,{'1' if number == 7 else ''}\n" for number in range(suppliers))
    scenario = with_tables(firms, LINKS.splitlines()[0] + "\n" + rows)
    population, network = read_tables(scenario, 9)
    key = np.uint64(firm_key("Hanbit"))
    expected = [
        uniform_link(np.uint64(9), int(Stream.LINK_CRITICAL), START_MONTH, key, slot, 0) < 0.3
        for slot in range(suppliers)
    ]
    expected[7] = True
    assert network.is_critical.tolist() == expected
    assert population.fills[-1] == (
        "critical was missing for 59 of 60 links and was drawn with the chance network.critical_chance"
    )


def test_sales_below_what_the_links_say_are_raised_and_counted():
    # Hanbit buys for 0.5 x 300,000, three quarters from Daeyang; Daeyang for 0.5 x 200,000, three quarters from Moa.
    half = {"firms.input_share.manufacturing": 0.5, "firms.input_share.services": 0.5}
    world = build(with_tables(FIRMS.replace(",50000,", ",200000,"), LINKS, half), 1)
    assert world.fills == (
        "sales of 2 of 4 firms were below what the buyers in the links purchase from them and were raised to that",
    )
    np.testing.assert_allclose(world.links.value, [112_500.0, 37_500.0, 25_000.0, 75_000.0], rtol=1e-12)
    np.testing.assert_allclose(world.firms.final_demand, [300_000.0, 87_500.0, 0.0, 0.0], rtol=1e-12)
    np.testing.assert_allclose(sales_of(world.firms, world.links), [300_000.0, 200_000.0, 62_500.0, 75_000.0])


def test_unknown_columns_are_named_and_not_used():
    firms = "\n".join(
        f"{row},{word}" for row, word in zip(FIRMS.splitlines(), ("city", "a", "", "c", "d"), strict=True)
    )
    population, _ = read_tables(with_tables(firms, LINKS.replace("\n", ",\n")), 1)
    assert population.fills == ("the table of firms has columns that were not used: 'city'",)


def test_firms_without_suppliers_and_a_table_without_links_are_read():
    world = build(with_tables(FIRMS, "supplier,buyer\n"), 1)
    assert world.links.supplier.size == 0
    assert world.firms.tier.tolist() == [0, -1, -1, -1]
    assert world.firms.input_share.tolist() == [0.0] * 4


def test_the_small_example_is_read_and_says_what_was_filled(monkeypatch):
    monkeypatch.chdir(ROOT)
    scenario = load("scenarios/own_data.yaml")
    world = build(scenario, 1)
    assert world.firms.key.size == 60
    assert world.links.supplier.size == 155
    assert [fill.partition(" ")[0] for fill in world.fills] == ["capacity", "sales", "weight", "critical"]
    assert "온샘시스템" in world.names
    is_large_maker = (world.firms.workers >= 300) & np.array(
        [member[1] == "manufacturing" for member in world.groups.members()]
    )[world.firms.group]
    assert np.array_equal(np.flatnonzero(is_large_maker), np.flatnonzero(world.firms.tier == 0))
    assert world.firms.tier.max() >= 3


@pytest.mark.parametrize("kind", ["gravity", "production", "configuration", "star"])
def test_without_links_the_network_of_own_firms_is_generated(kind):
    with_tables(FIRMS, LINKS)
    data = {"population.data": {"firms": "firms.csv"}, "network.kind": kind, "network.mean_suppliers": 1.5}
    everybody = {size: {"manufacturing": 1.0, "services": 1.0} for size in ("large", "sme")}
    world = build(Scenario().with_(data | {"network.supplier_share": everybody}), 1)
    assert world.names == ("Hanbit", "Daeyang", "가온금형", "Moa")
    assert world.links.supplier.size > 0
    assert (world.links.supplier != world.links.buyer).all()
    sales = np.bincount(world.links.supplier, world.links.value, 4) + world.firms.final_demand
    assert (sales >= world.firms.workers * 0.0 + [300000.0, 50000.0, 9000.0, 8000.0] - np.full(4, 1e-6)).all()


def test_neither_firms_nor_links_is_refused():
    with pytest.raises(InputError, match="name a file of firms, of links, or both"):
        Scenario().with_({"population.data": {}})
