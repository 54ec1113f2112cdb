"""The wheel is installed and used as by somebody who has nothing else: the check of `make wheel`."""

from __future__ import annotations

from pathlib import Path

import pytest
from distribution.newcomer import main

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_newcomer_can_use_the_wheel(capfd):
    """Some minutes: everything is compiled anew. Packages come from the index."""
    pytest.importorskip("hatchling")
    code = main(["--constraint", str(ROOT / "constraints.txt")])
    assert code == 0, capfd.readouterr().out
