"""The index of a firm's closure against worked numbers, a published reference, and what must hold for any network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.closure import Chain, chain_of, closure_index, losses_after_closure


def chain(flows, firms, *, critical=(), sector=None, final=0.0):
    """Return a chain from (supplier, buyer, value); suppliers of one sector give a buyer the same input.

    ``critical`` holds (supplier, buyer) pairs, or is True for all and False for none; without ``sector``
    every firm is its own.
    """
    rows = sorted(flows, key=lambda flow: flow[1])
    supplier, buyer = (np.array([flow[place] for flow in rows], np.int32) for place in (0, 1))
    value = np.array([flow[2] for flow in rows], np.float64)
    sector = np.arange(firms) if sector is None else np.asarray(sector)
    chosen = {flow[:2] for flow in flows if critical is True or (critical and flow[:2] in critical)}
    is_critical = np.array([flow[:2] in chosen for flow in rows], bool)
    same = (buyer[:, None] == buyer) & ((sector[supplier][:, None] == sector[supplier]) | ~is_critical[:, None])
    output = np.bincount(supplier, value, firms) + final
    return Chain(
        start=np.searchsorted(buyer, np.arange(firms + 1)).astype(np.int64),
        supplier=supplier,
        buyer=buyer,
        share=value / (same * value).sum(axis=1),
        product=sector[supplier].astype(np.int32),
        is_critical=is_critical.astype(np.uint8),
        sales_share=value / output[supplier],
        dependence=np.ones(firms),
        market=sector.astype(np.int32),
        output=output,
        counted=output.copy(),
    )


FOUR = [(0, 2, 3.0), (1, 2, 1.0), (2, 3, 4.0)]
"""A sells 3 and B sells 1 to C, which sells 4 to D; D sells nothing that counts."""


@pytest.mark.parametrize(
    ("critical", "expected"),
    [
        ((), [0.75, 0.25, 1.0, 1.0]),
        (True, [0.875, 0.625, 1.0, 1.0]),
        ([(1, 2)], [0.75, 0.625, 1.0, 1.0]),
    ],
    ids=["none is critical", "all are critical", "only B is critical to C"],
)
@pytest.mark.parametrize("is_replaceable", [False, True])
def test_four_firms_have_their_worked_values(critical, expected, is_replaceable):
    """A closes, none critical: A's 3 and three quarters of C's 4 are lost of 8. Alone in a market, none is replaced."""
    found = closure_index(chain(FOUR, 4, critical=critical), is_replaceable=is_replaceable)
    assert found == pytest.approx(expected, abs=1e-12)


ELEVEN = [
    (3, 6), (4, 6), (4, 7), (5, 7), (6, 1), (6, 2), (7, 10), (7, 11), (8, 1), (8, 2), (9, 11),
]  # fmt: skip
SECTORS = [1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5]


def eleven():
    """Return the network of figure 1 of Diem and others (2022), all links of value 1 and none critical."""
    return chain([(i - 1, j - 1, 1.0) for i, j in ELEVEN], 11, sector=[number - 1 for number in SECTORS])


def test_eleven_firms_without_replacement_have_their_worked_values():
    expected = np.array([3, 3, 2, 4, 2, 4, 4, 2, 1, 2, 3]) / 11.0
    assert closure_index(eleven(), is_replaceable=False) == pytest.approx(expected, abs=1e-9)


def test_eleven_firms_with_replacement_lose_less_where_others_of_the_market_are_left():
    """Firm 3 sells a third of what is left of its market, 1 / (0 + 2 + 1): 6 loses a sixth, 4/3 of 11 are lost."""
    expected = np.array([3, 3, 4 / 3, 4, 4 / 3, 4, 4, 2, 1, 2, 3]) / 11.0
    assert closure_index(eleven()) == pytest.approx(expected, abs=1e-9)


def test_a_mixed_network_has_the_published_downstream_losses():
    """Six firms, three sectors; reference values of the C++ implementation, as printed with ESRIcascade.jl.

    Of class 2 critical by sector, 1 by share of all inputs, 0 without effect.
    """
    flows = np.array(
        [[0, 3, 2, 7, 5, 11], [4, 0, 9, 1, 8, 6], [10, 2, 0, 4, 3, 7], [6, 5, 1, 0, 9, 2], [8, 3, 6, 10, 0, 4],
         [2, 7, 5, 3, 11, 0]], float,
    )  # fmt: skip
    sector = np.array([0, 1, 2, 0, 1, 2])
    kind = np.array([[2, 1, 0], [0, 2, 1], [1, 0, 2]])[sector[:, None], sector]
    pairs = [(i, j, flows[i, j]) for i in range(6) for j in range(6) if flows[i, j] > 0.0]
    made = chain(pairs, 6, critical={(i, j) for i, j, _ in pairs if kind[i, j] == 2}, sector=sector)
    made = made._replace(share=np.where(kind[made.supplier, made.buyer] == 0, 0.0, made.share))
    lost = losses_after_closure(made, 0).downstream
    expected = [0.0, 0.6, 0.7894068197483480, 0.0, 0.6111111111111110, 0.8786670560685980]
    assert 1.0 - lost == pytest.approx(expected, abs=1e-8)
    assert (made.output * lost).sum() / made.output.sum() == pytest.approx(0.50687988214742541, abs=1e-8)


@pytest.mark.parametrize("is_critical", [True, False])
def test_a_line_loses_everything_wherever_it_breaks(is_critical):
    line = chain([(i, i + 1, 1.0) for i in range(5)], 6, critical=is_critical)
    assert closure_index(line, is_replaceable=False) == pytest.approx(np.ones(6))


def test_in_a_line_with_final_demand_orders_fade_and_deliveries_do_not():
    """Each firm sells half its output to the next: upstream losses halve with every link."""
    line = chain([(i, i + 1, 1.0) for i in range(4)], 5, critical=True, final=1.0)
    found = losses_after_closure(line, 2)
    assert found.downstream == pytest.approx([0.0, 0.0, 1.0, 1.0, 1.0])
    assert found.upstream == pytest.approx([0.25, 0.5, 1.0, 0.0, 0.0])


@pytest.mark.parametrize(("is_critical", "of_leaf"), [(True, 1.0), (False, 0.25)])
def test_a_star_hangs_on_its_middle_and_on_a_leaf_only_where_that_is_critical(is_critical, of_leaf):
    """Four leaves supply 1 each to a middle that sells 4 to final demand; without it the leaves sell nothing."""
    star = chain([(i, 0, 1.0) for i in range(1, 5)], 5, critical=is_critical, final=np.array([4.0, 0, 0, 0, 0]))
    found = closure_index(star)
    assert found[0] == pytest.approx(1.0)
    assert found[1:] == pytest.approx([(1.0 + 4.0 * of_leaf) / 8.0] * 4)


@pytest.mark.parametrize("firms", [2, 3, 7])
def test_a_ring_of_half_dependent_firms_loses_a_geometric_series(firms):
    """Losses halve with every link downstream, and, with half of sales to final demand, upstream; max of the two."""
    ring = chain([(i, (i + 1) % firms, 1.0) for i in range(firms)], firms, final=1.0)
    ring = ring._replace(dependence=np.full(firms, 0.5))
    steps = np.arange(firms)
    expected = np.maximum(0.5**steps, 0.5 ** ((firms - steps) % firms)).mean()
    assert closure_index(ring, is_replaceable=False) == pytest.approx([expected] * firms)


@st.composite
def networks(draw):
    firms = draw(st.integers(2, 7))
    pairs = draw(
        st.lists(st.sampled_from([(i, j) for i in range(firms) for j in range(firms) if i != j]), unique=True,
                 min_size=1, max_size=14)
    )  # fmt: skip
    values = draw(st.lists(st.floats(0.1, 10.0), min_size=len(pairs), max_size=len(pairs)))
    critical = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    dependence = draw(st.floats(0.0, 0.9))
    sector = draw(st.lists(st.integers(0, 2), min_size=firms, max_size=firms))

    def made(is_critical):
        chosen = {pair for pair, one in zip(pairs, is_critical, strict=True) if one}
        flows = [(i, j, value) for (i, j), value in zip(pairs, values, strict=True)]
        whole = chain(flows, firms, critical=chosen, final=1.0)
        return whole._replace(dependence=np.full(firms, dependence), market=np.array(sector, np.int32))

    return made, critical


@given(networks(), st.booleans())
def test_the_index_lies_between_the_firms_own_share_and_one(network, is_replaceable):
    made, critical = network
    whole = made(critical)
    found = closure_index(whole, is_replaceable=is_replaceable)
    assert (found >= whole.counted / whole.counted.sum() - 1e-9).all()
    assert (found <= 1.0 + 1e-9).all()


@given(networks())
def test_replacement_never_adds_to_a_loss(network):
    made, critical = network
    whole = made(critical)
    assert (closure_index(whole) <= closure_index(whole, is_replaceable=False) + 1e-8).all()


@given(networks(), st.booleans())
def test_no_mix_of_inputs_loses_more_than_one_in_which_all_are_critical(network, is_replaceable):
    """One more critical link alone may lower a loss: its input then no longer adds to that of the others."""
    made, critical = network
    mixed, strict = (
        closure_index(made(one), is_replaceable=is_replaceable) for one in (critical, [True] * len(critical))
    )
    assert (strict >= mixed - 1e-8).all()


@given(networks(), st.booleans(), st.data())
def test_more_dependence_on_inputs_never_lowers_the_index(network, is_replaceable, data):
    made, critical = network
    less = made(critical)
    share = st.floats(0.0, 1.0)
    more = np.array(data.draw(st.lists(share, min_size=less.output.size, max_size=less.output.size)))
    raised = less._replace(dependence=np.minimum(0.95, less.dependence + 0.2 * more))
    found = [closure_index(one, is_replaceable=is_replaceable) for one in (less, raised)]
    assert (found[1] >= found[0] - 1e-8).all()


@given(networks(), st.booleans())
def test_a_firm_that_trades_with_nobody_adds_only_to_the_whole(network, is_replaceable):
    """Of a market of its own: the losses of the others are the same part of a larger whole."""
    made, critical = network
    few = made(critical)
    more = few._replace(
        start=np.append(few.start, few.start[-1]),
        dependence=np.append(few.dependence, 0.5),
        market=np.append(few.market, 3).astype(np.int32),
        output=np.append(few.output, 5.0),
        counted=np.append(few.counted, 5.0),
    )
    found = [closure_index(one, is_replaceable=is_replaceable) for one in (few, more)]
    whole = few.counted.sum()
    assert found[1][:-1] * (whole + 5.0) == pytest.approx(found[0] * whole, abs=1e-7)
    assert found[1][-1] == pytest.approx(5.0 / (whole + 5.0))


@given(networks(), st.booleans(), st.floats(0.01, 100.0))
def test_the_unit_of_money_does_not_matter(network, is_replaceable, unit):
    made, critical = network
    whole = made(critical)
    other = whole._replace(output=unit * whole.output, counted=unit * whole.counted)
    found = [closure_index(one, is_replaceable=is_replaceable) for one in (whole, other)]
    assert found[0] == pytest.approx(found[1], abs=1e-8)


@given(networks(), st.booleans(), st.data())
def test_the_numbers_of_the_firms_do_not_matter(network, is_replaceable, data):
    made, critical = network
    whole = made(critical)
    firms = whole.output.size
    place = np.array(data.draw(st.permutations(range(firms))))  # of each old firm
    old = np.argsort(place)
    order = np.argsort(place[whole.buyer], kind="stable")
    buyer = place[whole.buyer][order].astype(np.int32)
    moved = Chain(
        start=np.searchsorted(buyer, np.arange(firms + 1)).astype(np.int64),
        supplier=place[whole.supplier][order].astype(np.int32),
        buyer=buyer,
        share=whole.share[order],
        product=whole.product[order],
        is_critical=whole.is_critical[order],
        sales_share=whole.sales_share[order],
        dependence=whole.dependence[old],
        market=whole.market[old],
        output=whole.output[old],
        counted=whole.counted[old],
    )
    found = [closure_index(one, is_replaceable=is_replaceable) for one in (whole, moved)]
    assert found[1][place] == pytest.approx(found[0], abs=1e-8)


def test_chosen_firms_have_the_index_that_they_have_among_all():
    world = build(Scenario().with_({"population.firms": 120}), 3)
    whole = chain_of(world)
    found = closure_index(whole)
    np.testing.assert_array_equal(closure_index(whole, [7, 110, 3]), found[[7, 110, 3]])
    assert closure_index(whole, []).shape == (0,)


def test_a_world_without_links_loses_the_firm_itself(scenario_with, world_of):
    whole = chain_of(world_of({}, scenario_with(firms=4), firms=4, workers=[10.0, 20.0, 30.0, 40.0]))
    assert closure_index(whole) == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_in_a_world_a_critical_supplier_stops_its_buyer_and_another_costs_its_share_of_sales(scenario_with, world_of):
    """Firm 2 buys half from 0, critical, and half from 1; inputs are half of its sales: it loses all, or a quarter."""
    scenario = scenario_with({"firms.input_share": {"manufacturing": 0.5, "services": 0.5}}, firms=3)
    whole = chain_of(world_of({2: [0, 1]}, scenario, firms=3, not_critical=[(1, 2)]))
    assert losses_after_closure(whole, 0, is_replaceable=False).downstream == pytest.approx([1.0, 0.0, 1.0])
    assert losses_after_closure(whole, 1, is_replaceable=False).downstream == pytest.approx([0.0, 1.0, 0.25])


@pytest.mark.parametrize("chosen", [[-1], [4], [0, 9]])
def test_firms_that_do_not_exist_are_refused(chosen):
    with pytest.raises(InputError, match="numbered from 0 to 3"):
        closure_index(chain(FOUR, 4), chosen)
