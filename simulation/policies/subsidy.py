"""Subsidy: part of the cost of adopting is paid, up to a cap per firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulation.policies.lever import AwardMonths, Cap, InstallShare, Lever, Row, Target, grant

if TYPE_CHECKING:
    from simulation.state import Firms, Groups

__all__ = ["Subsidy"]


class Subsidy(Lever):
    """Cash for adopting: sigma_A = min(share, cap / install cost) while the award stands, paid on adoption."""

    lever: Literal["subsidy"] = "subsidy"
    who: Target = Target(size=("sme",), sector=("manufacturing",))
    share: InstallShare = 0.5
    cap: Cap = 200.0
    award_months: AwardMonths = 6

    def row(self, firms: Firms, groups: Groups) -> Row:
        """Return grants on adoption and no monthly payment."""
        import numpy as np

        amount, sigma = grant(firms, self.share, self.cap)
        nothing = np.zeros_like(amount)
        return Row(self.award_months, False, amount, nothing, sigma, nothing, nothing)
