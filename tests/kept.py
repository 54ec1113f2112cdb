"""Small folders of results, made once, for tests that read what is on the disk."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simulation.experiments.comparison import compare
from simulation.experiments.provenance import what_was_run
from simulation.experiments.sweeps import run_sweep, sweep_of
from simulation.experiments.sweeps.working import METADATA
from simulation.runs import run
from simulation.scenario.scenario import Scenario
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs, write_part

BASE = Scenario().with_(
    {
        "name": "base",
        "population.firms": 60,
        "time.months": 12,
        "time.survey_month": 6,
        "time.origin_months": 2,
        "time.start_rounds": 8,
        "adoption.hazard.level": -1.0,
        "budget": {"per_worker": 3.0, "seeds": 2},
    }
)
GRANT = BASE.with_({"name": "grant", "policy.subsidy": {"first": 2, "last": 11}})
SWEEP = {
    "design": "latin_hypercube",
    "size": 3,
    "replications": 2,
    "solve_seeds": 2,
    "factors": {"lateness.lean": {"low": 0.1, "high": 0.6}},
    "outcomes": ["adopter_gap", "additional_adopters", "public_cost", "user_share/sme/last"],
    "series": ["adopters"],
}


def keep_run(folder: Path, scenario: Scenario = BASE, seed: int = 3) -> Path:
    done = run(scenario, seed)
    parts = save_runs(folder, [done], has_firms=True)
    content = {"kind": "run", **what_was_run([done.scenario], [seed], {}), "digest": done.digest}
    write_manifest(folder, content, parts)
    return folder


def keep_comparison(folder: Path, base: Scenario = BASE) -> Path:
    compare([base, GRANT], [4, 5], folder=folder, workers=1)
    return folder


def keep_sweep(folder: Path, **changes: object) -> Path:
    run_sweep(sweep_of(SWEEP | changes, [BASE, GRANT]), folder, on="serial")
    return folder


def copied(folder: Path, new: Path) -> Path:
    shutil.copytree(folder, new)
    return new


def rewritten(folder: Path, part: str, change, *, is_listed: bool = True) -> None:
    """Change the frame of a part under its own name, and tell the manifest, unless the change is to be found there."""
    path = folder / "parts" / part
    table = pq.read_table(path)
    new = pa.Table.from_pandas(change(table.to_pandas()), table.schema, preserve_index=False)
    new = new.replace_schema_metadata(table.schema.metadata)
    pq.write_table(new, path, write_page_checksum=True)
    if is_listed:
        edited(folder, lambda told: told["parts"].update({part: hashlib.sha256(path.read_bytes()).hexdigest()}))


def edited(folder: Path, change) -> None:
    """Change the manifest."""
    file = folder / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    change(told)
    file.write_text(json.dumps(told), encoding="utf-8")


def made_twice(folder: Path) -> None:
    """Let a worker of a sweep have done one chunk again, without knowing of the first time."""
    path = next((folder / "parts").glob("runs-*.parquet"))
    runs = pq.read_table(path)
    (beside,) = json.loads(runs.schema.metadata[METADATA])["parts"]
    series = pq.read_table(folder / "parts" / beside)
    again = write_part(folder, "series", series.take(list(range(series.num_rows))[::-1]))
    longer = runs.to_pandas().assign(seconds=99.0)
    table = pa.Table.from_pandas(longer, runs.schema.remove_metadata(), preserve_index=False)
    write_part(folder, "runs", table.replace_schema_metadata({METADATA: json.dumps({"parts": [again.name]})}))
