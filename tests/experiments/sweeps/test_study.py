"""Points of a sweep: what they change, which seeds they have, and what a run is asked to be."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from simulation.experiments.members import read_ensemble
from simulation.experiments.sweeps.reading import sweep_of

FACTORS = {"lateness.lean": {"low": 0.0, "high": 0.4}, "network.kind": ["production", "random"]}


def study(base, *others, **values):
    return sweep_of({"design": "latin_hypercube", "size": 8, "factors": FACTORS} | values, [base, *others])


def test_a_point_is_the_scenario_with_its_values(base):
    found = study(base)
    table = found.points()
    for number in found.numbers.tolist():
        at = found.at(number, base)
        row = table.loc[table["point"] == number].iloc[0]
        assert at.lateness.lean == row["lateness.lean"]
        assert at.network.kind == row["network.kind"]
        assert at.population == base.population


def test_replications_and_blocks_have_seeds_of_their_own_that_stay_when_the_sweep_grows(base):
    small, large = study(base, replications=2), study(base, replications=3, size=16)
    seeds = [small.seeds(row) for row in range(8)]
    assert len({seed for row in seeds for seed in row}) == 16
    for row in range(8):
        assert large.seeds(row)[:2] == seeds[row]


@pytest.mark.parametrize(("design", "is_common"), [("grid", True), ("latin_hypercube", False), ("sobol", False)])
def test_points_share_seeds_where_the_design_or_the_file_says(base, design, is_common):
    assert (len({tuple(study(base, design=design).seeds(row)) for row in range(4)}) == 1) == (is_common or
        design == "sobol")  # fmt: skip
    assert {tuple(study(base, design=design, seeds="common").seeds(row)) for row in range(4)} == {(1,)}
    other = study(base, design=design, seeds="blocks")
    assert len({other.seeds(row)[0] for row in range(len(other.numbers))}) == len(set(other.blocks.tolist()))


def test_all_points_of_a_saltelli_block_share_their_seeds(base):
    found = study(base, design="sobol", size=4, replications=2)
    for block in range(4):
        rows = np.flatnonzero(found.blocks == block)
        assert len({tuple(found.seeds(int(row))) for row in rows}) == 1
    assert len({tuple(found.seeds(row)) for row in range(len(found.numbers))}) == 4


def test_a_request_names_everything_that_decides_about_a_run(base, grant):
    found = study(base, grant)
    usual = found.request(0, base, 1)
    assert usual == study(base, grant, replications=5).request(0, base, 1)
    others = [
        found.request(1, base, 1),
        found.request(0, grant, 1),
        found.request(0, base, 2),
        study(base.with_({"use.speed": 0.3})).request(0, base, 1),
        study(base, seed=2).request(0, base, 1),
    ]
    assert usual not in others


def test_names_and_titles_do_not_make_a_run_another_one(base):
    renamed = base.with_({"title": "other words"})
    assert study(base).request(0, base, 1) == study(renamed).request(0, renamed, 1)


def test_constraints_leave_points_out_and_say_how_many(base):
    found = study(base, size=64, constraints=["lateness.lean <= 0.1"])
    assert found.left_out == pytest.approx(0.75)
    assert (found.points()["lateness.lean"] <= 0.1).all()
    whole = study(base, size=64)
    for number in found.numbers.tolist():  # points keep their numbers, so that a sweep can grow
        assert found.at(number, base) == whole.at(number, base)
        assert found.seeds(found.row_of[number]) == whole.seeds(number)


def test_a_cut_study_is_small_and_says_the_same_of_its_points(base, grant):
    found = study(base, grant, size=512)
    part = pickle.loads(pickle.dumps(found.cut([7, 300])))
    assert part.numbers.tolist() == [7, 300]
    for number in (7, 300):
        assert part.at(number, base) == found.at(number, base)
        assert part.request(number, grant, 5) == found.request(number, grant, 5)
    assert len(pickle.dumps(part)) < len(pickle.dumps(found))


def test_a_member_of_the_ensemble_brings_its_values_and_leaves_what_the_scenario_sets_itself(base):
    still = base.with_({"name": "still", "influence.customers": 0.0})
    found = study(base, still, ensemble={"members": 3}, size=64)
    members = read_ensemble()[:3]
    assert {found.member(number).number for number in found.numbers.tolist()} == {one.number for one in members}
    for number in range(6):
        member = found.member(number)
        assert member in members
        assert found.at(number, base).influence.customers == member.values["influence.customers"]
        assert found.at(number, still).influence.customers == 0.0
        assert found.at(number, still).influence.peers == member.values["influence.peers"]


def test_a_list_changes_what_its_points_name(base):
    points = [{"lateness.lean": 0.4}, {"lateness.lean": 0.1, "network.kind": "random"}, {}]
    found = sweep_of({"design": "list", "points": points}, [base])
    assert [found.changes(number, base) for number in range(3)] == points
    assert found.points()["network.kind"].tolist() == ["production", "random", "production"]


def test_one_at_a_time_begins_with_the_scenario_as_it_is(base):
    found = study(base, design="one_at_a_time", levels=3)
    assert found.changes(0, base) == {}
    assert [found.changes(number, base) for number in range(1, 6)] == [
        {"lateness.lean": 0.0}, {"lateness.lean": 0.2}, {"lateness.lean": 0.4},
        {"network.kind": "production"}, {"network.kind": "random"},
    ]  # fmt: skip


def test_money_is_discounted_to_the_first_policy_of_a_point(base, grant):
    found = sweep_of({"design": "grid", "factors": {"policy.subsidy.first": [2, 6]}}, [base, grant])
    assert [found.start_at(number) for number in (0, 1)] == [2, 6]
    assert study(base).start_at(0) == 0
