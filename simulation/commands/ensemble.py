"""``tierwise calibrate --ensemble``: many calibrated parameter sets instead of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simulation.commands.output import emit_json

if TYPE_CHECKING:
    from simulation.experiments.targets import Target
    from simulation.scenario.scenario import Scenario

__all__ = ["make_ensemble"]


def make_ensemble(
    scenario: Scenario, targets: Sequence[Target], size: int, seed: int, folder: Path, as_json: bool
) -> None:
    """Write ``ensemble.csv``, a row per member, and say how many draws could not be fitted."""
    from simulation.experiments.ensemble import ensemble
    from simulation.experiments.members import members_table
    from simulation.exports.tables import write_table
    from simulation.store.manifest import write_manifest

    def tell(number: int, accepted: int, is_fitted: bool) -> None:
        if not as_json:
            word = "fitted" if is_fitted else "out of reach"
            typer.echo(f"draw {number}: {word}; {accepted} of {size}", err=True)

    members, rejected = ensemble(scenario, targets, size, seed=seed, on_member=tell)
    write_table(folder / "ensemble.csv", members_table(members), digits=6)
    said = {"kind": "ensemble", "members": len(members), "rejected": rejected, "seed": seed}
    write_manifest(folder, {**said, "scenario": {"digest": scenario.digest(), "resolved": scenario.resolved()}})
    if as_json:
        emit_json({"folder": str(folder), **said})
        return
    typer.echo(f"{len(members)} members; {rejected} draws could not be brought near their targets.")
    typer.echo(f"Written to {folder}: ensemble.csv")
