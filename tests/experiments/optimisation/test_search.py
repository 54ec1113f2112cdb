"""The search: the same trials however it is interrupted, effects at equal money, a front that fresh seeds judge."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest

from simulation.errors import InputError, RunError
from simulation.experiments.comparison import compare
from simulation.experiments.optimisation import search as module
from simulation.experiments.optimisation.aims import CONFIRMING, evaluate, search_of, with_strengths
from simulation.experiments.optimisation.results import open_optimisation
from simulation.experiments.optimisation.search import optimise
from simulation.experiments.optimisation.splits import with_split
from simulation.scenario.reading import load

pytest.importorskip("optuna")

SETS = ["population.firms=100", "time.months=24", "time.survey_month=6", "time.start_rounds=8", "budget.seeds=4"]
POLICY = [
    "policy.development=null",
    "policy.courses_capital=null",
    "policy.grants_elsewhere=null",
    *[f"policy.{name}.{end}" for name in ("grants_capital", "courses_elsewhere")
      for end in ("first=6", "last=20", "budget_share=0.5")],
]  # fmt: skip
AIMS = ["adopter_gap", "sme_defect_ppm"]


@pytest.fixture(scope="module")
def search():
    return search_of(load("split", [*SETS, *POLICY]), load("baseline", SETS), AIMS, replications=2)


@pytest.fixture(scope="module")
def whole(search, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    optimise(search, folder, 10, on="serial")
    return open_optimisation(folder)


def test_every_trial_splits_the_whole_envelope_on_the_same_seeds(search, whole):
    trials = whole.trials()
    assert trials.groupby("trial").size().tolist() == [2] * 10
    assert set(trials["seed"]) == {1, 2}
    shares = trials[[f"share:{name}" for name in search.levers]].to_numpy()
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert shares[:6:2].tolist() == [[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]


def test_an_interrupted_search_goes_on_as_if_nothing_had_happened(search, whole, tmp_path, monkeypatch):
    proper = module._evaluated
    calls = []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return proper(*arguments)

    monkeypatch.setattr(module, "_evaluated", interrupted)
    with pytest.raises(KeyboardInterrupt):
        optimise(search, tmp_path, 10, on="serial")
    assert len(open_optimisation(tmp_path).trials()) == 2 * module.BATCH
    optimise(search, tmp_path, 10, on="serial")
    columns = [name for name in whole.trials() if name != "seconds"]
    assert open_optimisation(tmp_path).trials()[columns].equals(whole.trials()[columns])
    assert open_optimisation(tmp_path).confirmed()[columns].equals(whole.confirmed()[columns])


def test_effects_are_those_of_a_comparison(search, tmp_path):
    ready = with_strengths(search)
    rows = evaluate(ready, [0.3, 0.7], [1, 2])
    split = with_split(ready.scenario, ready.levers, [0.3, 0.7])
    table = compare([search.baseline, split], [1, 2], folder=tmp_path).differences().set_index("outcome")
    for aim in AIMS:
        assert np.mean([row[aim] for row in rows]) == pytest.approx(table.loc[aim, "difference"], abs=1e-9)


def test_the_front_is_judged_on_seeds_that_the_search_has_not_seen(search, whole):
    front, fresh = whole.front(), whole.front(is_confirmed=True)
    assert set(front["trial"]) == set(fresh["trial"])
    assert set(whole.confirmed()["seed"]) == {1 + CONFIRMING, 2 + CONFIRMING}
    means = whole.trials().groupby("trial")[AIMS].mean()
    for trial in means.index:
        beaten = ((means <= means.loc[trial]).all(axis=1) & (means < means.loc[trial]).any(axis=1)).any()
        assert (trial in set(front["trial"])) == (not beaten)


def test_a_longer_search_shows_its_own_front_alone(search, tmp_path):
    for trials in (2, 5):
        optimise(search, tmp_path, trials, on="serial")
        found = open_optimisation(tmp_path)
        assert set(found.front(is_confirmed=True)["trial"]) == set(found.front()["trial"])
    assert found.trials()["trial"].nunique() == 5


def test_a_worker_that_dies_is_told_and_earlier_batches_stay(search, tmp_path):
    class KilledError(Exception):
        pass

    class Pool:
        killed, lost = (KilledError,), ()

        def submit(self, call, *arguments):
            future = Future()
            future.set_exception(KilledError())
            return future

    with pytest.raises(RunError, match="a worker has died"):
        module._evaluated(search, tmp_path, Pool(), [0], [np.array([0.5, 0.5])])


def test_another_search_is_not_mixed_with_what_is_there(search, whole):
    other = search_of(load("split", [*SETS, *POLICY]), load("baseline", SETS), ["adopter_gap"], replications=2)
    with pytest.raises(InputError, match="another search: aims differ"):
        optimise(other, whole.folder, 10, on="serial")


@pytest.mark.parametrize(
    ("aims", "part"),
    [
        ([], "at least one aim"),
        (["adopter_gab"], "did you mean 'adopter_gap'"),
        (["public_cost"], "whether more or less of public_cost is better"),
    ],
)
def test_aims_that_are_none_are_told(aims, part):
    with pytest.raises(InputError, match=part):
        search_of(load("split"), load("baseline"), aims)
