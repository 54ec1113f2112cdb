"""Reports: one HTML file that holds everything it shows, and prints to pages of A4."""

from __future__ import annotations

from simulation.report.comparison import write_report
from simulation.report.folder import write_folder_report
from simulation.report.sweep import write_sweep_report

__all__ = ["write_folder_report", "write_report", "write_sweep_report"]
