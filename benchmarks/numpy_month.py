"""The same month as a good NumPy programmer would write it: whole arrays, scipy.sparse, double precision, no compiler.

All phases of the engine's month without policy and without origins: adopting and quitting under the influence of
customers, suppliers and peers, use, learning, rounds of delivery with defects, lateness and its roots, accounting,
sums by group, and the review of partners with sixteen candidates a slot. Draws come from NumPy's own generator, so
histories differ from the engine's and are compared by their means (`benchmarks.agreement`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from simulation.engines.engine import CompiledEngine
from simulation.rules.review import CANDIDATES, LARGEST_EXCESS, forgotten
from simulation.state import COLUMNS, DEPTH_BINS

__all__ = ["NumpyMonths"]

_CHANGING = (
    "adopted", "months_adopted", "wait", "log_odds", "user_share", "capacity", "effective", "sales", "defects_average",
    "late_average", "defects", "late", "root", "travelled",
)  # fmt: skip


class NumpyMonths:
    """A run that begins where an engine is, and goes on by itself.

    Parameters
    ----------
    engine : CompiledEngine
        Its world, its scenario and its state now; it is left as it is.
    seed : int
        Seed of NumPy's generator.
    """

    def __init__(self, engine: CompiledEngine, seed: int) -> None:
        world, links = engine.world, engine.links
        self.firms, self.p, self.regions = world.firms, engine.parameters, len(world.groups.regions)
        self.n, self.month = world.firms.key.size, engine.month
        self.rng = np.random.default_rng(seed)
        self.groups = world.groups.count
        self.buyer, self.value = links.buyer.astype(np.intp), links.value
        shape, start = (self.n, self.n), links.start.astype(np.int32)
        # Three matrices with one array of suppliers, in which review writes.
        self.supplier = links.supplier.astype(np.int32)
        self.shares, self.values, self.ones = (
            csr_array((data, self.supplier, start), shape=shape, copy=False)
            for data in (links.weight, links.value, np.ones(self.buyer.size))
        )
        for name in _CHANGING:
            kept = getattr(engine.state, name)
            kind = np.float64 if kept.dtype.kind == "f" else np.int64
            setattr(self, name, kept.astype(kind))
        self.late_days = engine.work.late_days.astype(np.float64)
        self.sold_to = np.bincount(self.supplier, minlength=self.n)
        self.bought_from = np.diff(links.start)
        self.rows = np.flatnonzero(self.bought_from)
        self.first = links.start[self.rows]
        critical = np.flatnonzero(links.is_critical)
        self.critical, self.critical_buyer = critical, self.buyer[critical]
        self.critical_rows, self.critical_first = np.unique(self.critical_buyer, return_index=True)
        self.purchases = engine.work.purchases
        self.full_buffer = engine.work.full_buffer.astype(np.float64)
        self.members = csr_array((np.ones(self.n), (self.firms.group, np.arange(self.n))), shape=(self.groups, self.n))
        cells = int(self.firms.cell.max()) + 1
        self.cell_firms = np.bincount(self.firms.cell, minlength=cells)
        self.sector = self.firms.cell // self.regions
        self._list_candidates(cells)
        months = engine.scenario.time.months
        self.tallies = np.zeros((months, self.groups, len(COLUMNS)))
        self.late_roots = np.zeros((months, self.groups, self.groups))
        self.late_depth = np.zeros((months, DEPTH_BINS))

    def _list_candidates(self, cells: int) -> None:
        """Sum candidates' weights by sector and buyer's region, those of other regions less."""
        review = self.p.review
        weight = np.where(self.sold_to > 0, (self.sold_to + 1.0) ** review.degree_exponent, review.newcomers)
        region = self.firms.cell % self.regions
        self.candidates, self.cumulative = [], []
        for cell in range(cells):
            listed = np.flatnonzero(self.sector == cell // self.regions)
            scaled = np.where(region[listed] == cell % self.regions, 1.0, self.p.review.proximity) * weight[listed]
            self.candidates.append(listed)
            self.cumulative.append(np.cumsum(scaled))

    def advance(self, count: int) -> None:
        """Run some months."""
        for _ in range(count):
            self._choose()
            self._deliver()
            bought = self.shares @ self.defects
            self._remember()
            self._record(self._account(bought))
            self._review()
            self.month += 1

    def _choose(self) -> None:
        """Adopt or quit, use and learn."""
        p, firms, has, use = self.p, self.firms, self.adopted.astype(np.float64), self.user_share
        spread = p.influence.spillover
        customers = np.divide(self.values.T @ has, self.sales, out=np.zeros(self.n), where=self.sales > 0.0)
        suppliers = self.shares @ has
        counts = np.bincount(firms.cell, has, self.cell_firms.size)
        shares = (counts / np.maximum(self.cell_firms, 1)).reshape(-1, self.regions)
        is_there = (self.cell_firms > 0).reshape(-1, self.regions)
        elsewhere = (shares.sum(1, keepdims=True) - shares) / np.maximum(is_there.sum(1, keepdims=True) - is_there, 1)
        here = (counts[firms.cell] - has) / np.maximum(self.cell_firms[firms.cell] - 1, 1)
        peers = (here + spread * elsewhere.ravel()[firms.cell]) / (1.0 + spread)
        partners = self.ones @ use + self.ones.T @ use

        h = p.hazard
        pressed = p.influence.customers * customers + p.influence.suppliers * suppliers + p.influence.peers * peers
        index = h.level + h.trend * self.month + h.capacity * (self.capacity - 0.5) + h.use * use + pressed
        hazard = h.maximum / (1.0 + np.exp(firms.adoption_cost - index))
        quitting = p.quitting.level * np.exp(-p.quitting.protection * self.effective)
        is_adopter = self.adopted == 1
        happens = self.rng.random(self.n) < -np.expm1(-np.where(is_adopter, quitting, hazard))
        waits = np.maximum(self.wait - 1, 0)
        self.wait = np.where(is_adopter & happens, p.quitting.readopt_months, np.where(is_adopter, 0, waits))
        stays, adopts = is_adopter & ~happens, ~is_adopter & happens & (waits == 0)
        self.adopted = (stays | adopts).astype(np.int64)
        self.months_adopted = np.where(stays, self.months_adopted + 1, 0)

        u, count = p.use, self.bought_from + self.sold_to
        mean = np.where(count > 0, partners / np.maximum(count, 1), 0.5)
        target = u.level + u.growth * self.month + u.capacity * (self.capacity - 0.5) + u.adoption * self.adopted
        self.log_odds += u.speed * (target + u.partners * (mean - 0.5) - self.log_odds)
        self.user_share = u.ceiling / (1.0 + np.exp(-self.log_odds))

        c = p.capacity
        gained = c.learning * firms.reinvested * c.learning_share * c.time_saved * self.user_share
        gained *= c.spill_in + (1.0 - c.spill_in) * self.adopted
        np.minimum(gained, 1.0 - c.forgetting, out=gained)
        self.capacity += gained * (1.0 - self.capacity) - c.forgetting * (self.capacity - firms.capacity_start)
        self.effective = self.adopted * self.user_share * self.capacity**c.exponent

    def _deliver(self) -> None:
        """Let goods, defects and lateness move one link a round."""
        p, firms, used = self.p, self.firms, self.effective
        is_new = (self.adopted == 1) & (self.months_adopted < p.process.transition_months)
        worse = np.where(is_new, p.process.transition_factor, 1.0)
        own = np.minimum(1.0, firms.own_defects * (1.0 - p.process.quality_effect * used) * worse)
        self.own_hazard = -np.log1p(-own)
        self.inspection = np.minimum(1.0, p.defects.inspection + p.defects.inspection_effect * used)
        slack = self.full_buffer * (1.0 - p.lateness.lean * used)
        lag = np.maximum(0.0, used[self.buyer] - used[self.supplier])
        factor = p.defects.critical_inputs * self.shares.data * (1.0 + p.defects.mismatch * lag)
        let_through = (1.0 - self.inspection)[self.buyer]
        chance = firms.late_chance * (1.0 - p.process.schedule_effect * used)
        self.late_days = np.zeros(self.n)
        critical_supplier = self.supplier[self.critical]
        for _ in range(p.rounds):
            own_late = np.zeros(self.n)
            event = np.flatnonzero(self.rng.random(self.n) < chance)
            own_late[event] = self.rng.exponential(p.process.late_days, event.size) * worse[event]
            passed = factor * -np.log1p(-let_through * self.defects[self.supplier])
            hazard = self.own_hazard.copy()
            hazard[self.rows] += np.add.reduceat(passed, self.first)
            arriving = self.late[critical_supplier]
            latest = np.zeros(self.n)
            latest[self.critical_rows] = np.maximum.reduceat(arriving, self.critical_first)
            inherited = np.maximum(0.0, latest - slack)
            self._find_roots(own_late, inherited, latest, arriving, critical_supplier)
            self.late = own_late + p.lateness.pass_through * inherited
            self.defects = -np.expm1(-hazard)
            self.late_days += self.late
            self._count(own_late)

    def _find_roots(self, own_late, inherited, latest, arriving, critical_supplier) -> None:
        """Write where each delivery's lateness began, and how many links it has travelled."""
        root, travelled = np.arange(self.n), np.zeros(self.n, np.int64)
        passed = self.p.lateness.pass_through * inherited
        is_passed = (passed > 0.0) & (passed >= own_late)
        cause = np.flatnonzero(is_passed[self.critical_buyer] & (arriving == latest[self.critical_buyer]))
        # Where two are equally late, the last one written stays: the larger input share, then the smaller key.
        weight, key = self.shares.data[self.critical[cause]], self.firms.key[critical_supplier[cause]]
        cause = cause[np.lexsort((np.uint64(2**64 - 1) - key, weight))]
        victim, source = self.critical_buyer[cause], critical_supplier[cause]
        root[victim], travelled[victim] = self.root[source], self.travelled[source] + 1
        self.root, self.travelled = root, travelled

    def _count(self, own_late) -> None:
        """Count the late deliveries of a round by group."""
        weight, group, row = self.firms.weight, self.firms.group, self.tallies[self.month]
        row[:, 16] += np.bincount(group, weight * self.late, self.groups)
        row[:, 17] += np.bincount(group, weight * own_late, self.groups)
        late = np.flatnonzero(self.late > self.p.lateness.tolerance)
        row[:, 13] -= np.bincount(group[late], weight[late], self.groups)
        row[:, 15] -= np.bincount(group[late], weight[late] * self.sales[late], self.groups)
        pairs = group[self.root[late]] * self.groups + group[late]
        roots = np.bincount(pairs, weight[late], self.groups**2)
        self.late_roots[self.month] += roots.reshape(self.groups, self.groups)
        depth = np.minimum(self.travelled[late], DEPTH_BINS - 1)
        self.late_depth[self.month] += np.bincount(depth, weight[late], DEPTH_BINS)

    def _remember(self) -> None:
        """Take the month into the averages, and compare each firm with its sector."""
        part = forgotten(self.p.review)
        self.defects_average += part * (self.defects - self.defects_average)
        self.late_average += part * (self.late_days / self.p.rounds - self.late_average)
        self.worse = np.zeros(self.n)
        firms = np.bincount(self.sector)
        for average in (self.defects_average, self.late_average):
            usual = (np.bincount(self.sector, average) / np.maximum(firms, 1))[self.sector]
            relative = np.divide(average, usual, out=np.ones(self.n), where=usual > 0.0)
            self.worse += np.clip(relative - 1.0, 0.0, LARGEST_EXCESS)

    def _account(self, bought) -> Any:
        """Return value added, million won a month."""
        money, firms, c = self.p.money, self.firms, self.p.capacity
        worked = firms.reinvested * (1.0 - c.learning_share) * c.time_saved * self.user_share * self.adopted
        yearly = self.sales * (1.0 - firms.input_share + money.output_effect * worked)
        yearly -= money.quality_cost * self.defects * firms.final_demand
        yearly -= money.handling_cost * self.purchases * self.inspection * bought
        yearly -= money.lateness_cost * self.late_days / self.p.rounds * self.sales / 30.0
        yearly -= money.running_share * firms.install_cost * self.adopted
        installed = np.where((self.adopted == 1) & (self.months_adopted == 0), firms.install_cost, 0.0)
        return yearly / 12.0 - installed

    def _record(self, value_added) -> None:
        """Sum the firms by group."""
        firms, w, y, rounds = self.firms, self.firms.weight, self.firms.weight * self.sales, self.p.rounds
        floored = np.maximum(0.0, value_added)
        logged = floored * np.log(np.maximum(floored, 1e-300) / firms.workers)
        columns = {
            0: np.ones(self.n), 1: w, 2: w * firms.workers, 3: self.adopted, 4: w * self.adopted,
            5: w * firms.workers * self.user_share, 6: w * self.capacity, 7: w * self.effective,
            8: y, 9: w * self.defects, 10: y * self.defects, 11: y * -np.log1p(-self.defects), 12: w * rounds,
            13: w * rounds, 14: y * rounds, 15: y * rounds, 18: w * (self.sales == 0.0), 19: w * self.bought_from,
            21: w * value_added, 22: w * floored, 23: w * logged, 24: value_added <= 0.0,
        }  # fmt: skip
        self.tallies[self.month][:, list(columns)] += self.members @ np.column_stack(list(columns.values()))

    def _review(self) -> None:
        """Replace suppliers, and move sales with them."""
        review, n = self.p.review, self.n
        chance = -np.expm1(-(review.base + review.sensitivity * self.worse))
        found = np.flatnonzero(self.rng.random(self.supplier.size) < chance[self.supplier])
        buyer, old = self.buyer[found], self.supplier[found]
        cell = self.sector[old] * self.regions + self.firms.cell[buyer] % self.regions
        picks = np.empty((found.size, CANDIDATES), np.int64)
        for number, (listed, cumulative) in enumerate(zip(self.candidates, self.cumulative, strict=True)):
            rows = np.flatnonzero(cell == number)
            if rows.size:
                draws = self.rng.random((rows.size, CANDIDATES)) * cumulative[-1]
                picks[rows] = listed[np.searchsorted(cumulative, draws, side="right")]
        times = self.rng.exponential(size=picks.shape) * (1.0 + self.worse[picks])
        reviewing = np.zeros(n, bool)
        reviewing[buyer] = True
        present = np.flatnonzero(reviewing[self.buyer])
        taken = self.buyer[present] * n + self.supplier[present]
        times[np.isin(buyer[:, None] * n + picks, taken) | (picks == buyer[:, None])] = np.inf
        best = times.argmin(axis=1)
        rows = np.arange(found.size)
        new = picks[rows, best]
        is_free = np.isfinite(times[rows, best])
        _, once = np.unique(buyer * n + new, return_index=True)  # a firm takes one slot of a buyer
        chosen = once[is_free[once]]
        link, old, new = found[chosen], old[chosen], new[chosen]
        self.supplier[link] = new
        self.sales += np.bincount(new, self.value[link], n) - np.bincount(old, self.value[link], n)
        self.sold_to = self.sold_to + np.bincount(new, minlength=n) - np.bincount(old, minlength=n)
        switched = np.bincount(self.firms.group[self.buyer[link]], self.firms.weight[self.buyer[link]], self.groups)
        self.tallies[self.month][:, 20] += switched
