"""Two small tables of firms and links, and what is said of worse ones."""

from __future__ import annotations

import pytest

from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

FIRMS = """\
id,size,sector,region,workers,sales,capacity
Hanbit,large,manufacturing,elsewhere,640,300000,0.8
Daeyang,sme,manufacturing,elsewhere,182,50000,0.3
가온금형,sme,manufacturing,capital,46,9000,0.45
Moa,sme,services,capital,63,8000,0.5
"""

LINKS = """\
supplier,buyer,weight,critical
Daeyang,Hanbit,3,1
가온금형,Hanbit,1,0
가온금형,Daeyang,2,yes
Moa,Daeyang,6,no
"""

REFUSING = {f"population.data.fill.{name}": "refuse" for name in ("size", "workers", "sector", "region")}

HEADER, ROW = FIRMS.splitlines()[:2]


def with_tables(firms: str | bytes, links: str | bytes, changes=None) -> Scenario:
    """Write the tables to the current folder and return a scenario that names them."""
    for name, content in (("firms.csv", firms), ("links.csv", links)):
        with open(name, "wb") as file:  # noqa: PTH123 - the folder is the test's own
            file.write(content if isinstance(content, bytes) else content.encode())
    data = {"population.data": {"firms": "firms.csv", "links": "links.csv"}}
    return Scenario().with_(data | dict(changes or {}))


def problems(firms: str | bytes = FIRMS, links: str | bytes = LINKS, changes=None) -> list[str]:
    """Return what is said about two tables where nothing that a firm needs is filled."""
    scenario = with_tables(firms, links, REFUSING | dict(changes or {}))
    with pytest.raises(InputError) as caught:
        build(scenario, 1)
    return [str(problem) for problem in caught.value.problems]


def firm(row: str, header: str = HEADER) -> str:
    """Return a table of firms with one more row, in line 3."""
    return f"{header}\n{ROW}\n{row}\n"


def link(row: str) -> str:
    """Return a table of links with one more row, in line 6."""
    return f"{LINKS}{row}\n"
