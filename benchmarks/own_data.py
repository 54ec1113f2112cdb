"""Own firms and links: from files of a million firms and five million links to a world."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.timing import Found, Table
from benchmarks.worlds import baseline, world_of
from simulation.state import World
from simulation.world.build import build

__all__ = ["measure"]

_ROOT = Path(__file__).parents[1]
_FORMS = {"Parquet": "parquet", "CSV": "csv", "Parquet, ids are text": "text.parquet", "CSV, ids are text": "text.csv"}


def _write(world: World, folder: Path) -> None:
    """Write the firms and links of a world in all forms."""
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as parquet

    firms, links = world.firms, world.links
    members = [pa.array(column) for column in zip(*world.groups.members(), strict=True)]
    size, sector, region = (column.take(pa.array(firms.group)) for column in members)
    nodes = {"id": firms.key, "size": size, "sector": sector, "region": region}
    nodes |= {"workers": firms.workers, "final_demand": firms.final_demand}
    edges = {"supplier": firms.key[links.supplier], "buyer": firms.key[links.buyer]}
    edges |= {"weight": links.weight, "critical": links.is_critical}
    names = pa.array([f"기업 {key:08d}" for key in range(firms.key.size)])
    text = {"id": names.take(pa.array(firms.key))}
    text_ends = {end: names.take(pa.array(edges[end])) for end in ("supplier", "buyer")}
    for ending, changed, changed_ends in (("", {}, {}), ("text.", text, text_ends)):
        for name, columns in (("firms", nodes | changed), ("links", edges | changed_ends)):
            table = pa.table(columns)
            parquet.write_table(table, folder / f"{name}.{ending}parquet")
            csv.write_csv(table, folder / f"{name}.{ending}csv")


def _read(folder: str, ending: str) -> None:
    """Build the world of some files in this process, and print seconds, processor seconds and gigabytes."""
    build(baseline(1000), 1)  # loads the machine code
    files = {name: f"{folder}/{name}.{ending}" for name in ("firms", "links")}
    scenario = baseline(1000).with_({"population.data": files})
    began, worked = time.perf_counter(), time.process_time()
    build(scenario, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(time.perf_counter() - began, time.process_time() - worked, peak)


def measure(is_quick: bool = False) -> Found:
    """Return what it costs to read firms and links, each form in a process of its own."""
    firms = 20_000 if is_quick else 1_000_000
    values: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        world = world_of(firms)
        _write(world, Path(folder))
        for name, ending in _FORMS.items():
            command = [sys.executable, "-m", "benchmarks.own_data", folder, ending]
            done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
            values[name] = [float(number) for number in done.stdout.split()]
    table = Table(
        f"From files of {firms:,} firms and {world.links.supplier.size:,} links to a world",
        ["Files", "s", "Processor s", "Peak GB"],
        [[name, f"{wall:.1f}", f"{worked:.1f}", f"{peak:.2f}"] for name, (wall, worked, peak) in values.items()],
        "Read, checked, filled and assembled; the goal is well under a minute from Parquet.",
    )
    return Found({name: wall for name, (wall, *_) in values.items()}, [table])


if __name__ == "__main__":
    _read(*sys.argv[1:])
