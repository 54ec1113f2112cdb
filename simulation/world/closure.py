"""What the economy would lose if a firm closed: an index of systemic risk, computed before any run.

The index is that of Diem, Borsos, Reisch, Kertész and Thurner (2022), "Quantifying firm-level economic systemic risk
from nation-wide supply networks", Scientific Reports 12:7719, derived from its equations. A closed firm delivers and
buys nothing. What the others lose spreads in both directions, each on its own, until nothing changes; with l the part
of its production that a firm loses:

- downstream, along deliveries, by a generalised Leontief production function: of a critical input a firm loses as
  much production as it lacks of the input; what it lacks of all others counts by their share in the inputs.
  l_j = max(max over critical inputs k of sum_{i in k} sigma_i W_ij / W_kj l_i, b_j sum over others of sigma w l);
- upstream, along orders: a firm loses its sales to buyers that produce less, l_i = sum_j s_ij l_j; final demand stays.

A firm loses the larger of the two. The index of a closed firm is the part of all sales that is lost, its own included.

**Replacement.** sigma_i = min(1, y_i / sum over its market of (1 - l_k) y_k) is the market share of the supplier: the
smaller it is, the more of a delivery that fails is found elsewhere. Markets are the sectors, within which the model
also replaces partners. Without replacement (sigma = 1) the index is the loss while nobody can find anybody else.

**What this model adds.** Critical is a property of a link, and each critical link is an input of its own, as it is for
late deliveries; the paper takes the suppliers of an industry together (`Chain.product`). Of inputs that are not
critical a firm loses only the part of its sales that inputs are, b_j; the paper has b_j = 1 (`Chain.dependence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.errors import InputError
from simulation.state import Bool, Float, Index, Small, World
from simulation.world.assembly import sales_of

__all__ = ["Chain", "Losses", "chain_of", "closure_index", "losses_after_closure"]

_SETTLED = 1e-10
"""Largest change of a firm's loss in a sweep after which the losses count as settled."""

_SWEEPS = 10_000


class Chain(NamedTuple):
    """A supplier network as the index sees it: n firms, m links by buyer in slot order.

    Attributes
    ----------
    start : (n + 1,) first link of each buyer
    supplier, buyer : (m,)
    share : (m,) of a critical link, its share in the input it belongs to; of others, in all inputs of the buyer
    product : (m,) number of the input that a critical link belongs to, from 0; links of one number replace one another
    is_critical : (m,) 1 where production is lost as the input is
    sales_share : (m,) share of the link in the supplier's sales
    dependence : (n,) production lost when all inputs that are not critical are lost
    market : (n,) number of the market in which others may replace the firm's deliveries
    output : (n,) size of the firm in its market
    counted : (n,) weight of the firm's loss in the index
    """

    start: Index
    supplier: Small
    buyer: Small
    share: Float
    product: Small
    is_critical: Bool
    sales_share: Float
    dependence: Float
    market: Small
    output: Float
    counted: Float


class Losses(NamedTuple):
    """Parts of production lost by each firm, (n,): through missing inputs and through missing orders."""

    downstream: Float
    upstream: Float


