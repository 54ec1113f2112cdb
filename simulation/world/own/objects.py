"""Own firms and links that Python holds: frames, pairs or a networkx graph, made part of a scenario.

A scenario is plain text and numbers, and a run a pure function of it. So what Python holds is checked, written once as
Parquet into a folder, each file named after the SHA-256 of its content, and the scenario names these files: it can be
saved, sent to other processes and run again like any other.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from simulation.compiled import cache_folder
from simulation.errors import InputError, Problem
from simulation.scenario.own_data import Data
from simulation.scenario.scenario import Scenario
from simulation.world.own.faults import Faults
from simulation.world.own.frames import as_sources
from simulation.world.own.reading import checked, population_and_network
from simulation.world.own.source import Table

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["own_network"]

_HERE = ("population", "data")


def own_network(
    links: pd.DataFrame | nx.DiGraph[Any] | Iterable[Sequence[Any]],
    firms: pd.DataFrame | None = None,
    *,
    scenario: Scenario | None = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    fill: Mapping[str, str] | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Scenario:
    """Return a scenario with own firms and links, checked; `run`, `compare` and `SupplyChainModel` take it.

    Parameters
    ----------
    links : DataFrame, DiGraph or pairs
        A frame with the columns supplier and buyer; a graph whose edges go from supplier to buyer; or pairs of
        supplier and buyer, with a weight as third value where there is one.
    firms : DataFrame, optional
        A frame with the column id. By default the nodes of the graph with their attributes, or whoever links name.
    scenario : Scenario, optional
        What else is simulated, by default the baseline.
    columns : mapping, optional
        For ``firms`` and ``links``, the model's names of columns to those of the frames or attributes.
    fill : mapping, optional
        Rules for missing size, workers, sector and region, as ``population.data.fill`` in a scenario file.
    folder : path, optional
        Where the checked tables are kept, by default beside the compiled code of the package (``TIERWISE_CACHE``).

    Raises
    ------
    InputError
        Everything that is wrong, each with the label of its row, node or edge.
    """
    base = (scenario or Scenario()).with_({"population.data": None})
    given = {"columns": columns or {}, "fill": fill or {}}
    data = _declared(base, given)
    faults = Faults()
    sources = as_sources(firms, links, faults)
    tables = checked(*sources, data, base, faults)
    population_and_network(tables, data.fill, base, seed=1)
    place = cache_folder().parents[1] / "networks" if folder is None else File(folder).absolute()
    firm_table, link_table = tables.sources
    assert link_table is not None
    files = {"links": _kept(link_table, place)}
    if firm_table is not None:
        files["firms"] = _kept(firm_table, place)
    return base.with_({"population.data": files | {"fill": dict(data.fill)}})


def _declared(base: Scenario, given: Mapping[str, Any]) -> Data:
    """Return the declaration of own data, checked like that of a scenario file."""
    with tempfile.TemporaryDirectory() as folder:  # a declaration names a file that exists
        file = File(folder) / "links.csv"
        file.touch()
        found = base.with_({"population.data": {"links": str(file), **given}}).population.data
    assert found is not None
    return found


def _kept(table: Table, folder: File) -> str:
    """Write the columns that the model knows, and the names of the others, unless that is done; return the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    unread = {name: pa.nulls(table.size) for name in table.unread if name not in table.columns}
    pq.write_table(pa.table(table.columns | unread), sink)
    content = sink.getvalue()
    file = folder / f"{hashlib.sha256(content).hexdigest()[:32]}.parquet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.is_file():
            with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
                part.write(content)
            File(part.name).replace(file)
    except OSError as error:
        message = f"the folder {folder} cannot be written: {error.strerror}; name another one (folder)"
        raise InputError(Problem(message, path=".".join(_HERE))) from error
    return str(file)
