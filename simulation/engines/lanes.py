"""Lanes: several runs of one seed on one network moved together, by one call of machine code.

The rows of a firm in all runs stand side by side: row i x L + k is firm i of run k, and likewise its links, so that a
buyer finds a supplier's entries of all runs in one place, a loop sets out once for all of them, and what is drawn for a
firm is drawn once. What belongs to a run, such as its sectors, its groups and its programmes, is numbered by run, so
that nobody meets a firm of another one. Blocks have the same firms as in a run of its own: whatever is added up is
added in the same order, and the history is the same to the last bit.

The runs may differ in their policies, in what their firms are like, and in who supplies whom: each has its own links.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engines.bench import new_bench
from simulation.engines.empty import new_channels, new_state, new_sums, new_tallies
from simulation.engines.engine import CompiledEngine
from simulation.engines.film import new_film
from simulation.engines.goods import OF_GOODS, Goods, new_goods
from simulation.engines.packing import Arrays, pack
from simulation.engines.schedule import months, steps_of
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.rules.review import LARGEST_EXCESS, review_hazard
from simulation.state import Awards, Channels, Firms, Index, Programmes, State, Tallies

__all__ = ["Lanes"]

Entries = NDArray[Any]

_MANY_LANES = 8
"""From so many on, it is faster to read the entries of all runs that one number finds than to find each by its own."""

_KEPT = ("purchases", "full_buffer", "partners", "suppliers")
"""Fields of the workspace with an entry a firm that a month reads before it writes them."""

_WRITTEN = ("late_days", "excess", "support", "own_cost", "mandated")
"""Fields with an entry a firm that every month writes before it reads them, and others may read after it."""

_SCRATCH = (
    "all_heard", "chance", "own_hazard", "let_through", "slack", "event", "scores", "waiting", "lead", "lead_value",
)  # fmt: skip
"""Likewise, of no use after the month."""

_SHOWN = ("signal", "effective", "replaced")
"""Such with an entry more, for the firm that fills up links."""

_BY_CELL = ("cell_firms", "cell_adopters", "peers", "reach", "usual_defects", "usual_late")
"""Fields with the same number of entries for each sector and region."""

_BY_STRIP = ("adopters_by", "defects_by", "late_by")
"""Fields with sums for each strip, place, sector and region."""

_OF_PROGRAMMES = ("until", "promised", "reserved", "spent_year", "spent", "received")
_BY_MONTH = ("private_cost", "lead_cost")


class Lanes:
    """The arrays of several runs side by side, and the way back.

    Parameters
    ----------
    engines : sequence of CompiledEngine
        Of one seed, at one month, with the same parameters, on networks whose firms have the same numbers of suppliers,
        keys and groups; without origins followed. They may have arrays in common: each gets its own when it was moved.
    """

    def __init__(self, engines: Sequence[CompiledEngine]) -> None:
        self.engines = engines
        self.count = len(engines)
        first = engines[0]
        self.firms = first.world.firms.key.size
        self.groups = self.count * first.world.groups.count
        self.real = first.work.signal.dtype.type
        self.work = self._work()
        self.ties = self._ties()
        self.state = self._state()
        self.channels = new_channels(self.count * self.firms)
        self.awards = self._awards()
        self.tallies = new_tallies(first.scenario.time.months, self.groups, False, self.count)
        self.arrays: Arrays = (
            *(self._firms(), self.ties, self.state, self.channels, self._programmes(), self.awards, self.work),
            *(new_bench(self.ties, self.groups, self.real, self.count), self.tallies, first.parameters),
        )

    def move(self, last: int) -> None:
        """Run the months up to, without, ``last``, and give each engine what became of its run."""
        engine = self.engines[0]
        first, strips = engine.month, engine.ties.strip.size - 1
        steps, regions = steps_of(engine.parameters.rounds, engine.has_deliveries), len(engine.world.groups.regions)
        months(
            np.uint64(engine.seed), first, last, steps, 0, 0, strips, regions, engine.has_deliveries, last,
            pack(self.arrays),
        )  # fmt: skip
        for lane, engine in enumerate(self.engines):
            self._give(lane, engine, slice(first, last))
            engine.month = last

    def _beside(self, lanes: Sequence[Entries]) -> Entries:
        """Return the entries of the runs' arrays side by side."""
        first = lanes[0]
        if all(lane is first for lane in lanes):
            return np.repeat(first, self.count, axis=0)
        return np.stack(lanes, axis=1).reshape(-1, *first.shape[1:])

    def _side_by_side(self, part: str, name: str) -> Entries:
        return self._beside([getattr(getattr(engine, part), name) for engine in self.engines])

    def _lane(self) -> NDArray[np.int32]:
        """Return the run to which each row belongs."""
        return np.tile(np.arange(self.count, dtype=np.int32), self.firms)

    def _firms(self) -> Firms:
        worlds, lane = [engine.world.firms for engine in self.engines], self._lane()
        cells = self.engines[0].work.cell_firms.size
        firms = Firms._make(self._beside([getattr(each, name) for each in worlds]) for name in Firms._fields)
        return firms._replace(group=firms.group * self.count + lane, cell=firms.cell + cells * lane)

    def _ties(self) -> Ties:
        first = self.engines[0].ties
        supplier = self._side_by_side("ties", "supplier").reshape(-1, self.count)
        number = (supplier >> 1) * np.uint32(self.count) + np.arange(self.count, dtype=np.uint32)
        number = np.minimum(number, np.uint32(self.firms * self.count))  # who fills up links is one for all
        return Ties(
            run=first.run * self.count,
            base=first.base * self.count,
            block=first.block,
            strip=first.strip,
            supplier=(2 * number + (supplier & 1)).ravel(),
            weight=self._side_by_side("ties", "weight"),
            factor=np.zeros(supplier.size, self.real),
            common=first.supplier if self._has_common_links() else first.common,
        )

    def _has_common_links(self) -> bool:
        """Say whether the links of all runs are the same, stay so, and gain by being read once."""
        first = self.engines[0]
        return (
            self.count >= _MANY_LANES
            and review_hazard(2.0 * LARGEST_EXCESS, first.parameters.review) == 0.0
            and not first.programmes.overdue.any()
            and all(np.array_equal(each.ties.supplier, first.ties.supplier) for each in self.engines)
        )

    def _goods(self) -> Goods:
        """Return the goods delivered last."""
        goods = [engine.work.goods for engine in self.engines]
        shown = self._beside([each.shown for each in goods])
        root = self._beside([each.root for each in goods]) * self.count + self._lane()
        late, travelled = (self._beside([getattr(each, name) for each in goods]) for name in ("late", "travelled"))
        return self._no_goods()._replace(shown=shown, late=late, root=root, travelled=travelled)

    def _no_goods(self) -> Goods:
        """Return goods without defects, on time; who fills up links has an entry for each run, as all firms do."""
        rows = self.count * self.firms
        return new_goods(rows, self.groups, False, self.real)._replace(shown=np.zeros(rows + self.count, self.real))

    def _state(self) -> State:
        empty = new_state(self.count * self.firms, self.work.goods)
        own = [name for name in State._fields if name not in OF_GOODS]
        return empty._replace(**{name: self._side_by_side("state", name) for name in own})

    def _work(self) -> Workspace:
        work, rows = [engine.work for engine in self.engines], self.count * self.firms
        first = work[0]
        strips = first.sums.groups.shape[0]
        fields: dict[str, Any] = {
            **{name: self._side_by_side("work", name) for name in _KEPT},
            **{name: np.zeros(rows, getattr(first, name).dtype) for name in (*_WRITTEN, *_SCRATCH)},
            **{name: np.zeros(rows + self.count, self.real) for name in _SHOWN},
            **{name: np.concatenate([getattr(each, name) for each in work]) for name in _BY_CELL},
            **{name: np.zeros((strips, self.count * getattr(first, name).shape[1])) for name in _BY_STRIP},
        }
        return first._replace(
            goods=self._goods(),
            others=self._no_goods(),
            **fields,
            heard=np.zeros((1, 2 * rows + 2)),
            lanes=np.array([self.count], np.int64),
            of_run=np.repeat(first.of_run, self.count),
            group_sums=self._side_by_side("work", "group_sums"),
            parts=np.zeros((strips, 0, 0)),
            late_count=np.stack([each.late_count for each in work], axis=2).reshape(strips + 1, -1),
            sums=new_sums(strips, self.groups, False, self.count),
            film=new_film(self.real),
            tracking=np.zeros(2, np.int64),
            is_clear=np.ones(1, np.uint8),
            has_overdue=np.zeros(1, np.uint8),
            alias=self._alias(),
            cell_start=self._cell_start(),
        )

    def _alias(self) -> Entries:
        """Return the tables of candidates, whose items are rows, one run's after the other's."""
        tables = np.stack([engine.work.alias.reshape(-1, 4) for engine in self.engines])
        lane = np.arange(self.count, dtype=np.uint32)[:, np.newaxis, np.newaxis]
        tables[:, :, 1:3] = tables[:, :, 1:3] * np.uint32(self.count) + lane
        return tables.ravel()

    def _cell_start(self) -> Index:
        starts = [engine.work.cell_start[:-1] + lane * self.firms for lane, engine in enumerate(self.engines)]
        return np.append(np.concatenate(starts), self.count * self.firms).astype(np.int64)

    def _filled(self, tables: Sequence[Entries], filling: int) -> Entries:
        """Return the programmes' entries of all runs, of each as many as the run with the most programmes has.

        Nobody is eligible for those that fill up.
        """
        most = max(len(table) for table in tables)
        filled = np.full((self.count, most, *tables[0].shape[1:]), filling, tables[0].dtype)
        for lane, table in enumerate(tables):
            filled[lane, : len(table)] = table
        return filled.reshape(-1, *tables[0].shape[1:])

    def _programmes(self) -> Programmes:
        policies = [engine.programmes for engine in self.engines]
        return Programmes._make(self._filled(tables, 0) for tables in zip(*policies, strict=True))

    def _awards(self) -> Awards:
        books = [engine.awards for engine in self.engines]
        return Awards(
            **{
                name: self._filled([getattr(each, name) for each in books], -1 if name == "until" else 0)
                for name in _OF_PROGRAMMES
            },
            **{name: self._side_by_side("awards", name) for name in (*_BY_MONTH, "served")},
        )

    def _own(self, rows: Entries, lane: int) -> Entries:
        """Return a copy of the entries of one run."""
        return np.ascontiguousarray(rows.reshape(-1, self.count, *rows.shape[1:])[:, lane])

    def _give(self, lane: int, engine: CompiledEngine, lived: slice) -> None:
        """Give an engine what became of its run, in arrays of its own."""
        engine.work = self._own_work(lane, engine)
        viewed = new_state(self.firms, engine.work.goods)
        own = [name for name in State._fields if name not in OF_GOODS]
        engine.state = viewed._replace(**{name: self._own(getattr(self.state, name), lane) for name in own})
        engine.channels = Channels._make(self._own(field, lane) for field in self.channels)
        supplier = self._own(self.ties.supplier, lane)
        engine.ties = engine.ties._replace(
            supplier=2 * ((supplier >> 1) // np.uint32(self.count)) + (supplier & 1),
            factor=np.zeros(supplier.size, self.real),
        )
        engine.benches = [new_bench(engine.ties, engine.world.groups.count, self.real)]
        engine.programmes = Programmes._make(field.copy() for field in engine.programmes)
        engine.awards = self._own_awards(lane, engine.awards)
        engine.tallies = self._own_tallies(lane, engine.tallies, lived)
        engine.has_own_arrays = True

    def _own_work(self, lane: int, engine: CompiledEngine) -> Workspace:
        work, merged, n = engine.work, self.work, self.firms
        groups, has_origins = engine.world.groups.count, work.goods.defect_parts.shape[0] > 0
        goods, others = (new_goods(n, groups, has_origins, self.real) for _ in range(2))
        goods.shown[:] = self._own(merged.goods.shown, lane)
        goods.mixed[:] = merged.goods.mixed
        has_programmes = engine.programmes.first.size > 0
        fields: dict[str, Any] = {
            **{name: np.zeros_like(getattr(work, name)) for name in (*_SCRATCH, *_SHOWN, *_BY_STRIP, "heard", "parts")},
            **{name: self._own(getattr(merged, name), lane) for name in ("partners", *_WRITTEN)},
            **{name: np.split(getattr(merged, name), self.count)[lane].copy() for name in _BY_CELL},
        }
        return work._replace(
            goods=goods._replace(
                late=self._own(merged.goods.late, lane),
                root=self._own(merged.goods.root, lane) // self.count,
                travelled=self._own(merged.goods.travelled, lane),
            ),
            others=others,
            **fields,
            late_count=merged.late_count[:, lane :: self.count].copy(),
            sums=new_sums(work.sums.groups.shape[0], groups, has_origins),
            tracking=work.tracking.copy(),
            is_clear=merged.is_clear.copy() if has_programmes else np.ones(1, np.uint8),
            has_overdue=merged.has_overdue.copy(),
        )

    def _own_awards(self, lane: int, awards: Awards) -> Awards:
        own = awards.reserved.size
        first = lane * (self.awards.reserved.size // self.count)
        return Awards(
            **{name: getattr(self.awards, name)[first : first + own].copy() for name in _OF_PROGRAMMES},
            **{name: self._own(getattr(self.awards, name), lane) for name in (*_BY_MONTH, "served")},
        )

    def _own_tallies(self, lane: int, tallies: Tallies, lived: slice) -> Tallies:
        """Return tallies with the months lived."""
        own, each = Tallies._make(field.copy() for field in tallies), slice(lane, None, self.count)
        own.groups[lived] = self.tallies.groups[lived, each]
        own.late_roots[lived] = self.tallies.late_roots[lived, :, each]
        own.late_depth[lived] = self.tallies.late_depth[lived, :, each]
        own.late_before[lived] = self.tallies.late_before[each][lived]
        own.late_inherited[lived] = self.tallies.late_inherited[each][lived]
        return own
