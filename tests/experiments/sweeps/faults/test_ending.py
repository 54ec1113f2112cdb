"""A request to end is heard when it suits, and an interruption loses nothing."""

from __future__ import annotations

import errno
import os
import signal
import threading

import pytest
from sweep_processes import contents, leftovers

from simulation.courses import Course
from simulation.experiments.sweeps import open_sweep, run_sweep, sweep_of
from simulation.experiments.sweeps.interruption import heard


@pytest.mark.skipif(os.name == "nt", reason="other signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_request_to_end_is_heard_when_it_suits_and_the_second_at_once(number):
    usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    before = signal.signal(number, usual)  # others, as what measures coverage, may have taken it
    stops = []
    try:
        with heard(lambda: stops.append(1)) as asked:
            assert asked == []
            signal.raise_signal(number)
            assert (asked, stops) == ([number], [1])
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
        assert signal.getsignal(number) == usual
    finally:
        signal.signal(number, before)


def test_signals_that_are_ignored_or_taken_stay_as_they_are():
    def own(number, frame):
        raise AssertionError

    for handler in (signal.SIG_IGN, own):
        before = signal.signal(signal.SIGINT, handler)
        try:
            with heard(lambda: None):
                assert signal.getsignal(signal.SIGINT) == handler
        finally:
            signal.signal(signal.SIGINT, before)


def test_outside_the_main_thread_no_signal_is_touched():
    seen = []

    def look():
        with heard(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("interrupted", [1, 5, 16])
def test_an_interruption_finishes_the_present_run_and_nothing_more(study, expected, tmp_path, monkeypatch, interrupted):
    proper, made = Course.end, []

    def counted(*arguments, **options):
        made.append(1)
        if len(made) == interrupted:
            signal.raise_signal(signal.SIGINT)
        return proper(*arguments, **options)

    monkeypatch.setattr(Course, "end", counted)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path, on="serial")
    assert len(made) == interrupted
    found = open_sweep(tmp_path)
    assert found.status().done == interrupted
    assert found.manifest["sessions"][-1]["done"] == interrupted
    assert leftovers(tmp_path) == []
    again = run_sweep(study, tmp_path, on="serial")
    assert contents(again) == expected
    assert len(made) == 16


def test_an_interruption_keeps_the_runs_that_were_moved_together(grant, tmp_path, monkeypatch):
    """Five scenarios of a point and seed, made when the first of them is."""
    scenarios = [grant.with_({"name": f"grant {k}", "policy.subsidy.strength": 0.5 * k}) for k in range(1, 6)]
    values = {"design": "latin_hypercube", "size": 2, "factors": {"lateness.lean": {}}, "outcomes": ["adopter_gap"]}
    study = sweep_of(values, scenarios)
    proper, made = Course.end, []

    def counted(*arguments, **options):
        made.append(1)
        if len(made) == 2:
            signal.raise_signal(signal.SIGINT)
        return proper(*arguments, **options)

    monkeypatch.setattr(Course, "end", counted)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path / "ended", on="serial")
    assert open_sweep(tmp_path / "ended").status().done == len(made) == 5
    again = run_sweep(study, tmp_path / "ended", on="serial")
    assert len(made) == 10
    assert contents(again) == contents(run_sweep(study, tmp_path / "undisturbed", on="serial"))


def test_a_second_interruption_ends_the_run_too_and_keeps_those_before_it(study, tmp_path, monkeypatch):
    proper, made = Course.end, []

    def counted(*arguments, **options):
        made.append(1)
        if len(made) == 6:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return proper(*arguments, **options)

    monkeypatch.setattr(Course, "end", counted)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path, on="serial")
    assert open_sweep(tmp_path).status().done == 5
    assert leftovers(tmp_path) == []


def test_an_error_while_progress_is_shown_loses_nothing(study, expected, tmp_path):
    def show(now):
        if now.done > 3:
            raise BrokenPipeError(errno.EPIPE, "nobody reads")

    with pytest.raises(BrokenPipeError):
        run_sweep(study, tmp_path, on="serial", on_progress=show)
    assert open_sweep(tmp_path).status().done > 3
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected
