"""Everything that can be said about a network before a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from simulation.engines.parameters import parameters_of
from simulation.engines.start import state_before
from simulation.experiments.network_check.cascade import Cascade, cascade_of
from simulation.experiments.network_check.critical import CriticalSuppliers, critical_suppliers
from simulation.experiments.network_check.risks import Risks, risks_of
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.diagnosis import Diagnosis, diagnose

__all__ = ["Group", "NetworkCheck", "Setting", "check_network", "plain"]


class Group(NamedTuple):
    """A group of size x sector x region and its number of firms."""

    name: str
    firms: int


class Setting(NamedTuple):
    """What of the scenario decides what the network means.

    Attributes
    ----------
    scenario, title : names
    seed : seed of the run
    network_seed : seed of firms and links
    is_own_data : whether firms and links were read from tables
    rule : adoption rule
    threshold : mean threshold of the threshold rule, used or not
    is_moved_by_partners : whether adoption of suppliers or customers moves a firm's adoption under the rule
    is_moved_by_use : whether partners' user shares move a firm's adoption, through its own user share
    pass_through, lean : r and lean of lateness
    review : monthly hazard of replacing a supplier, with nothing to complain of
    levers : kinds of levers
    """

    scenario: str
    title: str
    seed: int
    network_seed: int
    is_own_data: bool
    rule: str
    threshold: float
    is_moved_by_partners: bool
    is_moved_by_use: bool
    pass_through: float
    lean: float
    review: float
    levers: tuple[str, ...]


class NetworkCheck(NamedTuple):
    """What can be said about a network before a run.

    Attributes
    ----------
    setting : Setting
    diagnosis : structure
    groups : number of firms of each group that has any
    empty_groups : number of groups without firms
    adopters : number of firms that have adopted before month 0
    key_suppliers : number of small and medium firms of which a large buyer takes 30 % or more of all sales
    risks, cascade, critical : what the model would make of the structure
    fills : sentences about values that own tables did not hold
    """

    setting: Setting
    diagnosis: Diagnosis
    groups: tuple[Group, ...]
    empty_groups: int
    adopters: int
    key_suppliers: int
    risks: Risks
    cascade: Cascade
    critical: CriticalSuppliers
    fills: tuple[str, ...]


def _setting(scenario: Scenario, seed: int) -> Setting:
    adoption, own = scenario.adoption, scenario.network.seed
    weights = (scenario.influence.customers, scenario.influence.suppliers)
    is_hazard = adoption.rule == "hazard"
    looks = adoption.rule in ("threshold", "logit") and adoption.reference.partners != "everyone"
    return Setting(
        scenario=scenario.name,
        title=scenario.title,
        seed=seed,
        network_seed=seed if own is None else own,
        is_own_data=scenario.population.data is not None,
        rule=adoption.rule,
        threshold=adoption.threshold.level,
        is_moved_by_partners=any(weights) if is_hazard else looks,
        is_moved_by_use=is_hazard and scenario.use.partners != 0.0 and adoption.hazard.use != 0.0,
        pass_through=scenario.lateness.pass_through,
        lean=scenario.lateness.lean,
        review=scenario.review.base,
        levers=tuple(scenario.policy),
    )


def check_network(world: World, scenario: Scenario, seed: int) -> NetworkCheck:
    """Return what can be said about the network of a scenario before a run with this seed.

    The world is that which `world.build` makes of both. Effective use is that before month 0.
    """
    groups, firms = world.groups, world.firms
    state, parameters = state_before(world, scenario, seed), parameters_of(scenario)
    effective = state.effective.astype(np.float64)
    risks, defects, late = risks_of(world, effective, scenario.use.ceiling, parameters)
    counts = np.bincount(firms.group, minlength=groups.count)
    named = [Group(" ".join(member), int(count)) for member, count in zip(groups.members(), counts, strict=True)]
    return NetworkCheck(
        setting=_setting(scenario, seed),
        diagnosis=diagnose(world),
        groups=tuple(group for group in named if group.firms > 0),
        empty_groups=sum(group.firms == 0 for group in named),
        adopters=int(state.adopted.sum()),
        key_suppliers=int((firms.is_key_supplier[firms.is_large == 0] == 1).sum()),
        risks=risks,
        cascade=cascade_of(world, scenario.adoption.reference, scenario.adoption.threshold),
        critical=critical_suppliers(world, defects, late),
        fills=world.fills,
    )


def plain(value: Any) -> Any:  # noqa: ANN401 - named tuples of any depth
    """Return named tuples as mappings, for JSON; everything else as it is."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(entry) for name, entry in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value
