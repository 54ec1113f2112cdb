"""Reports: one HTML file that holds everything it shows."""

from __future__ import annotations

from simulation.report.comparison import write_report

__all__ = ["write_report"]
