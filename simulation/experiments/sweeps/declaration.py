"""What a sweep file may say: scenarios, design, factors, replications, and what is kept of every run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from simulation.schema import Count, Quantity, Section

__all__ = ["DesignKind", "FactorEntry", "Members", "Strength", "Sweep"]

DesignKind = Literal["grid", "list", "one_at_a_time", "latin_hypercube", "sobol", "morris"]
"""Names of the files of ``sweeps.designs``."""

Strength = Literal["solve", "once", "fixed"]

Names = Annotated[tuple[str, ...], Field(strict=False)]
Values = Annotated[tuple[Any, ...], Field(strict=False)]
Points = Annotated[tuple[dict[str, Any], ...], Field(strict=False)]
Number = Annotated[float, Quantity("end of a range", status="design")]


class FactorEntry(Section):
    """One thing that is varied; a range that is not given comes from the parameter register.

    ``values`` lists levels instead of a range. ``paths`` are values of the scenario that move together, by default the
    one that the entry is named after; * stands for every name. Where the entry is ``relative`` its number multiplies
    the values of the scenario. ``group`` names a group of factors for Sobol's and Morris's methods.
    """

    low: Number | None = None
    high: Number | None = None
    values: Values | None = None
    scale: Literal["linear", "log"] = "linear"
    relative: bool = False
    paths: Names | None = None
    label: str = ""
    group: str = ""


class Members(Section):
    """Calibrated parameter sets of an ensemble: every point is one of them, and the factors vary what is left."""

    file: str = "tierwise:baseline"
    members: Annotated[int, Count("members, the first of the file", status="design")] = 100


class Sweep(Section):
    """A sweep as its file declares it.

    Attributes
    ----------
    scenarios : tuple of str
        Files or names of shipped scenarios, each run at every point on the same seeds; the first is the baseline.
    set : dict
        Values that replace those of all scenarios, by dotted path.
    design : {"grid", "list", "one_at_a_time", "latin_hypercube", "sobol", "morris"}
    size : int
        Points of a Latin hypercube, blocks of a Sobol design, trajectories of a Morris design.
    levels : int
        Values into which a grid, curves of one factor and Morris trajectories divide a range.
    seed : int
        Of the design.
    replications, first_seed : int
        Seeds per point, and the first of them.
    seeds : {"common", "blocks"} or None
        Whether all points share their seeds, or only those of a block (a Saltelli block, a trajectory, a single point
        of a Latin hypercube); by default what suits the design.
    strength : {"solve", "once", "fixed"}
        Whether strengths of levers are solved at every point, so that policies spend the envelope there; once, in the
        scenarios as they are; or taken as written.
    solve_seeds : int
        Seeds over which spending is solved at a point.
    ensemble : Members or None
    has_second_order : bool
        Whether a Sobol design has the points for interactions of pairs.
    factors : dict
        What is varied, by dotted path of a scenario or by a name of its own.
    points : tuple of dict
        The points of a list, each with dotted paths and their values.
    constraints : tuple of str
        Conditions on factors such as ``lateness.lean + defects.mismatch <= 1``; other points are left out.
    outcomes : tuple of str
        What is kept of every run; by default the outcomes of `compare` that need no origins.
    series : tuple of str
        Measures of which all months are kept.
    """

    name: str = "unnamed"
    title: str = ""
    description: str = ""
    scenarios: Names = ("baseline",)
    set: dict[str, Any] = Field(default_factory=dict)
    design: DesignKind
    size: Annotated[int, Count("points, blocks or trajectories", status="design", maximum=1_000_000)] = 128
    levels: Annotated[int, Count("levels of a range", status="design", minimum=2, maximum=10_000)] = 5
    seed: Annotated[int, Quantity("seed of the design", status="design", minimum=0, maximum=2**32 - 1)] = 1
    replications: Annotated[int, Count("seeds per point", status="design", maximum=1_000_000)] = 1
    first_seed: Annotated[int, Quantity("first seed", status="design", minimum=0, maximum=999_999)] = 1
    seeds: Literal["common", "blocks"] | None = None
    strength: Strength = "solve"
    solve_seeds: Annotated[int, Count("seeds over which spending is solved", status="design", maximum=1000)] = 4
    ensemble: Members | None = None
    has_second_order: bool = False
    factors: dict[str, FactorEntry] = Field(default_factory=dict)
    points: Points = ()
    constraints: Names = ()
    outcomes: Names = ()
    series: Names = ()
