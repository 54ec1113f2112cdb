"""What the sentences of an answer have to know beside the differences, from a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.experiments.comparison import Comparison
from simulation.experiments.statistics import holm, paired_difference
from simulation.report.answer import Background

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["background_of"]


def background_of(
    comparison: Comparison,
    outcomes: pd.DataFrame,
    levels: Mapping[str, tuple[float, float, float]],
    n_assumed: int,
) -> Background:
    """Return the background of a comparison; ``outcomes`` is `Comparison.outcomes`."""

    def near(outcome: str, best: str, others: Sequence[str]) -> list[str]:
        """Return who is not told apart from the best: paired t tests at 5 %, Holm's correction over the others."""
        values = outcomes[outcomes["outcome"] == outcome].pivot(index="seed", columns="scenario", values="value")
        found = [
            paired_difference(values[name].to_numpy(), values[best].to_numpy(), 0.95).p_value
            for name in others
            if name in values
        ]
        known = [name for name in others if name in values]
        return [name for name, p in zip(known, holm(np.array(found)), strict=True) if not p <= 0.05]

    spread = comparison.ensemble()
    ranges = {
        (str(row["outcome"]), str(row["scenario"])): (float(row["low"]), float(row["high"]))
        for row in spread.to_dict("records")
    }
    members = len(comparison.experiment.ensemble()["member"].unique()) if ranges else 0
    return Background(dict(levels), n_assumed, near, members, ranges)
