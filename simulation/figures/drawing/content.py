"""What a picture of a supplier network shows: firms and links of a world, of a run, or of stored results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulation.errors import InputError
from simulation.figures.dates import date
from simulation.figures.sampling import sample_around
from simulation.figures.style import scenario_label
from simulation.measures.measure import Mask
from simulation.texts import word
from simulation.world.build import groups_of, sales_of
from simulation.world.frames import firm_frame, link_frame, state_frame

if TYPE_CHECKING:
    import pandas as pd

    from simulation.records import Run
    from simulation.scenario.scenario import Scenario
    from simulation.state import Groups, World
    from simulation.store.experiment import Experiment

__all__ = ["Content", "of_experiment", "of_frames", "of_month", "of_run", "of_world", "part_of"]


class Content(NamedTuple):
    """A supplier network at one moment.

    Attributes
    ----------
    firms : frame
        firm, size, sector, region, tier, workers, sales; after a run also late, root, travelled, adopted.
    links : frame
        supplier and buyer (row numbers of the firms), value, critical.
    groups : Groups
    title : str
        Scenario and seed, in words.
    moment : str
        When, in words.
    kind : str or None
        Kind of the network where the scenario names one.
    has_lateness : bool
        Whether the firms have delivered.
    tolerance : float
        Days up to which measures count a delivery as on time.
    whole : int
        Firms of the network of which these are a part, or all.
    rule : str
        How the part was chosen, in words; empty for all.
    """

    firms: pd.DataFrame
    links: pd.DataFrame
    groups: Groups
    title: str
    moment: str
    kind: str | None
    has_lateness: bool
    tolerance: float
    whole: int
    rule: str = ""

    @property
    def is_late(self) -> Mask:
        """(n,) whether the last delivery was late at all."""
        if not self.has_lateness:
            return np.zeros(len(self.firms), dtype=np.bool_)
        late: Mask = self.firms["late"].to_numpy(dtype=float) > 0.0
        return late

    @property
    def is_inherited(self) -> Mask:
        """(n,) whether the last delivery was late and its lateness began at another firm."""
        if not self.has_lateness:
            return np.zeros(len(self.firms), dtype=np.bool_)
        travelled, root = self.firms["travelled"].to_numpy(), self.firms["root"].to_numpy()
        inherited: Mask = self.is_late & (travelled > 0) & (root >= 0) & (root != np.arange(len(self.firms)))
        return inherited


def part_of(content: Content, largest: int) -> Content:
    """Return the content, or a part of at most so many firms around large manufacturers."""
    sample = sample_around(content.firms, content.links, largest)
    return content._replace(firms=sample.firms, links=sample.links, rule=sample.rule)


def of_world(world: World, scenario: Scenario, seed: int) -> Content:
    """Return a world as it was built, before anybody delivers."""
    firms = firm_frame(world)
    firms["sales"] = sales_of(world.firms, world.links)
    return _content(firms, link_frame(world.links), scenario, seed, None)


def of_run(run: Run) -> Content:
    """Return firms and links of a run at the end of its last month."""
    return _content(run.firms, run.links, run.scenario, run.seed, run.scenario.time.months - 1)


def of_frames(firms: pd.DataFrame, links: pd.DataFrame, scenario: Scenario, seed: int) -> Content:
    """Return stored firms and links of one run, as `Run.firms` and `Run.links` make them."""
    return _content(firms, links, scenario, seed, scenario.time.months - 1)


def of_month(scenario: Scenario, seed: int, month: int) -> Content:
    """Return the network at the end of a month of a scenario that is run so far, with its strengths as they are.

    Raises
    ------
    InputError
        A month after the last.
    """
    from simulation.engines.engine import CompiledEngine
    from simulation.world.build import build

    if not 0 <= month < scenario.time.months:
        message = f"month {month} is not among the months 0 to {scenario.time.months - 1} of '{scenario.name}'"
        raise InputError(message)
    world = build(scenario, seed)
    engine = CompiledEngine(world, scenario, seed, has_origins=False)
    engine.advance(month + 1)
    return _content(state_frame(world, engine.state), link_frame(engine.links), scenario, seed, month)


def of_experiment(experiment: Experiment, scenario: Scenario, seed: int | None = None) -> Content:
    """Return the network at the end of a stored run, by default of the first seed whose firms were kept.

    Raises
    ------
    InputError
        Where firms and links of that run were not kept.
    """
    firms, links = experiment.firms(), experiment.links()
    kept = firms[firms["scenario"] == scenario.name] if len(firms) else firms
    seeds = list(dict.fromkeys(kept["seed"])) if len(kept) else []
    known = [int(number) for number in experiment.manifest.get("seeds", []) if number in seeds] or seeds
    if not known or links.empty:
        message = f"the firms and links of '{scenario.name}' were not kept, so its network cannot be drawn"
        raise InputError(message)
    if seed is not None and seed not in known:
        message = f"firms and links were not kept for seed {seed}, but for {', '.join(map(str, known))}"
        raise InputError(message)
    chosen = known[0] if seed is None else seed
    mine = links[(links["scenario"] == scenario.name) & (links["seed"] == chosen)]
    return of_frames(
        kept[kept["seed"] == chosen].reset_index(drop=True), mine.reset_index(drop=True), scenario, int(chosen)
    )


def _content(firms: pd.DataFrame, links: pd.DataFrame, scenario: Scenario, seed: int, month: int | None) -> Content:
    kind: Any = getattr(scenario.network, "kind", None)
    return Content(
        firms=firms,
        links=links,
        groups=groups_of(scenario),
        title=word("{scenario} (seed {seed})", scenario=scenario_label(scenario), seed=seed),
        moment=word("before the first month")
        if month is None
        else word("at the end of {date}", date=date(scenario.time, month)),
        kind=None if kind is None else str(getattr(kind, "value", kind)),
        has_lateness=month is not None,
        tolerance=scenario.lateness.tolerance,
        whole=len(firms),
    )
