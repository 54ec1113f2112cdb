"""Reviewing partners: once a month buyers replace some of their suppliers, all from the network before the phase."""

from __future__ import annotations

from simulation.compiled import compiled, compiled_inner
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform_link
from simulation.rules.adoption import probability
from simulation.rules.review import CANDIDATES, excess, next_average, race, record_weight, review_hazard
from simulation.state import COLUMNS, Channels, Firms, Float, Index, Links, State, Tallies
from simulation.world.network import entry_above

__all__ = ["begin_averages", "candidate", "review"]

_REVIEW, _CANDIDATE, _NEW = int(Stream.REVIEW), int(Stream.CANDIDATE), int(Stream.NEW_SUPPLIER)
_SLOTS, _SWITCHED, _LOST = (COLUMNS.index(name) for name in ("slots", "switched", "lost_slots"))


@compiled
def candidate(
    draw: float,
    sector: int,
    region: int,
    regions: int,
    proximity: float,
    candidates: Index,
    weight: Float,
    cell_start: Index,
) -> int:
    """Return the firm of a sector that a uniform draw picks, for a buyer in a region.

    Chances are in proportion to the candidates' weights, times ``proximity`` in the other regions. ``weight`` sums
    them in the order of ``candidates``, which lists the firms by sector and region from ``cell_start`` on.
    """
    first = sector * regions
    total = 0.0
    for cell in range(first, first + regions):
        low, high = cell_start[cell], cell_start[cell + 1]
        if high > low:
            whole = weight[high - 1] - (weight[low - 1] if low > 0 else 0.0)
            total += whole if cell == first + region else whole * proximity
    left = draw * total
    chosen = 0
    for cell in range(first, first + regions):
        low, high = cell_start[cell], cell_start[cell + 1]
        scale = 1.0 if cell == first + region else proximity
        if high <= low or scale == 0.0:
            continue
        bottom = weight[low - 1] if low > 0 else 0.0
        whole = (weight[high - 1] - bottom) * scale
        chosen = candidates[high - 1]  # the last one stands where sums round
        if left < whole:
            return candidates[entry_above(weight, low, high, bottom + left / scale)]
        left -= whole
    return chosen


@compiled_inner
def begin_averages(rounds: int, firms: Firms, state: State, work: Workspace) -> None:
    """Let the averages begin with the rounds before month 0."""
    for i in range(firms.key.size):
        state.defects_average[i] = state.defects[i]
        state.late_average[i] = work.late_days[i] / rounds if rounds > 0 else 0.0


