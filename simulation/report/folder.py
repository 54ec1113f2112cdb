"""The report of whatever a folder holds: a run, a comparison or a sweep."""

from __future__ import annotations

from pathlib import Path

from simulation.errors import InputError
from simulation.experiments.comparison import as_comparison
from simulation.experiments.opening import open_results
from simulation.experiments.sweeps.results import SweepResults
from simulation.report.comparison import write_report
from simulation.report.sweep import write_sweep_report
from simulation.store.experiment import Experiment

__all__ = ["open_reportable", "write_folder_report"]


def open_reportable(folder: str | Path) -> Experiment:
    """Open a folder of which there is a report.

    Raises
    ------
    InputError
        It holds no results, or results of a kind without a report.
    """
    found = open_results(folder)
    kind = found.manifest.get("kind")
    if not isinstance(found, SweepResults) and kind not in ("run", "comparison"):
        message = f"{folder} holds results of kind '{kind}'; there are reports of runs, comparisons and sweeps"
        raise InputError(message)
    return found


def write_folder_report(folder: str | Path, path: str | Path | None = None, language: str = "en") -> Path:
    """Write the report of a folder of results as one HTML file and return its path.

    Parameters
    ----------
    folder : path
        Of a run, a comparison or a sweep.
    path : path, optional
        By default ``report.html`` in the folder, in other languages than English ``report-ko.html``.
    language : {"en", "ko"}

    Raises
    ------
    InputError
        The folder holds nothing of which there is a report, or there is no such language.
    RunError
        The file cannot be written.
    """
    found = open_reportable(folder)
    target = (
        Path(path) if path is not None else Path(folder) / f"report{'' if language == 'en' else f'-{language}'}.html"
    )
    if isinstance(found, SweepResults):
        return write_sweep_report(found, target, language)
    return write_report(as_comparison(found), target, language)
