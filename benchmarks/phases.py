"""Where the time of a month goes: its steps, one after the other, by the same machine code that runs them together.

What calling machine code from Python costs is measured by calls without a step, and taken off.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import numpy as np

from benchmarks.timing import Found, Table
from benchmarks.worlds import Months
from simulation.engines.schedule import Step, steps_of

__all__ = ["measure"]

_WORDS = {
    Step.POLICY: "clear what the policy writes",
    Step.SHOW: "show signals, count peers",
    Step.TELL: "tell suppliers",
    Step.AVERAGE_CELLS: "average peers",
    Step.CHOOSE: "look at suppliers, adopt or quit, use, learn",
    Step.SETTLE: "settle",
    Step.SHOW_USE: "show effective use",
    Step.MAKE_READY: "own process, buffers, link factors",
    Step.DELIVER: "deliver, all rounds",
    Step.COUNT: "count, all rounds",
    Step.FINISH: "last deliveries, averages",
    Step.AVERAGE_SECTORS: "average sectors",
    Step.STAND: "standing",
    Step.CLOSE: "review partners, account, record",
    Step.ADD_UP: "add up strips",
    Step.TIE: "move sales",
}
_WHOLE, _CALL = "the month in one call", "a call without a step"


def _parts(firms: int, turns: int) -> dict[str, float]:
    """Return ns per firm-month of each step and of the whole month, medians over turns."""
    moved, split = Months(firms), Months(firms)
    strips = split.engine.ties.strip.size - 1
    time_of = split.engine.scenario.time
    steps = steps_of(time_of.deliveries_per_month, True)
    taken: dict[str, list[float]] = {}
    for turn in range(turns + 1):
        moved.prepare()
        split.prepare()
        engine: Any = split.engine
        month: dict[str, float] = {_WHOLE: _seconds(moved.engine, steps, strips)}
        moved.engine.month += 1
        month[_CALL] = _seconds(engine, steps[:0], strips)
        for step in steps:
            words = _WORDS[Step(int(step[0]))]
            spent = _seconds(engine, step[np.newaxis], strips) - month[_CALL]
            month[words] = month.get(words, 0.0) + max(0.0, spent)
        engine.month += 1
        if turn > 0:
            for name, spent in month.items():
                taken.setdefault(name, []).append(spent)
    return {name: 1e9 * median(times) / firms for name, times in taken.items()}


def _seconds(engine: Any, steps: np.ndarray, strips: int) -> float:
    """Return how long some steps of an engine's next month take; it does not notice."""
    began = time.perf_counter()
    engine._do_strips(steps, engine.month, engine.month + 1, 0, 0, strips)
    return time.perf_counter() - began


def measure(is_quick: bool = False) -> Found:
    """Return what each step costs."""
    sizes, turns = ((1_000,), 3) if is_quick else ((100_000, 1_000_000), 21)
    found = {firms: _parts(firms, turns if firms < 1_000_000 else 9) for firms in sizes}
    whole = {firms: sum(v for k, v in found[firms].items() if k not in {_WHOLE, _CALL}) for firms in sizes}
    rows = []
    for name in [_WHOLE, *_WORDS.values()]:
        if name in found[sizes[0]]:
            cells = [f"{found[firms][name]:.1f} ({100 * found[firms][name] / whole[firms]:.0f} %)" for firms in sizes]
            rows.append([name, *cells])
    calls = ", ".join(f"{found[firms][_CALL] * firms / 1e3:.0f} us" for firms in sizes)
    table = Table(
        "Where the time of a month goes, ns per firm-month",
        ["Step", *(f"{firms:,} firms" for firms in sizes)],
        rows,
        f"Shares are of the sum of the steps run one by one. A call from Python without a step takes {calls}.",
    )
    return Found({str(firms): values for firms, values in found.items()}, [table])
