"""Tables of the runs shown, for a spreadsheet or for a program that draws networks."""

from __future__ import annotations

from io import BytesIO

from simulation.exports.tables import as_csv
from simulation.runs import run_in_world
from simulation.teach.laboratory import Laboratory
from simulation.teach.settings import Settings
from simulation.world.build import build

__all__ = ["network_graphml", "series_csv"]


def series_csv(laboratory: Laboratory, settings: Settings) -> bytes:
    """Return all measures of all runs by month and group as CSV: ``scenario, seed, month, group, measure, value``."""
    import pandas as pd

    seed = laboratory.catalogue.seed(settings)
    frames = []
    for scenario in laboratory.solved(settings):
        run = run_in_world(build(scenario, seed), scenario, seed, has_origins=False, has_structure=False)
        frames.append(run.series[["scenario", "seed", "month", "group", "measure", "value"]])
    return as_csv(pd.concat(frames).astype({"month": "Int64"}))


def network_graphml(laboratory: Laboratory, settings: Settings) -> bytes:
    """Return the firms and links with which all runs begin as GraphML; links lead from supplier to buyer."""
    from networkx import write_graphml_xml

    from simulation.world.frames import world_frames
    from simulation.world.graphs import graph_of

    first = laboratory.catalogue.scenarios(settings)[0]
    firms, links = world_frames(build(first, laboratory.catalogue.seed(settings)))
    graph = graph_of(firms.set_index("id"), links.assign(critical=links["critical"].astype(bool)))
    file = BytesIO()
    write_graphml_xml(graph, file)
    return file.getvalue()
