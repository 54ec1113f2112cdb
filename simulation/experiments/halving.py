"""How long the gap between large and small firms lasts: months until its log-odds have halved since the survey.

A gap in points shrinks by itself when both shares come near the ceiling, and grows by itself when both leave 0; in
log-odds it does neither. Runs end before many gaps have halved: these months are not known, only that they are more
than those looked at (censored), so there is no mean, and a median only where half of the runs or more have halved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.comparison import Comparison
from simulation.world.build import groups_of

if TYPE_CHECKING:
    import pandas as pd

    from simulation.state import Float

__all__ = ["GAPS", "halving", "months_to_half"]

GAPS = {"adopter_gap_log_odds": "Adopter gap", "user_gap_log_odds": "User gap"}
"""Measures of gaps in log-odds, with words for people."""


def months_to_half(gap: Float, survey_month: int) -> float:
    """Return the months from the survey until |gap| first is at most half of what it was then; inf if it never is.

    NaN where the gap of the survey's month is 0 or not defined. A month in which the gap is not defined (a share of 0
    or 1) does not count.

    Parameters
    ----------
    gap : (T,) log-odds by month
    survey_month : int
    """
    start = abs(gap[survey_month])
    if not start > 0.0:
        return float("nan")
    with np.errstate(invalid="ignore"):
        is_half = np.abs(gap[survey_month:]) <= 0.5 * start
    return float(np.argmax(is_half)) if is_half.any() else float("inf")


def halving(comparison: Comparison) -> pd.DataFrame:
    """Return a row per scenario, group of firms and gap: scenario, group, gap, label, n, halved, median, horizon.

    Group "all" compares all large firms with all small and medium ones, a sector those within it. ``n`` counts the runs
    in which the gap is defined at the survey, ``halved`` those in which it halves by the end, ``median`` is in months
    (inf: not by the end), ``horizon`` the months looked at.
    """
    import pandas as pd

    time = comparison.baseline.time
    series = comparison.experiment.series(sorted(GAPS)).astype({"scenario": str, "measure": str, "group": str})
    tables = {
        key: part.pivot(index="seed", columns="month", values="value").to_numpy()
        for key, part in series.groupby(["scenario", "group", "measure"], sort=False)
    }
    rows: list[dict[str, Any]] = []
    for scenario in comparison.scenarios:
        for group in ("all", *groups_of(scenario).sectors):
            for gap, label in GAPS.items():
                runs = tables[scenario.name, group, gap]
                months = np.array([months_to_half(run, time.survey_month) for run in runs])
                months = months[~np.isnan(months)]
                rows.append(
                    {
                        "scenario": scenario.name,
                        "group": group,
                        "gap": gap,
                        "label": label if group == "all" else f"{label}, {group}",
                        "n": int(months.size),
                        "halved": int(np.isfinite(months).sum()),
                        "median": float(np.quantile(months, 0.5, method="higher")) if months.size else float("nan"),
                        "horizon": time.months - 1 - time.survey_month,
                    }
                )
    return pd.DataFrame(rows)