@compiled_inner
def _remember(regions: int, firms: Firms, state: State, work: Workspace, parameters: Parameters) -> None:
    """Take the month into every firm's averages, and average those by sector."""
    fill(work.sector_defects, 0.0)
    fill(work.sector_late, 0.0)
    for i in range(firms.key.size):
        late = work.late_days[i] / parameters.rounds
        state.defects_average[i] = next_average(state.defects_average[i], state.defects[i], parameters.review)
        state.late_average[i] = next_average(state.late_average[i], late, parameters.review)
        work.sector_defects[firms.cell[i] // regions] += state.defects_average[i]
        work.sector_late[firms.cell[i] // regions] += state.late_average[i]
    for sector in range(work.sector_defects.size):
        count = work.cell_start[(sector + 1) * regions] - work.cell_start[sector * regions]
        if count > 0:
            work.sector_defects[sector] /= count
            work.sector_late[sector] /= count


@compiled_inner
def _is_taken(i: int, slot_link: int, firm: int, links: Links, work: Workspace) -> bool:
    """Say whether a firm cannot take a slot of buyer i: the buyer itself, or a supplier of it, old or new."""
    if firm == i:
        return True
    for link in range(links.start[i], links.start[i + 1]):
        if links.supplier[link] == firm or (link < slot_link and work.next_supplier[link] == firm):
            return True
    return False


@compiled_inner
def _new_supplier(
    seed: Word,
    month: int,
    regions: int,
    i: int,
    link: int,
    firms: Firms,
    links: Links,
    state: State,
    work: Workspace,
    parameters: Parameters,
) -> int:
    """Return who takes a slot: of 16 candidates the winner of a race by record; the old supplier if none is free."""
    slot = link - links.start[i]
    sector = firms.cell[links.supplier[link]] // regions
    best = links.supplier[link]
    smallest = -1.0
    for number in range(CANDIDATES):
        firm = candidate(
            uniform_link(seed, _CANDIDATE, month, firms.key[i], slot, number),
            sector,
            firms.cell[i] % regions,
            regions,
            parameters.review.proximity,
            work.candidates,
            work.candidate_weight,
            work.cell_start,
        )
        if _is_taken(i, link, firm, links, work):
            continue
        weight = record_weight(
            excess(state.defects_average[firm], work.sector_defects[sector]),
            excess(state.late_average[firm], work.sector_late[sector]),
        )
        time = race(uniform_link(seed, _NEW, month, firms.key[i], slot, number), weight)
        if smallest < 0.0 or time < smallest:
            best, smallest = firm, time
    return best


@compiled_inner
def _tie(firms: Firms, links: Links, state: State, work: Workspace) -> None:
    """Write the new suppliers, and list every firm's sales anew, in the order of the buyers' keys."""
    n = firms.key.size
    fill(links.sales_start, 0)
    for link in range(links.supplier.size):
        links.supplier[link] = work.next_supplier[link]
        links.sales_start[links.supplier[link] + 1] += 1
    for j in range(n):
        links.sales_start[j + 1] += links.sales_start[j]
        work.waiting[j] = links.sales_start[j]
        state.sales[j] = 0.0
    for place in range(n):
        i = work.by_key[place]
        for link in range(links.start[i], links.start[i + 1]):
            j = links.supplier[link]
            links.sales_link[work.waiting[j]] = link
            work.waiting[j] += 1
            state.sales[j] += links.value[link]
    for j in range(n):
        state.sales[j] += firms.final_demand[j]
    for link in range(links.supplier.size):
        sales = state.sales[links.supplier[link]]
        links.sales_share[link] = links.value[link] / sales if sales > 0.0 else 0.0


@compiled_inner
def review(
    seed: Word,
    month: int,
    regions: int,
    has_deliveries: bool,
    firms: Firms,
    links: Links,
    state: State,
    channels: Channels,
    work: Workspace,
    tallies: Tallies,
    parameters: Parameters,
) -> None:
    """Let every buyer replace suppliers; purchase values stay with the slots, so sales move with them.

    Without deliveries nobody has a record, and suppliers are replaced at the base hazard alone.
    """
    if has_deliveries:
        _remember(regions, firms, state, work, parameters)
    switched = 0
    for i in range(firms.key.size):
        for link in range(links.start[i], links.start[i + 1]):
            j = links.supplier[link]
            work.next_supplier[link] = j
            tallies.groups[month, firms.group[i], _SLOTS] += firms.weight[i]
            sector = firms.cell[j] // regions
            hazard = review_hazard(
                excess(state.defects_average[j], work.sector_defects[sector]),
                excess(state.late_average[j], work.sector_late[sector]),
                parameters.review,
            )
            if firms.is_large[i] == 1 and state.adopted[i] == 1:
                hazard += channels.overdue[j]
            if hazard <= 0.0:
                continue
            draw = uniform_link(seed, _REVIEW, month, firms.key[i], link - links.start[i], 0)
            if draw < probability(hazard):
                new = _new_supplier(seed, month, regions, i, link, firms, links, state, work, parameters)
                if new != j:
                    work.next_supplier[link] = new
                    switched += 1
                    tallies.groups[month, firms.group[i], _SWITCHED] += firms.weight[i]
                    if work.mandated[j] == 2:
                        tallies.groups[month, firms.group[j], _LOST] += firms.weight[j]
    if switched > 0:
        _tie(firms, links, state, work)
