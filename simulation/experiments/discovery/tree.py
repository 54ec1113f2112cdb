"""Scenario discovery with a classification tree (CART), pruned and judged by points that it was not grown on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.experiments.discovery.box import Box, Restriction, Space, space_of
from simulation.experiments.discovery.cases import Cases
from simulation.experiments.extras import needed
from simulation.experiments.words import percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Leaf", "Tree", "grow_tree"]


@dataclass(frozen=True)
class Leaf:
    """A leaf of a tree, with coverage, density and mass of the points by which it was grown."""

    restrictions: tuple[Restriction, ...]
    coverage: float
    density: float
    mass: float

    @property
    def is_found(self) -> bool:
        """Whether most of its points are cases."""
        return self.density >= 0.5


@dataclass(frozen=True)
class Tree:
    """Leaves of a pruned tree, the densest first.

    Attributes
    ----------
    cases : Cases
    leaves : tuple of Leaf
    coverage, density : float
        Of all leaves in which most points are cases, on the points by which they were grown; the density of none is
        NaN.
    held_out_coverage, held_out_density : float
        The same by cross-validation: each point is judged by a tree grown without it.
    skill : float
        1 - (mean squared error of the held-out shares) / (the same of the overall share): 0 is no skill, 1 perfect.
    penalty : float
        Cost of a leaf, chosen by cross-validation.
    folds : int
    """

    cases: Cases
    leaves: tuple[Leaf, ...]
    coverage: float
    density: float
    held_out_coverage: float
    held_out_density: float
    skill: float
    penalty: float
    folds: int

    def table(self) -> pd.DataFrame:
        """Return a row per leaf."""
        import pandas as pd

        rows = [
            (number, _rule(leaf), leaf.is_found, leaf.coverage, leaf.density, leaf.mass)
            for number, leaf in enumerate(self.leaves, start=1)
        ]
        frame = pd.DataFrame(rows, columns=["leaf", "rule", "is_found", "coverage", "density", "mass"])
        return frame.assign(
            held_out_coverage=self.held_out_coverage, held_out_density=self.held_out_density, skill=self.skill
        )

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: cases, rules, and how they do on points that they have not seen."""
        found = [*self.cases.sentences()]
        found += [
            f"Where {_rule(leaf)}: {percent(leaf.density)} of the points are cases, "
            f"{percent(leaf.coverage)} of all cases."
            for leaf in self.leaves
            if leaf.is_found
        ]
        if not any(leaf.is_found for leaf in self.leaves):
            found.append(
                "In no leaf are most points cases: the factors do not tell cases from others, or these are rare."
            )
        else:
            found.append(
                f"Together: coverage {percent(self.coverage)}, density {percent(self.density)}; on points "
                f"that the tree has not seen ({self.folds}-fold cross-validation) "
                f"{percent(self.held_out_coverage)} and {_percent(self.held_out_density)}."
            )
        found.append(f"Skill on points not seen: {self.skill:.2f} (0 none, 1 perfect).")
        return tuple(found)


def grow_tree(cases: Cases, *, folds: int = 10, deepest: int = 5, seed: int = 1) -> Tree:
    """Return a classification tree (Breiman et al. 1984, by scikit-learn) that tells cases from other points.

    Leaves hold at least 2 % of the points and 5. The cost of a leaf is the largest whose held-out squared error lies
    within one standard error of the smallest, over ``folds`` parts of the points; points that share values are put
    aside together. The held-out coverage and density are those of that cost.

    Raises
    ------
    InputError
        Where there are fewer than 5 points of a kind.
    """
    rarer = min(cases.count, cases.share.size - cases.count)
    if rarer < 5:
        message = f"a tree needs at least 5 points of each kind; '{cases.where}' leaves {rarer} of one"
        raise InputError(message)
    space, is_case = space_of(cases.sample), cases.is_case
    design = _Design(space)
    part = _parts(cases, folds, seed)
    penalties = _penalties(design.matrix, is_case, deepest)
    held_out = np.array([_held_out(design.matrix, is_case, part, penalty, deepest) for penalty in penalties])
    errors = np.array(
        [[np.mean((row[part == k] - is_case[part == k]) ** 2) for k in np.unique(part)] for row in held_out]
    )
    mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1) / np.sqrt(errors.shape[1])
    smallest = int(np.argmin(mean))
    chosen = int(np.flatnonzero(mean <= mean[smallest] + spread[smallest]).max())
    leaves = _leaves(_grown(design.matrix, is_case, penalties[chosen], deepest), design, space, cases)
    is_found = held_out[chosen] >= 0.5
    inside = sum(leaf.mass for leaf in leaves if leaf.is_found)
    coverage = sum(leaf.coverage for leaf in leaves if leaf.is_found)
    return Tree(
        cases=cases,
        leaves=leaves,
        coverage=coverage,
        density=coverage * cases.count / (inside * is_case.size) if inside else np.nan,
        held_out_coverage=float(np.count_nonzero(is_case & is_found) / cases.count),
        held_out_density=float(is_case[is_found].mean()) if is_found.any() else np.nan,
        skill=float(1.0 - np.mean((held_out[chosen] - is_case) ** 2) / is_case.var()),
        penalty=float(penalties[chosen]),
        folds=int(np.unique(part).size),
    )


