"""Many seeds side by side: shared worlds, one order, results that survive an interruption."""

from __future__ import annotations

import json
import threading
import time

import pytest

from simulation.courses import Course
from simulation.errors import InputError, RunError
from simulation.experiments import parallel
from simulation.experiments.comparison import compare, open_comparison
from simulation.experiments.parallel import runs_by_seed
from simulation.runs import run
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import open_experiment

SMALL = {
    "name": "base",
    "population.firms": 60,
    "time.months": 12,
    "time.survey_month": 6,
    "time.origin_months": 2,
    "time.start_rounds": 8,
}


@pytest.fixture(scope="module")
def base():
    return Scenario().with_(SMALL)


@pytest.fixture(scope="module")
def scenarios(base):
    return [
        base,
        base.with_({"name": "alone", "influence.peers": 0.0}),
        base.with_({"name": "fast", "use.growth": 0.1}),
    ]


@pytest.fixture
def built(monkeypatch):
    """Return the list of (scenario, seed) whose worlds are built."""
    seen = []
    original = parallel.build

    def count(scenario, seed):
        seen.append((scenario.name, seed))
        return original(scenario, seed)

    monkeypatch.setattr(parallel, "build", count)
    return seen


def fail_at(monkeypatch, seed, error):
    """Let the runs of a seed fail, and return the seeds that were begun."""
    begun = []
    original = Course.end

    def run_or_fail(course, *arguments):
        begun.append(course.seed)
        if course.seed == seed:
            raise error
        return original(course, *arguments)

    monkeypatch.setattr(Course, "end", run_or_fail)
    return begun


def test_scenarios_that_agree_on_who_exists_share_one_world_per_seed(scenarios, built):
    found = dict(runs_by_seed(scenarios, [1, 2], 1))
    assert built == [("base", 1), ("base", 2)]
    assert all(one.world is found[1][0].world for one in found[1])
    assert found[1][0].world is not found[2][0].world


def test_scenarios_with_other_firms_or_links_have_worlds_of_their_own(base, built):
    others = [
        base.with_({"name": "more", "network.mean_suppliers": 6.0}),
        base.with_({"name": "larger", "population.firms": 61}),
        base.with_({"name": "able", "firms.capacity_region.elsewhere": 0.0}),
    ]
    list(runs_by_seed([base, *others], [1], 1))
    assert [name for name, _ in built] == ["base", "more", "larger", "able"]


def test_scenarios_that_differ_in_policy_alone_share_what_happens_before_it(base, scenarios, monkeypatch):
    """Two policies and none share eight months, two others with their own growth nine; one that is alone has none."""
    stems, original = [], parallel.stem_of

    def count(world, scenario, seed, months, **options):
        stems.append((scenario.name, seed, months))
        return original(world, scenario, seed, months, **options)

    monkeypatch.setattr(parallel, "stem_of", count)
    grant = {"budget.strength": "fixed", "policy.subsidy": {"first": 8, "last": 11, "strength": 3.0}}
    late = grant | {"policy.subsidy": {"first": 9, "last": 11, "strength": 3.0}}
    _, alone, fast = scenarios
    chosen = [
        base.with_(grant | {"name": "grant"}),
        fast,
        base,
        alone,
        base.with_(late | {"name": "late"}),
        fast.with_(late | {"name": "fast, late"}),
    ]
    found = dict(runs_by_seed(chosen, [1, 2], 1))
    assert stems == [("grant", 1, 8), ("fast", 1, 9), ("grant", 2, 8), ("fast", 2, 9)]
    for seed, runs in found.items():
        assert [one.scenario for one in runs] == chosen
        assert [one.digest for one in runs] == [run(scenario, seed).digest for scenario in chosen]
        assert [one.structure for one in runs] == [run(scenario, seed).structure for scenario in chosen]


