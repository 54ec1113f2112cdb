"""Producing and passing on: the phases of a round, in which goods, defects and lateness move one link."""

from __future__ import annotations

from simulation.compiled import compiled_inner
from simulation.engines.arrays import copy_into, fill
from simulation.engines.parameters import Parameters
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform
from simulation.rules.defects import LARGEST_SHARE, defect_hazard, defect_share, inherited_hazard, inspection, mismatch
from simulation.rules.lateness import buffer_days, is_inherited, late_days
from simulation.rules.process import has_late_event, own_defects, own_lateness, transition
from simulation.state import DEPTH_BINS, Firms, Float, Links, State

__all__ = ["latest_supplier", "pass_on_defects", "pass_on_lateness", "produce"]

_LATE_EVENT = int(Stream.LATE_EVENT)
_LATE_DAYS = int(Stream.LATE_DAYS)


@compiled_inner
def produce(seed: Word, month: int, round: int, firms: Firms, state: State, parameters: Parameters) -> None:  # noqa: A002
    """Draw every firm's own defects and own lateness of this round."""
    for i in range(firms.key.size):
        worse = transition(state.adopted[i], state.months_adopted[i], parameters.process)
        state.own_defects[i] = own_defects(firms.own_defects[i], state.effective[i], worse, parameters.process)
        state.own_late[i] = 0.0
        chance, effective = firms.late_chance[i], state.effective[i]
        event = uniform(seed, _LATE_EVENT, month, round, firms.key[i])
        if has_late_event(chance, effective, event, parameters.process):  # few need the second draw
            length = uniform(seed, _LATE_DAYS, month, round, firms.key[i])
            state.own_late[i] = own_lateness(chance, effective, worse, event, length, parameters.process)


@compiled_inner
def _defect_parts(
    i: int, own: float, found: float, firms: Firms, links: Links, state: State, work: Workspace, parameters: Parameters
) -> None:
    """Split -ln(1 - d) of a firm by origin group and links travelled; the parts sum to the whole."""
    parts = work.defect_parts
    for g in range(parts.shape[1]):
        fill(parts[i, g], 0.0)
    parts[i, firms.group[i], 0] = own
    for link in range(links.start[i], links.start[i + 1]):
        j = links.supplier[link]
        whole = defect_hazard(state.defects[j])
        if whole <= 0.0:
            continue
        hurt = mismatch(state.effective[i], state.effective[j], parameters.defects)
        scale = inherited_hazard(links.weight[link], hurt, found, state.defects[j], parameters.defects) / whole
        for g in range(parts.shape[1]):
            to, of = parts[i, g], state.defect_parts[j, g]
            for h in range(DEPTH_BINS - 1):
                to[h + 1] += scale * of[h]
            to[DEPTH_BINS - 1] += scale * of[DEPTH_BINS - 1]


@compiled_inner
def _shrink(factor: float, parts: Float) -> None:
    """Scale the parts of a firm whose defect share is at its cap, so that they still sum to the whole."""
    for g in range(parts.shape[0]):
        for h in range(parts.shape[1]):
            parts[g, h] *= factor


@compiled_inner
def pass_on_defects(firms: Firms, links: Links, state: State, work: Workspace, parameters: Parameters) -> None:
    """Pass defects on by one link: a noisy-OR of own defects and of what inspection lets through."""
    has_parts = work.tracking[0] == 1
    for i in range(firms.key.size):
        own = defect_hazard(state.own_defects[i])
        found = inspection(state.effective[i], parameters.defects)
        whole = own
        for link in range(links.start[i], links.start[i + 1]):
            j = links.supplier[link]
            hurt = mismatch(state.effective[i], state.effective[j], parameters.defects)
            whole += inherited_hazard(links.weight[link], hurt, found, state.defects[j], parameters.defects)
        work.defects[i] = defect_share(whole)
        if has_parts:
            _defect_parts(i, own, found, firms, links, state, work, parameters)
            kept = defect_hazard(work.defects[i])
            if work.defects[i] == LARGEST_SHARE and kept < whole:
                _shrink(kept / whole, work.defect_parts[i])
    copy_into(state.defects, work.defects)
    if has_parts:
        for i in range(firms.key.size):
            for g in range(work.defect_parts.shape[1]):
                copy_into(state.defect_parts[i, g], work.defect_parts[i, g])


@compiled_inner
def latest_supplier(i: int, slack: float, firms: Firms, links: Links, state: State) -> int:
    """Return the link of the critical supplier that makes the firm wait longest, -1 where none does.

    Ties go to the larger input share, then to the smaller key.
    """
    best = -1
    for link in range(links.start[i], links.start[i + 1]):
        if links.is_critical[link] == 0:
            continue
        j = links.supplier[link]
        if state.late[j] <= slack:
            continue
        if best >= 0:
            b = links.supplier[best]
            if state.late[j] < state.late[b]:
                continue
            if state.late[j] == state.late[b]:
                if links.weight[link] < links.weight[best]:
                    continue
                if links.weight[link] == links.weight[best] and firms.key[j] > firms.key[b]:
                    continue
        best = link
    return best


@compiled_inner
def pass_on_lateness(firms: Firms, links: Links, state: State, work: Workspace, parameters: Parameters) -> None:
    """Pass lateness on by one link: own lateness plus what the slowest critical supplier adds beyond the buffer."""
    has_parts = work.tracking[0] == 1
    for i in range(firms.key.size):
        own = state.own_late[i]
        slack = buffer_days(
            firms.critical_suppliers[i], state.effective[i], parameters.process.late_days, parameters.lateness
        )
        link = latest_supplier(i, slack, firms, links, state)
        inherited = 0.0
        work.root[i] = i
        work.travelled[i] = 0
        if link >= 0:
            j = links.supplier[link]
            inherited = state.late[j] - slack
            if is_inherited(own, inherited, parameters.lateness):
                work.root[i] = state.root[j]
                work.travelled[i] = state.travelled[j] + 1
        work.late[i] = late_days(own, inherited, parameters.lateness)
        if has_parts:
            fill(work.late_parts[i], 0.0)
            if link >= 0:
                j = links.supplier[link]
                scale = parameters.lateness.pass_through * inherited / state.late[j]
                for g in range(work.late_parts.shape[1]):
                    work.late_parts[i, g] = scale * state.late_parts[j, g]
            work.late_parts[i, firms.group[i]] += own
    copy_into(state.late, work.late)
    copy_into(state.root, work.root)
    copy_into(state.travelled, work.travelled)
    if has_parts:
        for i in range(firms.key.size):
            copy_into(state.late_parts[i], work.late_parts[i])
