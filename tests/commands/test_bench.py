"""``tierwise bench``; what it measures is no matter of tests."""

from __future__ import annotations

import json

import pytest

import simulation


@pytest.mark.app
def test_a_benchmark_is_run_and_written(cli, tmp_path):
    result = cli("bench", "--quick", "--only", "startup", "-o", "timed", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found["benchmarks"]) == ["startup"]
    assert found["quick"] is True
    assert found["machine"]["processors"] >= 1
    assert json.loads((tmp_path / "timed" / "bench.json").read_text(encoding="utf-8")) == found
    assert "tierwise --help" in (tmp_path / "timed" / "bench.md").read_text(encoding="utf-8")


def test_an_unknown_benchmark_is_refused_with_the_known_ones(cli):
    result = cli("bench", "--only", "speed")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "there is no benchmark 'speed'; there are bound, phases, threads, peers, precision, scaling, "
        "batches, sharing, lanes, beside, startup, own_data\n"
    )


def test_an_installed_package_says_where_benchmarks_are(cli, monkeypatch, tmp_path):
    monkeypatch.setattr(simulation, "__file__", str(tmp_path / "site-packages" / "simulation" / "__init__.py"))
    result = cli("bench")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "source checkout" in result.stderr
