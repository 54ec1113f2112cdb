"""Numbers that no computer holds: refused in a sentence before any memory is asked for."""

from __future__ import annotations

import pytest
from hardening.judging import judged, memory_peak

from simulation.errors import InputError
from simulation.scenario.reading import load
from simulation.scenario.register import register
from simulation.world.build import build

HUGE = (
    "1e308", "1.7976931348623157e308", "1e309", "-1e308", "1000000000000", "-1000000000000", "9223372036854775808",
    "18446744073709551616", "1" + "0" * 90, ".inf", "-.inf", ".nan", "5e-324", "-5e-324", "1e-308",
)  # fmt: skip
PATHS = (
    "population.firms", "time.months", "time.survey_month", "time.deliveries_per_month", "time.start_rounds",
    "time.origin_months", "time.start_year", "network.seed", "network.mean_suppliers", "budget.per_worker",
    "budget.seeds", "population.sizes.sme.workers_to", "population.sizes.sme.tail", "use.growth", "lateness.lean",
    "defects.mismatch", "adoption.cost.per_worker",
)  # fmt: skip


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def written(path: str, value: str) -> str:
        lines = [f"{' ' * depth}{step}:" for depth, step in enumerate(path.split("."))]
        (tmp_path / "x.yaml").write_text("\n".join(lines) + f" {value}\n", encoding="utf-8")
        return "x.yaml"

    return written


@pytest.mark.parametrize("path", ["population.firms", "time.months", "time.deliveries_per_month", "time.start_rounds"])
def test_counts_without_end_are_refused_with_their_place(write, path):
    for value in HUGE[:12]:
        with pytest.raises(InputError) as caught:
            load(write(path, value))
        assert all(problem.place.startswith("x.yaml:") for problem in caught.value.problems)


def test_every_number_of_the_register_takes_any_number_or_refuses_it(write):
    """What is taken must make no fault either: every extreme that is allowed is built from."""
    memory_peak(is_new=True)
    before = memory_peak()
    paths = [entry.path for entry in register()]
    assert len(paths) > 90
    refused = 0
    for number, path in enumerate(paths):
        for value in (HUGE[number % len(HUGE)],):
            name = path.replace("*", "sme")
            problems = judged(
                lambda name=name, value=value: load(write(name, value)), lambda _: "", f"{name} {value}"
            ).problems
            refused += bool(problems)
    assert refused > len(paths) / 2
    assert memory_peak() - before < 200 * 2**20


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        (["population.firms=100000000000"], "GB of memory"),
        (["population.firms=1e308"], "population.firms"),
        (["population.firms=99999999", "network.mean_suppliers=1000"], "GB of memory"),
        (["population.firms=1000000", "network.kind=complete"], "GB of memory"),
        (["time.months=1000000000000"], "time.months"),
    ],
)
def test_sizes_are_estimated_before_anything_is_built(changes, part):
    with pytest.raises(InputError, match=part):
        load("tierwise:baseline", changes)


@pytest.mark.parametrize(
    "changes",
    [
        ["population.firms=1"],
        ["population.firms=2"],
        ["population.firms=30", "network.mean_suppliers=29"],
        ["population.firms=30", "network.mean_suppliers=0"],
        ["population.firms=50", "population.sizes.sme.tail=0.01"],
        ["population.firms=50", "population.sizes.sme.tail=100"],
        ["population.firms=50", "population.sizes.large.workers_to=2147483647"],
    ],
)
def test_the_smallest_and_the_widest_worlds_are_built_or_refused(changes):
    judged(lambda: build(load("tierwise:baseline", changes), 1), lambda _: "", str(changes))
