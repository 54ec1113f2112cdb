"""All arrays of a run as one object: a call of machine code need then not look at some 170 arrays, one by one.

That would take as long as a month of some hundred firms, and seven times that where other work has pushed the arrays'
headers out of the caches.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from simulation.compiled import is_compilation_on
from simulation.engines.bench import Bench
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.state import Awards, Channels, Firms, Programmes, State, Tallies

__all__ = ["Arrays", "Pack", "pack"]

Arrays = tuple[Firms, Ties, State, Channels, Programmes, Awards, Workspace, Bench, Tallies, Parameters]


class Pack(Protocol):
    """What holds the arrays of a run for machine code, or for the same functions as plain Python."""

    @property
    def arrays(self) -> Arrays:
        """The arrays, in the order in which a month names them."""


class _Plain(NamedTuple):
    arrays: Arrays


def pack(arrays: Arrays) -> Pack:
    """Return a pack of arrays; it holds on to them, and sees what is written to them."""
    if not is_compilation_on():
        return _Plain(arrays)
    from simulation.engines.packed import packed

    made: Pack = packed(arrays)
    return made
