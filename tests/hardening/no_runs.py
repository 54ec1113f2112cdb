"""The live server without its model."""

from __future__ import annotations

from simulation.teach.laboratory import Laboratory
from simulation.teach.refusals import BusyError

__all__ = ["NoRuns"]


class NoRuns(Laboratory):
    """A laboratory that checks what it is asked for and runs nothing."""

    def _run(self, settings, wish):
        self.catalogue.scenarios(settings)
        return b"run"

    def solved(self, settings):
        self.catalogue.scenarios(settings)
        raise BusyError("busy")
