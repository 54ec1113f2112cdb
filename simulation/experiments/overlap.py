"""Who would have adopted anyway: firm by firm, a run under a policy beside the run without it on the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from simulation.records import Run
from simulation.store.parts import save_frame

__all__ = ["Overlap", "overlap", "save_overlaps"]


class Overlap(NamedTuple):
    """Firms and money of a run under a policy, by what the same firms do in the baseline.

    Firms and money count times the weight of the firm, so that they are of the economy that the firms stand for.

    Attributes
    ----------
    served : firms that ever held an award with public money
    deadweight : those of them that have adopted at the end of the baseline too
    gained, lost : firms that have adopted at the end of this run alone, and of the baseline alone
    paid : public money that reached firms, million won, not discounted
    paid_deadweight : the part of it that reached firms which have adopted at the end of the baseline too
    """

    served: float
    deadweight: float
    gained: float
    lost: float
    paid: float
    paid_deadweight: float


def overlap(run: Run, baseline: Run) -> Overlap | None:
    """Return the overlap of a run with the baseline's of the same seed; None where they do not have the same firms."""
    if not np.array_equal(run.world.firms.key, baseline.world.firms.key):
        return None
    served, here, there = (values.astype(bool) for values in (run.awards.served, run.adopted, baseline.adopted))
    weight = run.world.firms.weight
    received = weight * run.awards.received.sum(axis=0)
    return Overlap(
        served=float(weight[served].sum()),
        deadweight=float(weight[served & there].sum()),
        gained=float(weight[here & ~there].sum()),
        lost=float(weight[there & ~here].sum()),
        paid=float(received.sum()),
        paid_deadweight=float(received[there].sum()),
    )


def save_overlaps(folder: Path, runs: Mapping[int, Sequence[Run]]) -> list[Path]:
    """Write the overlaps of runs by seed (the baseline's first) under a policy; nothing where there are none."""
    import pandas as pd

    rows = [
        {"scenario": run.scenario.name, "seed": seed, **found._asdict()}
        for seed, (baseline, *others) in runs.items()
        for run in others
        if run.scenario.policy and (found := overlap(run, baseline)) is not None
    ]
    return [save_frame(folder, "overlaps", pd.DataFrame(rows))] if rows else []
