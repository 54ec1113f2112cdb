"""The model as plain Mesa agents: firms that adopt, learn, produce and deliver for themselves.

`SupplyChainModel` is a ``mesa.Model``. With ``engine="agents"`` its `Firm` agents live through every month as written
in ``firm.py``; with ``engine="compiled"`` the same month runs as compiled loops over arrays, and the agents are views
(`FirmView`) that are made when somebody looks at them. Both engines call the same formulas of ``simulation.rules``
with the same draws and give the same history.
"""

from __future__ import annotations

from simulation.mesa_model.firm import Firm
from simulation.mesa_model.government import Government
from simulation.mesa_model.model import SupplyChainModel
from simulation.mesa_model.partners import Purchase, Sale
from simulation.mesa_model.views import FirmView

__all__ = ["Firm", "FirmView", "Government", "Purchase", "Sale", "SupplyChainModel"]
