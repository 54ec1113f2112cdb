"""The live server without its model, for tests that ask it for what it must refuse."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def laboratory():
    """Return a laboratory that checks what it is asked for and runs nothing."""
    pytest.importorskip("starlette", reason="the extra teach is not installed")
    from hardening.no_runs import NoRuns

    from simulation.teach.catalogue import Catalogue

    made = NoRuns(Catalogue(), threads=2)
    yield made
    made.close()
