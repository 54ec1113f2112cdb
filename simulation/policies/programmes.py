"""From levers to numbers: the arrays by which compiled code runs a policy, and the public envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from simulation.policies.lever import RATIONING, Lever, Row
from simulation.schema import Count, Factor, Money, Section

if TYPE_CHECKING:
    import numpy as np

    from simulation.state import Firms, Groups, Programmes

__all__ = ["Budget", "annual_budget", "envelope", "present_value_factors", "programmes"]


class Budget(Section):
    """The public money that every policy of a comparison may spend, and how it is discounted."""

    per_worker: Annotated[
        float,
        Money(
            "public envelope per worker of small and medium manufacturers, present value",
            symbol="E",
            low=0.2,
            high=2.0,
            source="assumed; G007: 436.6 billion won a year over about 3.4 million such workers, five years",
        ),
    ] = 0.6
    discount: Annotated[
        float, Factor("real discount rate a year", symbol="disc", unit="per year", low=0.0, high=0.08, source="assumed")
    ] = 0.045
    seeds: Annotated[int, Count("most seeds over which spending is solved", status="design", maximum=1000)] = 30
    strength: Literal["solve", "fixed"] = "solve"
    """Whether the strength of each lever is solved so that the envelope is spent, or taken as written."""


def envelope(firms: Firms, groups: Groups, budget: Budget) -> float:
    """Return the public envelope in million won: per-worker amount x workers of small and medium manufacturers.

    Workers of the economy that the firms stand for: each firm counts w_i n_i.
    """
    import numpy as np

    is_counted = np.asarray(
        [
            groups.is_sme[groups.sizes.index(size)] and groups.is_manufacturing[groups.sectors.index(sector)]
            for size, sector, _ in groups.members()
        ]
    )
    return budget.per_worker * float((firms.weight * firms.workers)[is_counted[firms.group]].sum())


def present_value_factors(months: int, first: int, discount: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return (months,) factors (1 + discount)^(-(month - first) / 12); money before ``first`` is compounded."""
    import numpy as np

    factors: np.ndarray[tuple[int], np.dtype[np.float64]] = (1.0 + discount) ** (-(np.arange(months) - first) / 12.0)
    return factors


def annual_budget(lever: Lever, envelope: float, discount: float) -> float:
    """Return the annual budget in million won: strength x budget share x envelope, spread evenly in present value.

    A lever with an annual budget of its own has that one.
    """
    if lever.annual_budget is not None:
        return lever.annual_budget
    months = lever.last - lever.first + 1
    years_of_value = float(present_value_factors(months, 0, discount).sum()) / 12.0
    return lever.strength * lever.budget_share * envelope / years_of_value


def programmes(levers: Mapping[str, Lever], firms: Firms, groups: Groups, budget: Budget) -> Programmes:
    """Return the levers as arrays, one row per lever in the order of the policy.

    Budgets are of the economy that the firms stand for; grants, monthly payments and caps are those of one firm.
    """
    import numpy as np

    from simulation.state import Programmes

    total = envelope(firms, groups, budget)
    chosen = list(levers.values())
    rows: list[Row] = [lever.row(firms, groups) for lever in chosen]
    n = firms.key.size
    supported = np.array([1.0 - lever.own_share for lever in chosen], dtype=np.float64)
    public = np.array([1.0 - lever.lead_share - lever.own_share for lever in chosen], dtype=np.float64)

    def table(name: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.array([getattr(row, name) for row in rows], dtype=np.float64).reshape(len(rows), n)

    return Programmes(
        first=np.array([lever.first for lever in chosen], dtype=np.int32),
        last=np.array([lever.last for lever in chosen], dtype=np.int32),
        annual_budget=np.array([annual_budget(lever, total, budget.discount) for lever in chosen], dtype=np.float64),
        cap=np.array([np.inf if lever.cap_per_firm is None else lever.cap_per_firm for lever in chosen], np.float64),
        rationing=np.array([RATIONING[lever.rationing] for lever in chosen], dtype=np.int32),
        duration=np.array([row.duration for row in rows], dtype=np.int32),
        grant_months=np.array([row.grant_months or row.duration for row in rows], dtype=np.int32),
        takes_adopters=np.array([row.takes_adopters for row in rows], dtype=np.uint8),
        needs_lead=np.array([row.needs_lead for row in rows], dtype=np.uint8),
        lead_ratio=np.array([lever.lead_share for lever in chosen], dtype=np.float64) / public,
        own_ratio=np.array([lever.own_share for lever in chosen], dtype=np.float64) / public,
        grace=np.array([row.grace for row in rows], dtype=np.int32),
        is_eligible=np.array([lever.who.members(firms, groups) for lever in chosen], dtype=np.uint8).reshape(-1, n),
        grant=table("grant") * public[:, None],
        monthly=table("monthly") * public[:, None],
        adoption_subsidy=table("adoption_subsidy") * supported[:, None],
        access_subsidy=table("access_subsidy"),
        training=table("training"),
        reinvestment=table("reinvestment"),
        pressure=table("pressure"),
        overdue=table("overdue"),
        development=table("development"),
    )
