"""The table of contents of a month: which phase follows which."""

from __future__ import annotations

from simulation.compiled import compiled, compiled_inner
from simulation.engines.accounting import account
from simulation.engines.adopting import adopt_or_quit, learn, use
from simulation.engines.awarding import policy, settle
from simulation.engines.delivering import pass_on_defects, pass_on_lateness, produce
from simulation.engines.parameters import Parameters
from simulation.engines.recording import begin_month, count_deliveries, record
from simulation.engines.reviewing import begin_averages, review
from simulation.engines.start import begin_parts
from simulation.engines.workspace import Workspace
from simulation.randomness import Word
from simulation.state import START_MONTH, Awards, Channels, Firms, Links, Programmes, State, Tallies

__all__ = ["MONTHLY", "PER_ROUND", "months", "rounds"]

MONTHLY = ("policy", "adopt or quit", "settle", "use", "learn", "rounds", "account", "record", "review")
"""Phases of a month in order; in each, all firms read the values from before it, then all write.

What is recorded is the network with which the goods of the month were delivered, so partners are reviewed last.
"""

PER_ROUND = ("produce", "pass on defects", "pass on lateness", "count deliveries")
"""Phases of a round of delivery in order."""


@compiled_inner
def rounds(
    seed: Word,
    month: int,
    count: int,
    recorded: int,
    firms: Firms,
    links: Links,
    state: State,
    work: Workspace,
    tallies: Tallies,
    parameters: Parameters,
) -> None:
    """Run rounds of delivery with draws of ``month``, counted under month ``recorded`` (negative: not counted)."""
    for number in range(count):
        produce(seed, month, number, firms, state, parameters)
        pass_on_defects(firms, links, state, work, parameters)
        pass_on_lateness(firms, links, state, work, parameters)
        count_deliveries(recorded, firms, state, work, tallies, parameters)


@compiled
def months(
    seed: Word,
    first: int,
    last: int,
    regions: int,
    has_deliveries: bool,
    start_rounds: int,
    tracked_from: int,
    firms: Firms,
    links: Links,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
    tallies: Tallies,
    parameters: Parameters,
) -> None:
    """Run the months ``first`` to ``last`` - 1; month -1 stands for ``start_rounds`` unrecorded rounds.

    Without deliveries only adoption, use, learning and money move. From month ``tracked_from`` on, parts by origin are
    followed where the state has room for them.
    """
    for month in range(first, last):
        if month >= tracked_from and work.tracking[0] == 0 and state.defect_parts.shape[0] > 0:
            begin_parts(firms, state, work)
        if month >= 0:
            policy(seed, month, firms, links, state, channels, programmes, awards, work)
            adopt_or_quit(seed, month, regions, firms, links, state, channels, work, parameters)
            settle(month, firms, state, programmes, awards, work)
            use(month, firms, links, state, channels, work, parameters)
            learn(firms, state, channels, parameters)
        begin_month(work)
        if has_deliveries:
            # One call for both: a second one would double the machine code.
            count = parameters.rounds if month >= 0 else start_rounds
            drawn = month if month >= 0 else START_MONTH
            rounds(seed, drawn, count, month, firms, links, state, work, tallies, parameters)
            if month >= 0:
                account(firms, links, state, channels, work, parameters)
            else:
                begin_averages(start_rounds, firms, state, work)
        if month >= 0:
            record(month, firms, state, work, tallies, parameters)
            review(seed, month, regions, has_deliveries, firms, links, state, channels, work, tallies, parameters)
