"""Networks for pictures, built without running the model; lateness is put where the tests need it."""

from __future__ import annotations

from functools import cache

import numpy as np

from simulation.figures.drawing.content import Content, of_world
from simulation.scenario.reading import load
from simulation.world.build import build


@cache
def world(firms: int, name: str = "baseline") -> Content:
    """Return the world of a shipped scenario before its first month."""
    scenario = load(f"tierwise:{name}", [f"population.firms={firms}"])
    return of_world(build(scenario, 1), scenario, 1)


def with_lateness(content: Content, roots: int = 9) -> Content:
    """Return a network in which the suppliers with most critical buyers made all these late, and others are late."""
    count = len(content.firms)
    firms = content.firms.copy()
    late, root, travelled = np.zeros(count), np.arange(count), np.zeros(count, np.int64)
    late[::11] = 2.0
    critical = content.links[content.links["critical"] > 0]
    most = np.argsort(-np.bincount(critical["supplier"], minlength=count), kind="stable")[:roots]
    for supplier in most:
        buyers = critical.loc[critical["supplier"] == supplier, "buyer"].to_numpy()
        late[buyers], root[buyers], travelled[buyers] = 3.5, supplier, 1
    firms["late"], firms["root"], firms["travelled"] = late, root, travelled
    return content._replace(firms=firms, has_lateness=True, moment="at the end of June 2024")


def network_of(pairs: list[tuple[int, int]], count: int) -> Content:
    """Return firms of the baseline with links from supplier to buyer as given, every third of them critical."""
    base = world(max(count, 20))
    links = base.links.iloc[:0].reindex(range(len(pairs)))
    for place, end in enumerate(("supplier", "buyer")):
        links[end] = np.array([pair[place] for pair in pairs], dtype=np.int64)
    links["value"], links["critical"] = 1.0, (np.arange(len(pairs)) % 3 == 0).astype(np.uint8)
    return base._replace(firms=base.firms.iloc[:count], links=links, whole=count)
