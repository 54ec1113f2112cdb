"""Results made again: from what a folder says was run, to the proof that it is the same or what differs."""

from simulation.experiments.rerunning.checking import Check, check
from simulation.experiments.rerunning.repeating import Repeat, repeat

__all__ = ["Check", "Repeat", "check", "repeat"]
