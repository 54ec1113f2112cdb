"""Scenario: one complete, checked, unchangeable description of a world and its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field, field_validator

from simulation.policies import Lever, lever_kinds
from simulation.policies.programmes import Budget
from simulation.rules.capacity import Capacity
from simulation.rules.defects import Defects
from simulation.rules.influence import Influence
from simulation.rules.lateness import Lateness
from simulation.rules.process import Process
from simulation.rules.use import Use
from simulation.scenario.sections import Adoption, FirmTables, Network, Population, Time
from simulation.schema import Section

__all__ = ["Scenario"]

if TYPE_CHECKING:
    AnyLever = Lever
else:
    AnyLever = Annotated[Union[tuple(lever_kinds().values())], Field(discriminator="lever")]


class Scenario(Section):
    """All declarations together; the defaults are the baseline."""

    name: str = "unnamed"
    title: str = ""
    description: str = ""
    time: Time = Time()
    population: Population = Population()
    network: Network = Network()
    firms: FirmTables = FirmTables()
    influence: Influence = Influence()
    adoption: Adoption = Adoption()
    use: Use = Use()
    capacity: Capacity = Capacity()
    process: Process = Process()
    defects: Defects = Defects()
    lateness: Lateness = Lateness()
    budget: Budget = Budget()
    policy: dict[str, AnyLever] = Field(default_factory=dict)

    @field_validator("policy", mode="before")
    @classmethod
    def _kind_from_name(cls, policy: Any) -> Any:  # noqa: ANN401 - before validation anything may stand here
        """An entry that does not say which lever it is has the lever of its name."""
        if not isinstance(policy, dict):
            return policy
        return {
            name: {"lever": name} | dict(entry) if isinstance(entry, dict) else entry for name, entry in policy.items()
        }
