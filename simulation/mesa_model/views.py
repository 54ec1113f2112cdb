"""Firms of the compiled engine, seen as Mesa agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from simulation.mesa_model.partners import Purchase, Sale

if TYPE_CHECKING:
    from simulation.engines.explanation import Explanation
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["FirmView"]


class FirmView(mesa.Agent):
    """A firm of the compiled engine: every attribute is read from the arrays when it is asked for."""

    model: SupplyChainModel

    def __init__(self, model: SupplyChainModel, index: int) -> None:
        # Mesa's own counter of ids would keep the model alive for ever.
        self.model = model
        self.unique_id = index + 1
        self.index = index
        self.pos = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any column of the state
        if name.startswith("_"):
            raise AttributeError(name)
        model = self.model
        for table in (model.state, model.world.firms, model.channels):
            if name in table._fields:
                value = getattr(table, name)
                if name == "root":
                    return model.firms[int(value[self.index])]
                return value[self.index].item() if value.ndim == 1 else value[self.index].copy()
        message = f"a firm has no attribute {name!r}"
        raise AttributeError(message)

    @property
    def size(self) -> str:
        """Name of the size class."""
        return str(self.model.members[self.group][0])

    @property
    def sector(self) -> str:
        """Name of the sector."""
        return str(self.model.members[self.group][1])

    @property
    def region(self) -> str:
        """Name of the region."""
        return str(self.model.members[self.group][2])

    def explain(self, month: int | None = None) -> Explanation:
        """Explain what the firm did in a month (`SupplyChainModel.explain`)."""
        return self.model.explain(self.index, month)

    @property
    def suppliers(self) -> list[Purchase]:
        """Purchases in slot order."""
        links, firms = self.model.links, self.model.firms
        return [
            Purchase(
                firms[links.supplier[e]], float(links.weight[e]), bool(links.is_critical[e]), float(links.value[e])
            )
            for e in range(links.start[self.index], links.start[self.index + 1])
        ]

    @property
    def customers(self) -> list[Sale]:
        """Sales in the order of the buyers' keys."""
        links, firms = self.model.links, self.model.firms
        own = links.sales_link[links.sales_start[self.index] : links.sales_start[self.index + 1]]
        return [
            Sale(firms[links.buyer[e]], float(links.sales_share[e]), float(links.weight[e]), float(links.value[e]))
            for e in own
        ]