class _Design:
    """Columns for the tree: numeric factors as they are, of others a switch per level."""

    def __init__(self, space: Space) -> None:
        self.meaning: list[tuple[int, int | None]] = []
        columns = []
        for j, levels in enumerate(space.levels):
            for number in [None] if levels is None else range(len(levels)):
                self.meaning.append((j, number))
                column = space.columns[:, j]
                columns.append(column if number is None else (column == number).astype(float))
        # As scikit-learn would round them: then a limit between two points lies between them here too.
        self.matrix = np.column_stack(columns).astype(np.float32).astype(float)

    def levels_of(self, j: int) -> int:
        """Return the number of levels of a factor in words."""
        return sum(factor == j for factor, _ in self.meaning)


def _parts(cases: Cases, folds: int, seed: int) -> NDArray[np.int64]:
    """Return (P,) the part of each point, with cases spread evenly where points stand alone."""
    rng = np.random.default_rng(seed)
    units = cases.units
    count = min(folds, int(units.max()) + 1)
    shuffled = rng.permutation(int(units.max()) + 1)
    if shuffled.size == units.size:
        shuffled = shuffled[np.argsort(~cases.is_case[shuffled], kind="stable")]
    part = np.empty(shuffled.size, np.int64)
    part[shuffled] = np.arange(shuffled.size) % count
    return part[units]


def _classifier(n_points: int, penalty: float, deepest: int) -> Any:  # noqa: ANN401 - scikit-learn's class
    with needed("analysis"):
        from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(
        max_depth=deepest, min_samples_leaf=max(5, int(np.ceil(0.02 * n_points))), ccp_alpha=penalty, random_state=0
    )


def _grown(matrix: Float, is_case: NDArray[np.bool_], penalty: float, deepest: int) -> Any:  # noqa: ANN401
    return _classifier(is_case.size, penalty, deepest).fit(matrix, is_case)


def _penalties(matrix: Float, is_case: NDArray[np.bool_], deepest: int) -> Float:
    """Return costs of a leaf between those at which the tree of all points loses leaves, and one that leaves none."""
    steps = _classifier(is_case.size, 0.0, deepest).cost_complexity_pruning_path(matrix, is_case)["ccp_alphas"]
    steps = np.unique(np.maximum(steps, 0.0))
    between = np.sqrt(steps[:-1] * steps[1:])
    return np.append(between[:: max(1, between.size // 20)], 1.0)


def _held_out(
    matrix: Float, is_case: NDArray[np.bool_], part: NDArray[np.int64], penalty: float, deepest: int
) -> Float:
    """Return (P,) the share of cases that a tree grown without the point expects there."""
    share = np.empty(is_case.size)
    for k in np.unique(part):
        tree = _grown(matrix[part != k], is_case[part != k], penalty, deepest)
        place = np.flatnonzero(tree.classes_)
        expected = tree.predict_proba(matrix[part == k])
        share[part == k] = expected[:, place[0]] if place.size else 0.0
    return share


def _leaves(tree: Any, design: _Design, space: Space, cases: Cases) -> tuple[Leaf, ...]:  # noqa: ANN401
    """Return the leaves with their measures, the densest first."""
    found = []
    rounded = space.columns.astype(np.float32).astype(float)
    for box in _boxes(tree.tree_, 0, Box.whole(len(space.factors)), design):
        is_in = box.contains(rounded)
        hits, inside = int(np.count_nonzero(cases.is_case[is_in])), int(np.count_nonzero(is_in))
        found.append(
            Leaf(box.restrictions(space), hits / cases.count, hits / max(1, inside), inside / cases.share.size)
        )
    return tuple(sorted(found, key=lambda leaf: (-leaf.density, -leaf.coverage)))


def _boxes(tree: Any, node: int, box: Box, design: _Design) -> Iterator[Box]:  # noqa: ANN401
    """Yield the boxes below a node."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left < 0:
        yield box
        return
    (j, level), limit = design.meaning[tree.feature[node]], float(tree.threshold[node])
    if level is None:
        smaller, larger = box.with_limit(j, high=limit), box.with_limit(j, low=float(np.nextafter(limit, np.inf)))
    else:
        others = frozenset(range(design.levels_of(j))) - {level}
        smaller, larger = box.with_banned(j, box.banned[j] | {level}), box.with_banned(j, others)
    yield from _boxes(tree, left, smaller, design)
    yield from _boxes(tree, right, larger, design)


def _rule(leaf: Leaf) -> str:
    return " and ".join(map(str, leaf.restrictions)) or "always"


def _percent(share: float) -> str:
    return "none" if np.isnan(share) else percent(share)
