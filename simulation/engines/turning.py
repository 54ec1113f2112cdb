"""Another policy from a month on: the programmes of both, and their books in one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulation.engines.empty import new_awards
from simulation.policies import Lever
from simulation.state import Awards, Programmes

__all__ = ["Change", "turned"]

Change = tuple[int, Mapping[str, Lever]]
"""The month from which other levers act, and these."""


def turned(
    month: int,
    before: Mapping[str, Lever],
    after: Mapping[str, Lever],
    present: Programmes,
    coming: Programmes,
    awards: Awards,
) -> tuple[Programmes, Awards]:
    """Return programmes and books of a policy that gives way to another one in a month.

    A lever that both policies have in the same form goes on as it is. Of the others the present ones promise nothing
    from this month on, and what they promised stands until it is used or lapses; the coming ones begin now, or in
    their own first month if that is later, with the annual budget that they have in their own policy.

    Parameters
    ----------
    month : int
        First month of the coming policy.
    before, after : mapping of name to Lever
        The present and the coming policy; the first rows of ``present`` are those of ``before``.
    present, coming : Programmes
    awards : Awards
        Books of the present programmes; the new ones have a row more for each lever that begins.
    """
    rows = present.first.size
    names = list(before)
    goes_on = {name: k for k, name in enumerate(names) if after.get(name) == before[name]}
    # Rows of a policy come first and in its order, by which lotteries are addressed; those that ended come after.
    ending = [k for k in range(rows) if k >= len(names) or names[k] not in goes_on]
    last = present.last.copy()
    last[ending] = np.minimum(last[ending], month - 1)
    present = present._replace(last=last)
    coming = coming._replace(first=np.maximum(coming.first, month).astype(np.int32))
    order = [goes_on.get(name, rows + k) for k, name in enumerate(after)] + ending
    empty = new_awards(coming, present.is_eligible.shape[1], awards.private_cost.size)
    of_programmes = ("until", "promised", "reserved", "spent_year", "spent", "received")
    books = {name: np.concatenate([getattr(awards, name), getattr(empty, name)])[order] for name in of_programmes}
    fields = [np.concatenate([getattr(present, name), getattr(coming, name)])[order] for name in Programmes._fields]
    return Programmes._make(fields), awards._replace(**books)
