"""Making the runs of a sweep: what several share is made once, and every run is that of its scenario alone."""

from __future__ import annotations

import pytest

from simulation.courses import Course
from simulation.errors import InputError
from simulation.experiments.sweeps import making, sweep_of
from simulation.experiments.sweeps.making import Runs
from simulation.runs import run_in_world
from simulation.world.build import build

OF_POLICY = {"policy.subsidy.strength": [0.5, 1.0, 2.0]}
OF_USE = {"use.growth": [0.0, 0.05, 0.1]}


@pytest.fixture
def made(monkeypatch):
    """Return the list of what is made: names of worlds and stems, with their seeds and the months of stems."""
    seen = []
    proper_build, proper_stem = making.build, making.stem_of

    def count_world(scenario, seed):
        seen.append(("world", seed))
        return proper_build(scenario, seed)

    def count_stem(world, scenario, seed, months, **options):
        seen.append(("stem", seed, months))
        return proper_stem(world, scenario, seed, months, **options)

    monkeypatch.setattr(making, "build", count_world)
    monkeypatch.setattr(making, "stem_of", count_stem)
    return seen


def study_of(factors, *scenarios, **values):
    return sweep_of({"design": "grid", "factors": factors, "replications": 2, "outcomes": []} | values, scenarios)


def jobs_of(study):
    return [(task.point, task.seed, [scenario.name for scenario in study.scenarios]) for task in study.tasks()]


def digests(study, runs=None):
    """Make all runs of a study in order; by default without knowing which will be asked for."""
    runs = runs or Runs(study)
    return [
        runs.make(scenario, task.point, task.seed).run.digest for task in study.tasks() for scenario in study.scenarios
    ]


def alone(study):
    """Make all runs of a study each in a world of its own."""
    found = []
    for task in study.tasks():
        for scenario in study.scenarios:
            ready = study.at(task.point, scenario)
            found.append(run_in_world(build(ready, task.seed), ready, task.seed, has_origins=study.has_origins).digest)
    return found


def test_points_that_differ_in_policy_alone_share_what_happens_before_it(grant, made):
    study = study_of(OF_POLICY, grant, seeds="common")
    found = digests(study)
    assert sorted(kind for kind, *_ in made) == ["stem", "stem", "world", "world"]
    assert [months for kind, *_, months in made if kind == "stem"] == [4, 4]
    assert len(set(found)) == 6
    assert found == alone(study)


def test_points_that_differ_otherwise_share_it_among_their_scenarios(base, grant, made):
    study = study_of(OF_USE, base, grant, seeds="common")
    found = digests(study)
    assert [kind for kind, *_ in made].count("world") == 2
    assert [kind for kind, *_ in made].count("stem") == 6
    assert len(set(found)) == 12
    assert found == alone(study)


def test_the_month_in_which_a_policy_begins_may_be_varied(base, grant, made):
    """What is shared ends with the first policy of a point, whatever other points do."""
    study = study_of({"policy.subsidy.first": [0, 2, 7]}, base, grant, seeds="common", replications=1)
    found = digests(study)
    assert [months for kind, *_, months in made if kind == "stem"] == [0, 2, 7]
    assert found == alone(study)


@pytest.mark.parametrize("scenarios", [["base"], ["grant"]])
def test_a_run_that_shares_with_no_other_is_made_without_a_stem(base, grant, made, scenarios):
    """No policy, or one scenario and seeds that no two points have in common."""
    chosen = [{"base": base, "grant": grant}[name] for name in scenarios]
    study = study_of(OF_USE, *chosen, seeds="blocks")
    found = digests(study)
    assert {kind for kind, *_ in made} == {"world"}
    assert found == alone(study)


def test_without_common_seeds_scenarios_of_a_point_share_and_only_the_last_stem_is_kept(base, grant, made):
    study = study_of(OF_USE, base, grant, seeds="blocks")
    runs = Runs(study)
    found = digests(study, runs)
    assert [kind for kind, *_ in made].count("stem") == 6
    assert len(runs._stems.made) == 1
    assert found == alone(study)


MANY = {"policy.subsidy.strength": [0.25, 0.5, 1.0, 2.0, 4.0]}


def test_runs_to_come_are_moved_with_the_first_that_they_share_a_stem_with(grant, made, moved):
    """Five points and two seeds, which come in turns."""
    study = study_of(MANY, grant, seeds="common")
    found = digests(study, Runs(study, jobs_of(study)))
    assert moved == [5, 5]
    assert sorted(kind for kind, *_ in made) == ["stem", "stem", "world", "world"]
    assert len(set(found)) >= 6  # money does not bind at the highest strengths
    assert found == alone(study)


def test_scenarios_of_a_point_are_moved_together(base, grant, moved):
    """Without common seeds; use differs by point, and the baseline is one of the five."""
    grants = [grant.with_({"name": f"grant {k}", "policy.subsidy.strength": 0.5 * k}) for k in range(1, 5)]
    study = study_of(OF_USE, base, *grants, seeds="blocks")
    found = digests(study, Runs(study, jobs_of(study)))
    assert moved == [5] * 6
    assert found == alone(study)


def test_runs_moved_together_take_equal_parts_of_the_time(grant, moved):
    study = study_of(MANY, grant, seeds="common", replications=1)
    runs = Runs(study, jobs_of(study))
    shifts = [runs.make(grant, task.point, task.seed).shift for task in study.tasks()]
    assert moved == [5]
    assert shifts[0] < 0.0 < shifts[1]
    assert shifts[1:] == [shifts[1]] * 4
    assert sum(shifts) == pytest.approx(0.0, abs=1e-9)


def test_a_run_that_fails_leaves_the_others_alone(grant, moved, monkeypatch):
    study = study_of(MANY, grant, seeds="common", replications=1)
    runs, tasks = Runs(study, jobs_of(study)), study.tasks()
    proper = Course.end

    def end(course, *arguments):
        if course.scenario.policy["subsidy"].strength == 1.0:
            message = "broken"
            raise ValueError(message)
        return proper(course, *arguments)

    monkeypatch.setattr(Course, "end", end)
    kept = []
    for task in tasks:
        if study.at(task.point, grant).policy["subsidy"].strength == 1.0:
            with pytest.raises(ValueError, match="broken"):
                runs.make(grant, task.point, task.seed)
        else:
            kept.append(runs.make(grant, task.point, task.seed).run.digest)
    monkeypatch.undo()
    assert kept == [digest for place, digest in enumerate(alone(study)) if place != 2]


def test_a_scenario_that_cannot_be_made_ready_is_told_in_its_own_turn(grant, moved, monkeypatch):
    study = study_of(MANY, grant, seeds="common", replications=1)
    runs, tasks, proper = Runs(study, jobs_of(study)), study.tasks(), making.solve_strength

    def solve(scenario):
        if scenario.policy["subsidy"].strength == 1.0:
            raise InputError("no strength")
        return proper(scenario)

    monkeypatch.setattr(making, "solve_strength", solve)
    for place, task in enumerate(tasks):
        if place == 2:
            with pytest.raises(InputError, match="no strength"):
                runs.make(grant, task.point, task.seed)
        else:
            runs.make(grant, task.point, task.seed)
    assert moved == [4]


def test_what_was_used_longest_ago_makes_room(base, grant, made, monkeypatch):
    """Room for two worlds and two stems of sixty firms, and three seeds in turns."""
    monkeypatch.setattr(making, "_FIRMS_KEPT", 150)
    study = study_of(OF_POLICY, base, grant, seeds="common", replications=3)
    found = digests(study)
    assert [kind for kind, *_ in made].count("stem") == 9
    assert found == alone(study)
