"""Small worlds of hand-made firms and links, in which only what is verified happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.scenario.scenario import Scenario
from simulation.state import COLUMNS, Float, World
from simulation.world.assembly import assemble
from simulation.world.network import Network
from simulation.world.population import Population, groups_of

__all__ = [
    "LARGE_MAKER",
    "SME_MAKER",
    "adopter_shares",
    "all_zero",
    "delivering",
    "make_engine",
    "make_scenario",
    "make_world",
]

LARGE_MAKER, SME_MAKER = 0, 4
"""Groups of the default scenario: large and small manufacturers of the capital."""


def all_zero(table: Any) -> Any:  # noqa: ANN401 - a table of any depth
    """Return a table of a scenario, of any depth, with 0 in every entry."""
    return {name: all_zero(entry) for name, entry in table.items()} if isinstance(table, dict) else 0.0


def make_scenario(changes: Mapping[str, Any] | None = None, *, firms: int = 10, months: int = 12) -> Scenario:
    """Return a small scenario in which nobody has adopted at the start and partners stay."""
    quiet = {
        "review.base": 0.0,
        "review.sensitivity": 0.0,
        "population.firms": firms,
        "network.mean_suppliers": min(5.0, 0.5 * firms),
        "time.months": months,
        "time.survey_month": 0,
        "firms.adopters_start": all_zero(Scenario().firms.adopters_start),
    }
    return Scenario().with_(quiet | dict(changes or {}))


def make_world(  # noqa: PLR0913 - what is not given has a default
    suppliers: Mapping[int, Sequence[int]],
    scenario: Scenario,
    *,
    firms: int,
    weights: Mapping[int, Sequence[float]] | None = None,
    not_critical: Iterable[tuple[int, int]] = (),
    group: Sequence[int] | int = SME_MAKER,
    key: Sequence[int] | None = None,
    workers: Sequence[float] | float = 10.0,
    capacity: Sequence[float] | float = 0.5,
    **fields: Sequence[float] | float,
) -> World:
    """Return a world of hand-made firms and links.

    ``suppliers[i]`` lists the suppliers of buyer i in slot order, with equal shares unless ``weights`` says otherwise;
    all are critical but the (supplier, buyer) pairs in ``not_critical``. Further keywords replace fields of `Firms`.
    """
    lists = [list(suppliers.get(buyer, ())) for buyer in range(firms)]
    shares = [
        list(weights[buyer]) if weights and buyer in weights else [1.0 / len(row) for _ in row]
        for buyer, row in enumerate(lists)
    ]
    idle = set(not_critical)
    network = Network(
        start=np.cumsum([0, *(len(row) for row in lists)]).astype(np.int64),
        supplier=np.array([j for row in lists for j in row], np.int32),
        weight=np.array([w for row in shares for w in row], np.float64),
        is_critical=np.array([(j, i) not in idle for i, row in enumerate(lists) for j in row], np.uint8),
    )
    population = Population(
        key=np.arange(firms, dtype=np.uint64) if key is None else np.asarray(key, np.uint64),
        names=None,
        group=np.broadcast_to(np.asarray(group, np.int32), firms).copy(),
        workers=np.broadcast_to(np.asarray(workers, np.float64), firms).copy(),
        weight=np.ones(firms),
        capacity_start=np.broadcast_to(np.asarray(capacity, np.float64), firms).copy(),
        sales=None,
        fills=(),
    )
    made = assemble(population, network, groups_of(scenario), scenario)
    changed = {
        name: np.broadcast_to(np.asarray(value, getattr(made.firms, name).dtype), firms).copy()
        for name, value in fields.items()
    }
    return made._replace(firms=made.firms._replace(**changed))


def make_engine(
    world: World, scenario: Scenario, seed: int, *, has_origins: bool = False, has_deliveries: bool = True
) -> CompiledEngine:
    """Return an engine in double precision, in which a formula is met to its last digits."""
    return CompiledEngine(
        world, scenario, seed, has_origins=has_origins, has_deliveries=has_deliveries, real=np.float64
    )


def adopter_shares(changes: dict[str, Any], *, firms: int, months: int, seed: int, start: int = 0) -> Float:
    """Return the share of adopters among unconnected firms after every month, the first ones adopting at the start."""
    scenario = make_scenario(changes, firms=firms, months=months)
    engine = make_engine(make_world({}, scenario, firms=firms), scenario, seed, has_deliveries=False)
    engine.state.adopted[:start] = 1
    engine.advance()
    shares: Float = engine.tallies.groups[:, :, COLUMNS.index("adopters_count")].sum(axis=1) / firms
    return shares


def delivering(
    suppliers: Mapping[int, Sequence[int]],
    firms: int,
    rounds: int,
    changes: Mapping[str, Any],
    **fields: Any,  # noqa: ANN401 - as make_world takes them
) -> CompiledEngine:
    """Return an engine after so many rounds from the start, in which all delivered only their own."""
    scenario = make_scenario({"time.start_rounds": rounds, **changes}, firms=max(firms, 2))
    return make_engine(make_world(suppliers, scenario, firms=firms, **fields), scenario, 1, has_origins=True)
