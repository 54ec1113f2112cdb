"""How long the gap between large and small firms lasts: months until its log-odds have halved since the survey.

A gap in points shrinks by itself when both shares come near the ceiling, and grows by itself when both leave 0; in
log-odds it does neither. Runs end before many gaps have halved: these months are not known, only that they are more
than those looked at (censored), so there is no mean, and a median only where half of the runs or more have halved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.comparison import Comparison

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
    """Return a row per scenario and gap: scenario, gap, label, n, halved, median, horizon.

    ``n`` counts the runs in which the gap is defined at the survey, ``halved`` those in which it halves by the end,
    ``median`` is in months (inf: not by the end), ``horizon`` the months looked at.
    """
    import pandas as pd

    time = comparison.baseline.time
    series = comparison.experiment.series(sorted(GAPS))
    series = series[series["group"] == "all"].astype({"scenario": str, "measure": str})
    rows: list[dict[str, Any]] = []
    for gap, label in GAPS.items():
        table = series[series["measure"] == gap].pivot(index=["scenario", "seed"], columns="month", values="value")
        for scenario in comparison.scenarios:
            runs = table.loc[scenario.name].to_numpy()
            months = np.array([months_to_half(run, time.survey_month) for run in runs])
            months = months[~np.isnan(months)]
            rows.append(
                {
                    "scenario": scenario.name,
                    "gap": gap,
                    "label": label,
                    "n": int(months.size),
                    "halved": int(np.isfinite(months).sum()),
                    "median": float(np.quantile(months, 0.5, method="higher")) if months.size else float("nan"),
                    "horizon": time.months - 1 - time.survey_month,
                }
            )
    return pd.DataFrame(rows)
