"""Links slot by slot within runs of rows: where they stand, what fills up, and that nothing depends on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.compiled import compiled
from simulation.engines import ties as module
from simulation.engines.engine import CompiledEngine
from simulation.engines.ties import Ties, new_ties, places, shares_of, suppliers_in_order, tell
from simulation.rules.money import purchase_value
from simulation.scenario.reading import load
from simulation.state import COLUMNS, Links
from simulation.world.build import build

DEGREES = st.lists(st.integers(0, 9), max_size=60) | st.lists(st.sampled_from([0, 3, 40]), max_size=40)
BLOCKS = st.sampled_from([1, 7, 16, 2048])


def links_of(degrees: list[int], seed: int = 1) -> Links:
    """Return links with so many suppliers per buyer, any firm being any supplier."""
    random = np.random.default_rng(seed)
    start, n = np.cumsum([0, *degrees]).astype(np.int64), len(degrees)
    count = int(start[-1])
    none = np.zeros(0, np.int64)
    return Links(
        start=start,
        supplier=random.integers(0, max(n, 1), count).astype(np.int32),
        buyer=np.repeat(np.arange(n, dtype=np.int32), degrees),
        weight=random.uniform(0.1, 1.0, count),
        value=np.zeros(count),
        sales_share=np.zeros(count),
        is_critical=random.integers(0, 2, count).astype(np.uint8),
        sales_start=none,
        sales_link=none,
    )


def made(degrees: list[int], block: int) -> tuple[Links, Ties]:
    """Return links and their ties in blocks of a given size."""
    links = links_of(degrees)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        return links, new_ties(links, np.float64)


@given(degrees=DEGREES, block=BLOCKS)
def test_every_link_has_its_place_by_run_slot_and_row(degrees, block):
    links, ties = made(degrees, block)
    place = places(ties.run, ties.base, links.start)
    assert np.unique(place).size == links.supplier.size
    for run, (first, last) in enumerate(zip(ties.run[:-1], ties.run[1:], strict=True)):
        for i in range(first, last):
            slots = np.arange(degrees[i])
            expected = ties.base[run] + slots * (last - first) + i - first
            assert place[links.start[i] : links.start[i + 1]].tolist() == expected.tolist()
            assert (expected < ties.base[run + 1]).all()


@given(degrees=DEGREES, block=BLOCKS)
def test_runs_cover_all_rows_within_blocks_and_waste_little(degrees, block):
    _, ties = made(degrees, block)
    n = len(degrees)
    assert ties.run[0] == ties.base[0] == 0
    assert ties.run[-1] == n
    assert ties.base[-1] == ties.supplier.size == ties.weight.size == ties.factor.size
    assert (np.diff(ties.run) > 0).all()
    assert ties.run[ties.block].tolist() == [*range(0, n, block), n]
    for run, (first, last) in enumerate(zip(ties.run[:-1], ties.run[1:], strict=True)):
        assert first // block == (last - 1) // block
        filled, own = ties.base[run + 1] - ties.base[run], sum(degrees[first:last])
        assert filled == max(degrees[first:last]) * (last - first)
        assert filled <= max(own + own // 8 + 8, max(degrees[first:last]))


@given(degrees=DEGREES, block=BLOCKS)
def test_links_come_back_as_they_were_and_the_rest_is_nobody_s(degrees, block):
    links, ties = made(degrees, block)
    place = places(ties.run, ties.base, links.start)
    assert suppliers_in_order(ties, links.start).tolist() == links.supplier.tolist()
    assert ties.weight[place].tolist() == links.weight.tolist()
    assert (ties.supplier[place] % 2).tolist() == links.is_critical.tolist()
    fills_up = np.ones(ties.supplier.size, bool)
    fills_up[place] = False
    assert (ties.supplier[fills_up] == 2 * len(degrees)).all()
    assert (ties.weight[fills_up] == 0.0).all()


@compiled
def tell_all(ties, counts, steps, adopted, share, purchases, heard):
    listed = np.empty(adopted.size, np.int64)
    for block in range(ties.block.size - 1):
        tell(block, counts, steps, ties, adopted, share, purchases, heard, listed)


@given(degrees=DEGREES, counts=st.integers(0, 2))
def test_suppliers_hear_what_their_buyers_do(degrees, counts):
    """Against a loop over the links; 1e-12 where input shares are added, exactly elsewhere."""
    links, n, steps = links_of(degrees), len(degrees), 2.0**32
    ties = new_ties(links, np.float64)
    random = np.random.default_rng(2)
    adopted = random.integers(0, 2, n).astype(np.uint8)
    share = np.floor(random.uniform(0.0, 1.0, n) * 2.0**44) / 2.0**44
    purchases = random.uniform(0.0, 1e4, n)
    heard = np.zeros(2 * n + 2)
    tell_all(ties, counts, steps, adopted, share, purchases, heard)
    expected = np.zeros((n, 2))
    for j, i, weight in zip(links.supplier, links.buyer, links.weight, strict=True):
        told = (1.0, weight, purchase_value(weight, purchases[i], steps))[counts]
        expected[j] += [told * adopted[i], share[i]]
    tolerance = 1e-12 if counts == 1 else 0.0
    np.testing.assert_allclose(heard[: 2 * n].reshape(n, 2), expected, rtol=tolerance, atol=0.0)


ACTIVE = {
    "adoption.hazard.maximum": 0.3,
    "adoption.hazard.level": 2.0,
    "firms.adopters_start.sme.manufacturing": 0.3,
    "lateness.buffer": 2.0,
    "review": {"base": 0.05, "sensitivity": 0.05},
}
"""Much happens in every phase."""


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_threads_change_no_bit(scenario_with, monkeypatch, fingerprint, real):
    """Neither of firms nor of sums: what is added up belongs to strips, whoever does them."""
    monkeypatch.setattr(module, "BLOCK", 16)
    monkeypatch.setattr(module, "STRIP", 2)
    scenario = scenario_with(ACTIVE, firms=150)
    world = build(scenario, 1)
    prints = set()
    for threads in (1, 2, 3):
        engine = CompiledEngine(world, scenario, 1, has_origins=True, real=real, threads=threads)
        assert engine.threads == threads
        engine.advance(3)
        engine.advance()
        prints.add(fingerprint(engine.state, engine.links, engine.tallies, engine.awards))
    assert len(prints) == 1


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_policy_on_several_threads_gives_the_same_books(scenario_with, monkeypatch, fingerprint, rounds):
    monkeypatch.setattr(module, "BLOCK", 16)
    monkeypatch.setattr(module, "STRIP", 2)
    scenario = load("tierwise:mandate", ["population.firms=150", f"time.deliveries_per_month={rounds}"])
    world = build(scenario, 1)
    prints = set()
    for threads in (1, 3):
        engine = CompiledEngine(world, scenario, 1, threads=threads)
        engine.advance()
        prints.add(fingerprint(engine.state, engine.links, engine.tallies, engine.awards))
    assert (engine.awards.until >= 0).any()
    assert engine.tallies.groups[:, :, COLUMNS.index("covered")].sum() > 0.0
    assert len(prints) == 1


def test_strips_are_shared_out_by_their_links(scenario_with, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 16)
    monkeypatch.setattr(module, "STRIP", 2)
    scenario = scenario_with({}, firms=700)
    ties = new_ties(build(scenario, 1).links, np.float32)
    strips = ties.strip.size - 1
    for threads in range(1, 6):
        shares = shares_of(ties, threads)
        assert [low for low, _ in shares] == [0, *(high for _, high in shares[:-1])]
        assert shares[-1][1] == strips
    (_, first), _ = shares_of(ties, 2)
    assert first < strips / 2  # firms with many suppliers stand first


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_the_size_of_blocks_changes_no_bit_of_any_firm(scenario_with, monkeypatch, fingerprint, real):
    scenario = scenario_with(ACTIVE, firms=150)
    world = build(scenario, 1)
    prints, sums = set(), []
    for block in (2048, 64, 13):
        monkeypatch.setattr(module, "BLOCK", block)
        engine = CompiledEngine(world, scenario, 1, has_origins=True, real=real)
        engine.advance()
        prints.add(fingerprint(engine.state, engine.links))
        sums.append(engine.tallies.groups)
    assert len(prints) == 1
    for other in sums[1:]:  # rows are added up block by block
        np.testing.assert_allclose(other, sums[0], rtol=1e-12, atol=1e-12)
