"""Subsidy: part of the cost of adopting is paid, up to a cap per firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulation.policies.lever import AwardMonths, Cap, InstallShare, Lever, Row, Target, blank, grant

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
        amount, sigma = grant(firms, self.share, self.cap)
        award = blank(amount.size, self.award_months, takes_adopters=False)
        return award._replace(grant=amount, adoption_subsidy=sigma)
