"""Runs that several browsers wait for, that nobody waits for any more, and that fail."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from teach.asking import PORT, SMALL, ask, ask_together, asked

from simulation.teach import laboratory as laboratory_module
from simulation.teach.laboratory import Laboratory
from simulation.teach.server import application

pytest.importorskip("starlette", reason="the extra teach is not installed")


def test_equal_requests_at_once_are_run_once(catalogue, monkeypatch):
    runs = []
    real = laboratory_module.record_runs
    monkeypatch.setattr(laboratory_module, "record_runs", lambda *given: runs.append(given) or real(*given))
    fresh = Laboratory(catalogue, threads=2)
    answers = ask_together(application(fresh, PORT), "/api/runs", [{"values": SMALL}] * 10)
    fresh.close()
    assert len({answer.body for answer in answers}) == 1
    assert len(runs) == 1


def held(monkeypatch):
    """Hold runs up until an event is set; return the event and the seeds of runs that were begun and finished."""
    gate, begun, finished = Event(), [], []
    real = laboratory_module.record_runs

    def slowly(scenarios, seed, tell):
        begun.append(seed)
        assert gate.wait(30)
        found = real(scenarios, seed, tell)
        finished.append(seed)
        return found

    monkeypatch.setattr(laboratory_module, "record_runs", slowly)
    return gate, begun, finished


def test_what_nobody_waits_for_any_more_is_not_run(catalogue, monkeypatch):
    """Of five browsers in a queue of one thread three go away: one while its run is under way, two before theirs."""
    gate, begun, finished = held(monkeypatch)
    fresh = Laboratory(catalogue, threads=1)
    app = application(fresh, PORT)

    async def together():
        leaves = [asyncio.Event() for _ in range(5)]
        asking = [
            asyncio.create_task(asked(app, "/api/runs", {"seed": seed, "values": SMALL}, leaves=leaves[seed]))
            for seed in range(5)
        ]
        while not begun:
            await asyncio.sleep(0.01)
        for seed in (0, 1, 3):
            leaves[seed].set()
        await asyncio.wait([asking[seed] for seed in (0, 1, 3)])
        gate.set()
        return await asyncio.gather(asking[2], asking[4])

    answers = asyncio.run(together())
    assert [answer.status for answer in answers] == [200, 200]
    assert begun == [0, 2, 4]
    assert finished == [2, 4]
    again = ask(app, "/api/runs", {"seed": 1, "values": SMALL})  # what was dropped is run when it is asked for again
    assert again.status == 200
    assert fresh.is_idle
    fresh.close()


def test_a_run_goes_on_while_one_of_two_still_waits_for_it(catalogue, monkeypatch):
    gate, begun, finished = held(monkeypatch)
    fresh = Laboratory(catalogue, threads=1)
    app = application(fresh, PORT)

    async def together():
        leave = asyncio.Event()
        body = {"seed": 3, "values": SMALL}
        first = asyncio.create_task(asked(app, "/api/runs", body, leaves=leave))
        second = asyncio.create_task(asked(app, "/api/runs", body))
        while not begun:
            await asyncio.sleep(0.01)
        leave.set()
        await first
        gate.set()
        return await second

    assert asyncio.run(together()).status == 200
    assert begun == finished == [3]
    fresh.close()


def test_the_page_and_what_is_known_answer_while_thirty_sessions_wait_for_runs(catalogue):
    """Each session has a model of its own; who asks after them for what needs no run does not wait behind them."""
    fresh = Laboratory(catalogue, threads=2)
    app = application(fresh, PORT)
    known = {"seed": 99, "values": SMALL}
    expected = ask(app, "/api/runs", known).body

    async def together():
        bodies = [{"seed": seed, "values": SMALL | {"use.growth": 0.03 + seed / 1e4}} for seed in range(30)]
        asking = [asyncio.create_task(asked(app, "/api/runs", body)) for body in bodies]
        await asyncio.sleep(0)  # all have asked
        page, again = await asyncio.gather(asked(app, "/"), asked(app, "/api/runs", known))
        waiting = sum(not task.done() for task in asking)
        return page, again, waiting, await asyncio.gather(*asking)

    page, again, waiting, answers = asyncio.run(together())
    fresh.close()
    assert page.status == 200
    assert again.body == expected
    assert waiting > 20
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 30


def test_results_and_waiting_work_are_bounded(catalogue, monkeypatch):
    monkeypatch.setattr(laboratory_module, "_KEPT", 2)
    monkeypatch.setattr(laboratory_module, "_MOST_WAITING", 3)
    fresh = Laboratory(catalogue, threads=1)
    app = application(fresh, PORT)
    bodies = [{"seed": seed, "values": SMALL} for seed in range(8)]
    statuses = [answer.status for answer in ask_together(app, "/api/runs", bodies)]
    assert statuses.count(200) == 3
    assert statuses.count(503) == 5
    assert len(fresh._blocks) <= 2
    assert fresh.is_idle
    assert ask(app, "/api/runs", bodies[7]).status == 200  # what was refused is not remembered as refused
    fresh.close()


def test_a_fault_tells_the_teacher_and_nothing_to_the_browser(catalogue, monkeypatch, caplog):
    def fails(*_):
        raise ZeroDivisionError("/secret/path")

    monkeypatch.setattr(laboratory_module, "record_runs", fails)
    fresh = Laboratory(catalogue, threads=1)
    answer = ask(application(fresh, PORT), "/api/runs", {"values": SMALL})
    fresh.close()
    assert answer.status == 500
    assert "secret" not in answer.error
    assert "/secret/path" in caplog.text
