"""Histories that change only on purpose: by ``python tests/golden/update.py``."""

from __future__ import annotations

import importlib.util
import json
import platform
import sys
from pathlib import Path

import pytest

from simulation.compiled import is_compilation_on

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("golden_update", FOLDER / "update.py")
update = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(update)

GOLDEN = json.loads(update.FILE.read_text(encoding="utf-8"))
IS_REFERENCE = is_compilation_on() and sys.platform == "linux" and platform.machine() == "x86_64"
"""Elsewhere the last bits of exp and log may differ; rounded numbers are compared everywhere."""


@pytest.mark.parametrize("name", update.CASES)
def test_the_history_is_the_golden_one(name):
    found, golden = update.numbers(name), dict(GOLDEN[name])
    message = "the model's numbers changed; if that is meant, run python tests/golden/update.py and say why"
    digest, expected = found.pop("digest"), golden.pop("digest")
    assert found == pytest.approx(golden, rel=1e-7, abs=1e-9), message
    if IS_REFERENCE:
        assert digest == expected, message


def test_every_case_has_golden_numbers():
    assert set(GOLDEN) == set(update.CASES)
