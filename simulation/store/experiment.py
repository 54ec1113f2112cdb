"""Reading results: a folder is what its manifest lists; other files in it, as of an interrupted run, are not read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError
from simulation.replays import Replay, stored_run
from simulation.store.parts import PARTS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["FORMAT", "MANIFEST", "Experiment", "open_experiment"]

FORMAT = 1
"""Number of the format of a folder."""

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Experiment:
    """Results of one or more runs in a folder."""

    folder: Path
    manifest: Mapping[str, Any]

    def parts(self, kind: str) -> list[str]:
        """Return the names of the parts of a kind."""
        return [name for name in self.manifest["parts"] if name.startswith(f"{kind}-")]

    def read(self, part: str, filters: list[tuple[str, str, Any]] | None = None) -> pa.Table:
        """Return the rows of a part that meet all filters; `InputError` where it is gone or damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / PARTS / part
        try:
            return pq.read_table(path, filters=filters, page_checksum_verification=True)
        except FileNotFoundError:
            message = f"{path} is listed in {MANIFEST} and is not there; run again to write these results anew"
            raise InputError(message) from None
        except (OSError, pa.ArrowException) as error:
            message = f"{path} is damaged: {_first_line(error)}; run again to write these results anew"
            raise InputError(message) from error

    def _frame(self, kind: str, filters: list[tuple[str, str, Any]] | None = None) -> pd.DataFrame:
        import pandas as pd
        import pyarrow as pa

        names = self.parts(kind)
        if not names:
            return pd.DataFrame()
        tables = [self.read(name, filters) for name in names]
        frame: pd.DataFrame = pa.concat_tables(tables).unify_dictionaries().to_pandas()
        return frame

    def runs(self) -> pd.DataFrame:
        """Return a row per run: key, scenario, seed, status, digest."""
        runs = self._frame("runs")
        return runs.sort_values(["scenario", "seed"], ignore_index=True) if len(runs) else runs

    def series(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the tidy series, of all or of some measures."""
        return self._frame("series", [("measure", "in", list(measures))] if measures else None)

    def overlaps(self) -> pd.DataFrame:
        """Return a row per run under a policy: who would have adopted anyway; empty where it was not looked at."""
        return self._frame("overlaps")

    def ensemble(self) -> pd.DataFrame:
        """Return what scenarios change by member of an ensemble, seed and outcome; empty where none was run."""
        return self._frame("ensemble")

    def firms(self) -> pd.DataFrame:
        """Return the firms at the end, of the runs for which they were kept."""
        return self._frame("firms")

    def links(self) -> pd.DataFrame:
        """Return the links of the runs for which firms were kept."""
        return self._frame("links")

    def run_again(self, scenario: str | None = None, seed: int | None = None) -> Replay:
        """Return a run that can be lived again, by default that of the first scenario with the first seed."""
        return stored_run(self.manifest, self.folder, scenario, seed)

    def events(
        self, scenario: str | None = None, seed: int | None = None, months: Collection[int] | None = None
    ) -> pd.DataFrame:
        """Return every late delivery of a run (`Replay.events`), which is lived again for that."""
        return self.run_again(scenario, seed).events(months)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0].rstrip(".")


def open_experiment(folder: str | Path) -> Experiment:
    """Open a folder of results; `InputError` where it holds none."""
    path = Path(folder)
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        message = f"{path} holds no results: there is no {MANIFEST}"
        raise InputError(message) from None
    except OSError as error:
        message = f"{path / MANIFEST} cannot be read: {error.strerror or error}"
        raise InputError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path / MANIFEST} is damaged: {_first_line(error)}"
        raise InputError(message) from error
    written = manifest.get("format") if isinstance(manifest, dict) else None
    if written != FORMAT:
        message = f"{path} was written in format {written}; this version reads format {FORMAT}"
        raise InputError(message)
    parts = manifest.get("parts")
    if not isinstance(parts, dict) or any(Path(name).name != name for name in parts):
        message = f"{path / MANIFEST} is damaged: it does not list its parts"
        raise InputError(message)
    return Experiment(path, manifest)