def test_the_order_of_regions_is_part_of_a_world(base):
    """It numbers the groups: a world shared between both orders would give the numbers of one to the other."""
    values = base.resolved() | {"name": "turned"}
    values["population"]["regions"] = dict(reversed(values["population"]["regions"].items()))
    turned = Scenario.model_validate(values)
    assert turned.digest() != base.digest()
    ((_, (_, second)),) = runs_by_seed([base, turned], [1], 1)
    assert second.digest == run(turned, 1).digest


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_seeds_come_in_their_order_however_many_work(scenarios, workers):
    found = list(runs_by_seed(scenarios[:2], [5, 1, 9, 3, 2], workers))
    assert [seed for seed, _ in found] == [5, 1, 9, 3, 2]
    assert [[one.scenario.name for one in runs] for _, runs in found] == [["base", "alone"]] * 5
    assert all(one.seed == seed for seed, runs in found for one in runs)


def test_only_a_few_seeds_are_computed_ahead(base, built):
    """Otherwise the runs of all seeds would fill the memory."""
    results = runs_by_seed([base], range(100), 2)
    next(results)
    time.sleep(0.5)
    assert len(built) <= 5
    results.close()
    before = len(built)
    time.sleep(0.1)
    assert len(built) == before < 100


def test_the_first_failure_ends_all_and_leaves_no_thread(scenarios, monkeypatch):
    begun = fail_at(monkeypatch, 2, RunError("broken"))
    before = threading.active_count()
    with pytest.raises(RunError, match="broken"):
        list(runs_by_seed(scenarios, range(1, 50), 2))
    assert len(set(begun)) <= 6
    assert threading.active_count() == before


