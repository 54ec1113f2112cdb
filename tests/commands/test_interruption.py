"""Ctrl-C in a running process: exit code 130, and the finished work can be opened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from simulation.experiments.comparison import open_comparison

COMMAND = (
    "compare", "tierwise:baseline", "tierwise:zero_influence", "--firms", "100", "--reps", "5000", "--workers", "1",
    "--set", "time.months=40", "--set", "time.start_rounds=8", "-o", "results",
)  # fmt: skip
MOST_SECONDS = 120.0
"""Until the process counts as stuck; it may have to compile the model first."""


@pytest.mark.app
@pytest.mark.skipif(os.name == "nt", reason="another signal there")
def test_a_comparison_that_is_interrupted_keeps_the_seeds_that_had_finished(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "simulation", *COMMAND],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        stuck = time.monotonic() + MOST_SECONDS
        while not (tmp_path / "results" / "manifest.json").exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < stuck
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=MOST_SECONDS)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert err.endswith("Interrupted.\n")
    comparison = open_comparison(tmp_path / "results")
    assert 1 <= len(comparison.seeds) < 5000
    assert f"The runs of {len(comparison.seeds)} of 5000 seeds are saved in results." in err
    assert len(comparison.experiment.runs()) == 2 * len(comparison.seeds)
    assert set(comparison.differences()["n"]) <= {0, len(comparison.seeds)}
    assert {path.suffix for path in (tmp_path / "results" / "parts").iterdir()} == {".parquet"}
