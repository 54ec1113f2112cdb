"""From scenarios to a page: solve strengths, live and record the runs, write the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from simulation.engines.strength import solve_strength
from simulation.errors import InputError
from simulation.page.bundle import read_bundle
from simulation.page.document import block_of
from simulation.page.embedding import page_of
from simulation.page.limits import refuse_many_firms, refuse_too_large
from simulation.page.recording import Recording, record
from simulation.runs import check_seed
from simulation.scenario.scenario import Scenario
from simulation.store.files import replace_file
from simulation.world.build import build

__all__ = ["Tell", "Written", "record_runs", "write_page"]

Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Written(NamedTuple):
    """A page that was written.

    Attributes
    ----------
    path : Path
    size : int
        Bytes of the file.
    recordings : tuple of Recording
        The runs in it.
    """

    path: Path
    size: int
    recordings: tuple[Recording, ...]


def record_runs(scenarios: Sequence[Scenario], seed: int, tell: Tell | None = None) -> tuple[Recording, ...]:
    """Run scenarios on the same draws in one world, and record them.

    Raises
    ------
    InputError
        Too much for a page, a seed out of range, own tables that are wrong, scenarios of one name, or scenarios with
        different firms or links.
    """
    refuse_too_large(scenarios)
    check_seed(seed)
    names = [scenario.name for scenario in scenarios]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"two scenarios are called {', '.join(twice)}; give each a name of its own"
        raise InputError(message)
    found: list[Recording] = []
    for scenario in scenarios:
        label = f"Recording {scenario.name}, months"
        solved, _ = solve_strength(scenario)
        world = build(solved, seed)
        refuse_many_firms(world.firms.key.size, solved.time.months, len(scenarios))
        found.append(record(world, solved, seed, _counting(tell, label, solved.time.months)))
    return tuple(found)


def _counting(tell: Tell | None, label: str, total: int) -> Callable[[int], None] | None:
    return (lambda done: tell(label, done, total)) if tell else None


def write_page(
    scenarios: Sequence[Scenario], seed: int, path: str | Path, tell: Tell | None = None, command: str = ""
) -> Written:
    """Write a page that shows scenarios side by side on the same draws.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Strengths of levers are solved first unless ``budget.strength`` is fixed.
    seed : int
        Seed of firms, links and draws.
    path : path
        The HTML file.
    tell : callable, optional
        For showing progress.
    command : str
        What was typed to make the page, which it shows.

    Raises
    ------
    InputError
        As `record_runs` does.
    RunError
        A file that cannot be written.
    """
    bundle = read_bundle()
    recordings = record_runs(scenarios, seed, tell)
    if tell:
        tell("Writing the page", 0, 1)
    titles = [recording.scenario.title or recording.scenario.name for recording in recordings]
    content = page_of(block_of(recordings, _version(), command), bundle, titles).encode("utf-8", "replace")
    target = Path(path)
    with replace_file(target) as temporary:
        temporary.write_bytes(content)
    if tell:
        tell("Writing the page", 1, 1)
    return Written(target, len(content), recordings)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tierwise")
    except PackageNotFoundError:
        return ""