def test_parts_are_the_same_bytes_for_any_number_of_workers(scenarios, tmp_path):
    manifests = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        compare(scenarios, range(1, 8), folder=folder, workers=workers)
        manifests.append(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    assert manifests[0]["parts"] == manifests[1]["parts"]
    assert sum(name.startswith("series-") for name in manifests[0]["parts"]) == 3
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_keeps_what_had_finished(scenarios, tmp_path, monkeypatch, workers):
    """Seeds 1 to 7 finish before the interruption in seed 8: one chunk of 1, one of 5, and the rest."""
    fail_at(monkeypatch, 8, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt) as caught:
        compare(scenarios, range(1, 21), folder=tmp_path, workers=workers)
    opened = open_comparison(tmp_path)
    assert opened.seeds[:7] == tuple(range(1, 8))
    assert 8 not in opened.seeds
    assert caught.value.__notes__ == [f"The runs of {len(opened.seeds)} of 20 seeds are saved in {tmp_path}."]
    table = opened.experiment.runs().set_index(["scenario", "seed"])["digest"]
    assert len(table) == 3 * len(opened.seeds)
    assert table["alone", 7] == run(scenarios[1], 7).digest
    assert set(opened.differences()["n"]) <= set(range(len(opened.seeds) + 1))


def test_an_interruption_before_anything_has_finished_leaves_earlier_results_alone(scenarios, tmp_path, monkeypatch):
    compare(scenarios[:2], [1, 2], folder=tmp_path)
    before = open_comparison(tmp_path).differences()
    fail_at(monkeypatch, 3, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt) as caught:
        compare(scenarios, [3, 4], folder=tmp_path, workers=1)
    assert not hasattr(caught.value, "__notes__")
    assert open_comparison(tmp_path).differences().equals(before)


def test_a_second_comparison_replaces_the_first_in_its_folder(scenarios, tmp_path):
    """Their runs have the same names and seeds and must not be mixed."""
    compare([scenario.with_({"population.firms": 80}) for scenario in scenarios], [1, 2, 3], folder=tmp_path / "a")
    second = compare(scenarios[:2], [1, 2], folder=tmp_path / "a")
    fresh = compare(scenarios[:2], [1, 2], folder=tmp_path / "b")
    assert second.differences().equals(fresh.differences())
    assert second.experiment.manifest["parts"] == fresh.experiment.manifest["parts"]
    assert {path.name for path in (tmp_path / "a" / "parts").iterdir()} == set(second.experiment.manifest["parts"])


def test_scenarios_with_other_classes_of_firms_can_be_compared(base, tmp_path):
    """One has a single region and follows no origins: what only the other has is missing, not wrong."""
    shares = {size: {sector: {"capital": 1.0} for sector in ("manufacturing", "services")} for size in ("large", "sme")}
    one_region = {"name": "one", "population.regions": {"elsewhere": None}, "population.region_share": shares}
    single = base.with_(one_region | {"time.origin_months": 0}).with_({"time.origin_months": 2})
    for order in ([base, single], [single, base]):
        found = compare(order, [1, 2], folder=tmp_path).differences().set_index("outcome")
        assert found.loc["regional_user_gap", "n"] == 0
        assert found.loc["adopter_gap", "n"] == 2
    firms = open_experiment(tmp_path).firms()
    assert set(firms[firms["scenario"] == "one"]["region"]) == {"capital"}


def test_series_with_and_without_origins_can_be_saved_together(base, tmp_path):
    from simulation.store.manifest import write_manifest
    from simulation.store.parts import save_runs

    without = run(base.with_({"name": "without", "time.origin_months": 0}), 1)
    parts = save_runs(tmp_path, [without, run(base, 1)]) + save_runs(tmp_path, [without])
    write_manifest(tmp_path, {}, parts[:2])
    series = open_experiment(tmp_path).series()
    assert series[series["scenario"] == "without"]["origin"].isna().all()
    assert series[series["scenario"] == "base"]["origin"].notna().any()
    write_manifest(tmp_path, {}, [parts[2], *save_runs(tmp_path, [run(base, 1)])])
    again = open_experiment(tmp_path).series()
    assert len(again) == len(series)
    assert again["origin"].notna().sum() == series["origin"].notna().sum()


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [
        ([], "a comparison needs at least one seed"),
        ([1, 2, 1], "the seed 1 is given twice"),
        ([-1, 2], "the seed -1 is not between 0 and"),
        ([1, 2**63], "is not between 0 and"),
    ],
)
def test_seeds_that_make_no_comparison_are_refused_before_anything_is_written(base, tmp_path, seeds, sentence):
    with pytest.raises(InputError, match=sentence):
        compare([base], seeds, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_scenario_is_refused(tmp_path):
    with pytest.raises(InputError, match="a comparison needs at least one scenario"):
        compare([], [1], folder=tmp_path)


def test_a_folder_that_cannot_be_written_is_told_before_the_work(scenarios, tmp_path, built):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write to"):
        compare(scenarios, [1], folder=tmp_path / "file" / "below")
    assert built == []


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.pop("seeds"),
        lambda manifest: manifest.pop("spending"),
        lambda manifest: manifest.update(scenarios=[]),
        lambda manifest: manifest["scenarios"]["base"]["resolved"]["use"].update(growth="much"),
        lambda manifest: manifest["scenarios"]["base"].pop("resolved"),
    ],
)
def test_a_manifest_that_was_changed_by_hand_is_refused(base, tmp_path, change):
    compare([base], [1], folder=tmp_path)
    file = tmp_path / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    change(manifest)
    file.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json was changed or damaged"):
        open_comparison(tmp_path)


def test_results_of_another_kind_are_not_a_comparison(base, tmp_path):
    from simulation.store.manifest import write_manifest
    from simulation.store.parts import save_runs

    write_manifest(tmp_path, {"kind": "run"}, save_runs(tmp_path, [run(base, 1)]))
    with pytest.raises(InputError, match="holds results of kind 'run', not a comparison"):
        open_comparison(tmp_path)


def test_scenarios_come_back_from_the_disk_as_they_were_run(scenarios, tmp_path):
    opened = compare(scenarios, [1], folder=tmp_path)
    assert list(opened.scenarios) == scenarios
    assert [one.digest() for one in opened.scenarios] == [one.digest() for one in scenarios]
