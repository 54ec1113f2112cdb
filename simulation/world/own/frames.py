"""Frames, pairs and networkx graphs as tables; places are labels of rows, nodes and edges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError
from simulation.world.own.faults import Faults
from simulation.world.own.graph_file import attribute_source
from simulation.world.own.source import ENDS, Rows, Source
from simulation.world.own.typed import as_written, typed_column

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

__all__ = ["as_sources"]

_WIDEST = 3


def as_sources(firms: object, links: object, faults: Faults) -> tuple[Source | None, Source]:
    """Return the table of firms, None where links name them, and the table of links.

    Raises
    ------
    InputError
        An object that holds no links, or no firms.
    """
    import networkx as nx
    import pandas as pd

    if firms is not None and not isinstance(firms, pd.DataFrame):
        message = f"firms are a pandas DataFrame with the column id, not {_called(firms)}"
        raise InputError(message)
    given = None if firms is None else _frame(firms, "firms", faults)
    if isinstance(links, nx.Graph):
        if not isinstance(links, nx.DiGraph):
            message = "links go from a supplier to a buyer, and this graph has no direction; give a networkx DiGraph"
            raise InputError(message)
        nodes, edges = _graph(links)
        return given or nodes, edges
    if not isinstance(links, pd.DataFrame):
        links = _pairs(links)
    return given, _frame(links, "links", faults)


def _called(thing: object) -> str:
    return f"a {type(thing).__name__}"


def _pairs(links: object) -> pd.DataFrame:
    """Return pairs, or triples with a weight, as a frame."""
    import pandas as pd

    said = "links are a DataFrame, a networkx DiGraph, or pairs of supplier and buyer with a weight where there is one"
    if isinstance(links, str | bytes) or not isinstance(links, Iterable):
        message = f"{said}, not {_called(links)}; a file is named in a scenario (population.data.links)"
        raise InputError(message)
    rows = [tuple(pair) if isinstance(pair, Iterable) and not isinstance(pair, str | bytes) else () for pair in links]
    widths = {len(row) for row in rows} or {2}
    if len(widths) > 1 or not 2 <= max(widths) <= _WIDEST:
        width = len(rows[0])
        at = next((place for place, row in enumerate(rows) if len(row) != width), 0)
        message = f"{said}; entry {at} has {len(rows[at])} values"
        raise InputError(message)
    names = ["supplier", "buyer", "weight"][: max(widths)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in zip(names, columns, strict=True)})


def _frame(frame: pd.DataFrame, called: str, faults: Faults) -> Source:
    names = [str(name) for name in frame.columns]

    def rows(wanted: Sequence[int]) -> Rows | None:
        before = faults.count
        found = [typed_column(_column(frame, position), names[position], called, faults) for position in wanted]
        columns = [column for column in found if column is not None]
        return Rows(columns, _Labels(frame.index)) if faults.count == before else None

    return Source(called, names, 0, "row", rows, {} if called == "firms" else ENDS)


class _Labels(Sequence[str]):
    """Labels of rows as messages show them, made when they are asked for."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - an index of pandas
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, row: Any) -> Any:  # noqa: ANN401 - a number
        return _label(self._index[row])


def _label(label: object) -> str:
    text = repr(str(label)) if isinstance(label, str) else str(label)  # also what numpy calls a text
    return text if len(text) <= 60 and text.isprintable() else f"{ascii(text)[:60]}..."


def _column(frame: pd.DataFrame, position: int) -> pa.Array:
    """Return a column of a frame as Arrow has it; of mixed kinds, as text."""
    import pyarrow as pa

    series = frame.iloc[:, position]
    try:
        column = pa.Array.from_pandas(series)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        column = pa.array([None if _is_missing(value) else as_written(value) for value in series], pa.large_string())
    return column


def _is_missing(value: object) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value)) and bool(pd.isna(value))  # type: ignore[call-overload]


def _graph(graph: nx.DiGraph[Any]) -> tuple[Source, Source]:
    """Return nodes and edges of a graph."""
    nodes = list(graph.nodes(data=True))
    edges = list(graph.edges(data=True))  # the order in which networkx writes them to files too
    return (
        attribute_source(
            "firms",
            "node",
            {"id": [str(node) for node, _ in nodes]},
            [_without_nan(data) for _, data in nodes],
            [_label(node) for node, _ in nodes],
            {},
        ),
        attribute_source(
            "links",
            "edge",
            {"source": [str(source) for source, _, _ in edges], "target": [str(target) for _, target, _ in edges]},
            [_without_nan(data) for *_, data in edges],
            [f"{_label(source)} -> {_label(target)}" for source, target, _ in edges],
            {},
        ),
    )


def _without_nan(data: dict[Any, Any]) -> dict[str, Any]:
    """Return attributes by name; NaN, with which frames say that there is nothing, is nothing."""
    return {str(name): None if isinstance(value, float) and value != value else value for name, value in data.items()}
