"""Own firms and links: which files hold them, what their columns are called, and how what is missing is filled."""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from simulation.schema import Section

__all__ = [
    "ENDINGS", "FILES", "FIRM_COLUMNS", "LINK_COLUMNS", "RANK", "REFUSE", "SHARES", "Columns", "Data", "Fill",
]  # fmt: skip

FILES = ("firms", "links")
"""Keys that name files."""

FIRM_COLUMNS = (
    "id", "size", "sector", "region", "workers", "sales", "capacity", "weight", "final_demand", "input_share",
)  # fmt: skip
LINK_COLUMNS = ("supplier", "buyer", "weight", "critical", "value")

ENDINGS = MappingProxyType(
    {
        ".csv": FILES,
        ".parquet": FILES,
        ".graphml": FILES,
        ".gexf": FILES,
        ".edges": ("links",),
        ".edgelist": ("links",),
        ".txt": ("links",),
    }
)
"""Ends of names of files, and what they may hold."""

RANK, SHARES, REFUSE = "rank", "shares", "refuse"


class Columns(Section):
    """What the files call the columns that the model knows, where they call them otherwise."""

    firms: dict[str, str] = Field(default_factory=dict)
    links: dict[str, str] = Field(default_factory=dict)


class Fill(Section):
    """How missing attributes of firms are filled. All these rules are assumed; every fill is counted and told."""

    size: Annotated[
        str,
        "by workers where they are known; else rank: largest sales (links where sales are not all known) first, in the "
        "shares firm_share of the sizes; or the name of a size; or refuse",
    ] = RANK
    workers: Annotated[
        Literal["rank", "refuse"],
        "rank: quantiles of the size's distribution by rank of sales (links where sales are not all known)",
    ] = "rank"
    sector: Annotated[
        str, "shares: drawn, in exactly the shares population.sector_share of the size; or a sector; or refuse"
    ] = SHARES
    region: Annotated[
        str, "shares: drawn, in exactly the shares population.region_share of size and sector; or a region; or refuse"
    ] = SHARES


class Data(Section):
    """Own firms and links, from files inside the project folder.

    Without ``firms`` they are those that the links name; without ``links`` these are generated as `Network` says.
    """

    firms: str | None = None
    links: str | None = None
    columns: Columns = Columns()
    fill: Fill = Fill()