def chain_of(world: World) -> Chain:
    """Return the chain of a world at its start: every critical link an input of its own, sectors as markets.

    Losses count by sales times the weight of the firm, like the measures of a run.
    """
    firms, links = world.firms, world.links
    is_critical = links.is_critical == 1
    sales = sales_of(firms, links)
    slot = np.arange(links.supplier.size) - links.start[links.buyer]
    return Chain(
        start=links.start,
        supplier=links.supplier,
        buyer=links.buyer,
        share=np.where(is_critical, 1.0, links.weight),
        product=slot.astype(np.int32),
        is_critical=links.is_critical,
        sales_share=links.sales_share,
        dependence=firms.input_share,
        market=(firms.cell // len(world.groups.regions)).astype(np.int32),
        output=sales,
        counted=firms.weight * sales,
    )


@compiled
def _downstream(closed: int, is_replaceable: bool, chain: Chain, loss: Float, lacking: Float) -> None:
    """Write (n,) losses through missing inputs into ``loss``; ``lacking`` is scratch space by product, all 0.

    Losses only grow from one sweep to the next, so that updating them in place leads to the same end, only sooner.
    """
    n = loss.size
    size = np.zeros(chain.market.max() + 1)
    loss[:] = 0.0
    loss[closed] = 1.0
    for _ in range(_SWEEPS):
        size[:] = 0.0
        for i in range(n):
            size[chain.market[i]] += (1.0 - loss[i]) * chain.output[i]
        change = 0.0
        for j in range(n):
            if loss[j] == 1.0:
                continue  # nothing is left to lose
            worst, others = 0.0, 0.0
            for link in range(chain.start[j], chain.start[j + 1]):
                i = chain.supplier[link]
                if loss[i] == 0.0:
                    continue
                lost = chain.share[link] * loss[i]
                left = size[chain.market[i]]
                if is_replaceable and chain.output[i] < left:
                    lost *= chain.output[i] / left
                if chain.is_critical[link] == 1:
                    lacking[chain.product[link]] += lost
                    worst = max(worst, lacking[chain.product[link]])
                else:
                    others += lost
            for link in range(chain.start[j], chain.start[j + 1]):
                lacking[chain.product[link]] = 0.0
            lost = min(1.0, max(worst, chain.dependence[j] * others))
            change = max(change, lost - loss[j])
            loss[j] = max(loss[j], lost)
        if change < _SETTLED:
            break


@compiled
def _upstream(closed: int, chain: Chain, loss: Float, following: Float) -> None:
    """Write (n,) losses through missing orders into ``loss``."""
    loss[:] = 0.0
    loss[closed] = 1.0
    for _ in range(_SWEEPS):
        following[:] = 0.0
        for link in range(chain.supplier.size):
            following[chain.supplier[link]] += chain.sales_share[link] * loss[chain.buyer[link]]
        following[closed] = 1.0
        change = 0.0
        for i in range(loss.size):
            change = max(change, abs(following[i] - loss[i]))
        loss[:] = following
        if change < _SETTLED:
            break


@compiled
def _indices(chosen: Index, is_replaceable: bool, chain: Chain) -> tuple[Float, Float, Float]:
    """Return the index of each chosen firm, and the losses of all firms after the last of the closures."""
    n = chain.output.size
    down, up, following = np.zeros(n), np.zeros(n), np.zeros(n)
    lacking = np.zeros(chain.product.max() + 1 if chain.product.size > 0 else 1)
    whole = chain.counted.sum()
    index = np.empty(chosen.size)
    for place in range(chosen.size):
        _downstream(chosen[place], is_replaceable, chain, down, lacking)
        _upstream(chosen[place], chain, up, following)
        lost = 0.0
        for i in range(n):
            lost += chain.counted[i] * max(down[i], up[i])
        index[place] = lost / whole
    return index, down, up


def _checked(chosen: Sequence[int] | Index | None, n: int) -> Index:
    """Return the places of the chosen firms, by default of all; `InputError` for a place where there is none."""
    places = np.arange(n) if chosen is None else np.asarray(chosen, np.int64).reshape(-1)
    if places.size > 0 and not 0 <= places.min() <= places.max() < n:
        message = f"the firms are numbered from 0 to {n - 1}"
        raise InputError(message)
    return places


def closure_index(chain: Chain, chosen: Sequence[int] | Index | None = None, *, is_replaceable: bool = True) -> Float:
    """Return the part of all sales, 0 to 1, that is lost when a firm closes, for each chosen firm or for all.

    Parameters
    ----------
    chain : Chain
        The network; `chain_of` makes it from a world.
    chosen : sequence of int, optional
        Numbers of the firms whose closure is computed, each alone.
    is_replaceable : bool
        Whether others of the supplier's market step in.

    Notes
    -----
    Each closure takes some tens of sweeps over all links, so that all firms cost time in proportion to n x m, quadratic
    in the number of firms. Measured on one core with 5 links a firm, all firms with and without replacement: 1 and 3
    seconds at 2,000 firms, 7 and 21 seconds at 5,000, 100 and 430 seconds at 20,000. Other threads go on meanwhile.
    """
    index, _, _ = _indices(_checked(chosen, chain.output.size), is_replaceable, chain)
    return index


def losses_after_closure(chain: Chain, closed: int, *, is_replaceable: bool = True) -> Losses:
    """Return the parts of production that all firms lose when one closes, by direction."""
    _, down, up = _indices(_checked([closed], chain.output.size), is_replaceable, chain)
    return Losses(down, up)
