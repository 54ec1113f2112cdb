"""Scenarios of one seed: each from its own start, and with what they share until their policies begin computed once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.timing import Found, Job, Table, interleaved
from simulation.courses import shared_months
from simulation.experiments.parallel import Batch
from simulation.runs import run_in_world
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

__all__ = ["measure"]

NAMES = ("baseline", "cash_subsidy", "capability", "reinvestment", "supplier_development", "mandate")


def _scenarios(firms: int, origin_months: int) -> list[Scenario]:
    """Return shipped scenarios with strengths as written."""
    changes = [f"population.firms={firms}", "budget.strength=fixed", f"time.origin_months={origin_months}"]
    return [load(f"tierwise:{name}", changes) for name in NAMES]


def measure(is_quick: bool = False) -> Found:
    """Return the milliseconds of a run of a comparison, alone and sharing, on one thread and on two."""
    firms, turns = (200, 2) if is_quick else (2_000, 9)
    rows, values = [], {}
    for origin_months, label in ((0, "no origins, as sweeps and ensembles run"), (12, "origins of 12 months")):
        scenarios = _scenarios(firms, origin_months)
        batch = Batch(scenarios)

        def apart(seed: int, scenarios: list[Scenario] = scenarios) -> object:
            world = build(scenarios[0], seed)
            return [run_in_world(world, scenario, seed) for scenario in scenarios]

        works: dict[str, Callable[[int], object]] = {"apart": apart, "together": batch.runs}
        jobs = {f"{name} 1": Job(lambda work=work: [work(seed) for seed in (1, 2)]) for name, work in works.items()}
        with ThreadPoolExecutor(2) as pool:
            jobs |= {f"{name} 2": Job(lambda work=work: list(pool.map(work, (1, 2)))) for name, work in works.items()}
            found = interleaved(jobs, turns)
        each = {name: 1e3 * found.median(name) / 2 / len(scenarios) for name in jobs}
        gains = [found.ratio(f"apart {threads}", f"together {threads}") for threads in (1, 2)]
        values |= {f"{label}: gain": gains[0], f"{label}: gain on two threads": gains[1]}
        rows.append(
            [
                label,
                *(f"{each[name]:.1f}" for name in ("apart 1", "together 1")),
                f"{gains[0]:.2f}",
                f"{each['together 2']:.1f}",
                f"{gains[1]:.2f}",
            ]
        )
    table = Table(
        f"{len(NAMES)} scenarios of one seed, {firms:,} firms, {shared_months(scenarios)} of "
        f"{scenarios[0].time.months} months before policies begin",
        ["Runs", "Each from its start, ms a run", "Sharing, ms a run", "Gain", "Sharing, two threads", "Gain there"],
        rows,
        "In turns; both build one world a seed, and look at R_q and R_d. Two seeds a turn, a thread a seed.",
    )
    return Found(values, [table])
