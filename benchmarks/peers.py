"""The same month by other means, timed in turns with the engine's: NumPy, Mesa agents, and what others can express."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.agreement import agrees, as_table
from benchmarks.numpy_month import NumpyMonths
from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.worlds import SEED, TURN, Months, baseline, turn_of, world_of

__all__ = ["agents_month", "measure"]

_WHOLE, _ADOPTION = "the whole month", "adoption alone"
_AGENTS = "Mesa agents"
_GOALS = {"NumPy and scipy.sparse": 12.0, _AGENTS: 2000.0}


def _numpy(firms: int) -> Callable[[], object]:
    model = NumpyMonths(Months(firms).engine, SEED)
    first = model.month

    def month() -> None:
        if model.month >= len(model.tallies):
            model.month = first  # only the trend and the row of the tallies depend on it
        model.advance(1)

    return month


def agents_month(firms: int) -> Callable[[], object]:
    """Return a month of the agent engine, whose firms are Mesa agents; the start is cut short, which no month feels."""
    from simulation.mesa_model import SupplyChainModel

    scenario = baseline(firms).with_({"time.start_rounds": 4})
    return SupplyChainModel(scenario, SEED, "agents", world=world_of(firms), has_origins=False).step


def _ndlib(firms: int) -> Callable[[], object]:
    """Return an iteration of NDlib's SI model over the same links, without direction and weight."""
    import networkx as nx
    from ndlib.models.epidemics import SIModel
    from ndlib.models.ModelConfig import Configuration

    links = world_of(firms).links
    graph = nx.Graph()
    graph.add_nodes_from(range(firms))
    graph.add_edges_from(zip(links.supplier.tolist(), links.buyer.tolist(), strict=True))
    model, chosen = SIModel(graph, seed=SEED), Configuration()
    chosen.add_model_parameter("beta", 0.01)
    chosen.add_model_parameter("fraction_infected", 0.02)
    model.set_initial_status(chosen)
    return lambda: model.iteration(node_status=False)


def _mesa_frames(firms: int) -> Callable[[], object]:
    """Return a step of adoption in mesa-frames: links are a frame that is joined, because it has no networks."""
    import polars as pl
    from mesa_frames import AgentSetPolars, ModelDF

    links, p = world_of(firms).links, Months(firms).engine.parameters

    class Firms(AgentSetPolars):  # type: ignore[misc]
        """Firms as rows of a frame."""

        def __init__(self, model: Any) -> None:
            super().__init__(model)
            rng = np.random.default_rng(SEED)
            adopted = (rng.random(firms) < 0.02).astype(np.float64)
            self += pl.DataFrame({"unique_id": np.arange(firms), "adopted": adopted})
            self.links = pl.DataFrame(
                {"supplier": links.supplier.astype(np.int64), "buyer": links.buyer.astype(np.int64), "w": links.weight}
            )

        def step(self) -> None:
            """Let firms adopt, given the adopters among their suppliers."""
            now = self.agents.select("unique_id", "adopted")
            of_suppliers = (
                self.links.join(now, left_on="supplier", right_on="unique_id")
                .group_by("buyer")
                .agg((pl.col("w") * pl.col("adopted")).sum().alias("share"))
            )
            joined = now.join(of_suppliers, left_on="unique_id", right_on="buyer", how="left", maintain_order="left")
            index = p.hazard.level + p.influence.suppliers * joined["share"].fill_null(0.0).to_numpy()
            chance = -np.expm1(-p.hazard.maximum / (1.0 + np.exp(-index)))
            adopts = self.model.random.random(firms) < chance
            self["adopted"] = pl.Series(np.maximum(now["adopted"].to_numpy(), adopts))

    class Model(ModelDF):  # type: ignore[misc]
        """A model of these firms."""

        def __init__(self) -> None:
            super().__init__(seed=SEED)
            self.agents += Firms(self)

    model = Model()
    return lambda: model.agents.do("step")


_PEERS: dict[str, tuple[str, Callable[[int], Callable[[], object]], str, int]] = {
    "NumPy and scipy.sparse": ("scipy", _numpy, _WHOLE, 1_000_000),
    _AGENTS: ("mesa", agents_month, _WHOLE, 10_000),
    "NDlib, SI model": ("ndlib", _ndlib, _ADOPTION, 100_000),
    "mesa-frames": ("mesa_frames", _mesa_frames, _ADOPTION, 100_000),
}
"""Package, maker of a month, what of the month it does, and the largest size at which it is asked."""


def _ready(firms: int, left_out: dict[str, str]) -> dict[str, Callable[[], object]]:
    """Return the peers that can run; note why others cannot."""
    ready = {}
    for name, (package, make, _, largest) in _PEERS.items():
        if importlib.util.find_spec(package) is None:
            left_out[name] = f"{name}: left out, the package {package!r} is not installed."
        elif firms <= largest:
            try:
                ready[name] = make(firms)
            except ImportError as error:
                left_out[name] = f"{name}: left out, {error.name} does not load here."
    return ready


def _repeated(month: Callable[[], object], count: int) -> Callable[[], object]:
    """Return what does so many months."""

    def turn() -> None:
        for _ in range(count):
            month()

    return turn


def measure(is_quick: bool = False) -> Found:
    """Return how many times as long as the engine the others take for a month."""
    values: dict[str, dict[str, float]] = {}
    left_out: dict[str, str] = {}
    rows = []
    for firms in (1_000,) if is_quick else (2_000, 10_000, 1_000_000):
        count = turn_of(firms)
        jobs = {"engine": Months(firms, count).job}
        ready = _ready(firms, left_out)
        counts = {name: 1 if name == _AGENTS else count for name in ready}
        jobs |= {name: Job(_repeated(month, counts[name])) for name, month in ready.items()}
        found = interleaved(jobs, 3 if is_quick else 11 if firms <= 10_000 else 5)
        own = 1e9 * found.median("engine") / firms / count
        values[str(firms)] = {"engine": own}
        rows.append([f"{firms:,}", "tierwise", _WHOLE, f"{own:,.0f}", "1", ""])
        for name in list(jobs)[1:]:
            ratio = found.ratio(name, "engine") * count / counts[name]
            values[str(firms)][name] = ratio
            part = _PEERS[name][2]
            goal = f"{_GOALS[name]:,.0f}" if name in _GOALS and firms >= 10_000 else ""
            cost = f"{1e9 * found.median(name) / firms / counts[name]:,.0f}"
            rows.append([f"{firms:,}", name, part, cost, f"{ratio:,.3g}" if ratio < 1000 else f"{ratio:,.0f}", goal])
    compared, seeds = (500, 4) if is_quick else (2_000, 12)
    agreement = as_table(agrees(compared, seeds), compared, seeds)
    note = (
        f"All in one process and in turns of up to {TURN} months (of agents: one), because the first months of a turn "
        "find the caches full of the others' data; one thread each. A ratio is the median over turns. "
    )
    return Found(
        {"ratios": values, "left out": list(left_out.values())},
        [
            Table(
                "A month by other means",
                ["Firms", "Program", "Does", "ns a firm", "Times the engine", "Goal"],
                rows,
                note + " ".join(left_out.values()),
            ),
            agreement,
        ],
    )
