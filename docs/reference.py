"""Tables about the program itself, for `tables.py`: commands, Python names, extras, outcomes of comparisons."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo
from writing import first_line, table

import simulation
from simulation.commands.app import ORDER, application
from simulation.experiments.outcomes import outcomes_of
from simulation.scenario.scenario import Scenario

__all__ = ["REFERENCE"]

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

EXTRAS = {
    "analysis": "`tierwise sensitivity` by Morris and Sobol, `tierwise optimise`, `tierwise discover --method tree`",
    "cluster": "`tierwise sweep run` on Dask and on batch systems",
    "query": "`tierwise query`, arrays with named dimensions (`to_xarray`)",
    "teach": "`tierwise teach`",
    "solara": "`tierwise teach --solara`, Mesa's own page; every version is pinned",
    "notebooks": "the notebooks for students",
    "docs": "`make docs`: these pages",
    "dev": "`make test`: all tests and checks",
}


class Parameter(NamedTuple):
    """An argument or option of a command, as its function declares it."""

    name: str
    kind: object
    info: ArgumentInfo | OptionInfo
    default: object


def parameters(function: Callable[..., object]) -> Iterator[Parameter]:
    """Yield the arguments and options that a command's function declares."""
    hints = get_type_hints(function, include_extras=True)
    for name, declared in inspect.signature(function).parameters.items():
        kind, info = get_args(hints[name])[:2]
        yield Parameter(name, kind, info, declared.default)


def written(parameter: Parameter) -> str:
    """Return how an argument or option is written."""
    kinds = set(get_args(parameter.kind)) - {type(None)} or {parameter.kind}
    (kind,) = kinds if get_origin(parameter.kind) is not list else {list[str]}
    # Inside Annotated Typer keeps the first name where the default would stand.
    declared = (parameter.info.default, *(parameter.info.param_decls or ()))
    names = [name for name in declared if str(name).startswith("-")]
    if isinstance(parameter.info, ArgumentInfo):
        return f"`{(parameter.info.metavar or parameter.name).upper()}`" + (" ..." if get_origin(kind) is list else "")
    names = names or [f"--{parameter.name.replace('_', '-')}"]
    return ", ".join(f"`{name}`" for name in names) + ("" if kind is bool else f" {taken(kind, parameter.info)}")


def taken(kind: object, info: OptionInfo) -> str:
    """Return what stands after an option."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(f"`{choice.value}`" for choice in kind)
    return info.metavar or {int: "N", float: "X", Path: "PATH"}.get(kind, "TEXT")  # type: ignore[call-overload]


def default(value: object) -> str:
    """Return what an option is where it is not given."""
    if value is inspect.Parameter.empty:
        return "needed"
    value = getattr(value, "value", value)
    return "" if value is None or value is False else f"`{value}`"


def leaves(app: typer.Typer, path: str) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield the functions of all commands with how they are called."""
    for command in app.registered_commands:
        yield f"{path} {command.name or command.callback.__name__}", command.callback
    for group in app.registered_groups:
        yield from leaves(group.typer_instance, f"{path} {group.name}")


def commands() -> str:
    """Return every command with its arguments and options, in the order of the help."""

    def section(name: str, function: Callable[..., object]) -> str:
        rows = [(written(p), default(p.default), p.info.help or "") for p in parameters(function)]
        text = "\n\n".join(" ".join(part.split()) for part in inspect.getdoc(function).split("\n\n"))
        return f"## {name}\n\n{text}\n\n{table(('Argument or option', 'Default', 'What it is'), rows)}"

    places = {name: place for place, name in enumerate(ORDER)}
    found = list(leaves(application(), "tierwise"))
    found.sort(key=lambda pair: places.get(pair[0].split()[1], len(places)))
    return "\n\n".join(section(name, function) for name, function in found)


def python() -> str:
    """Return the public names of the package."""
    rows = [(f"`{name}`", first_line(getattr(simulation, name))) for name in simulation.__all__]
    return table(("Name", "What it is"), rows)


def outcomes() -> str:
    """Return the outcomes of a comparison of scenarios with the classes of the baseline."""
    directions = {True: "less", False: "more", None: ""}
    rows = [
        (f"`{o.name}`", o.label, o.unit, f"`{o.measure}`", o.group, o.when, directions[o.is_lower_better])
        for o in outcomes_of(Scenario())
    ]
    return table(("Outcome", "Label", "Unit", "Measure", "Group", "Taken", "Better"), rows)


def extras() -> str:
    """Return the extras of the package with what needs them."""
    found = PROJECT["optional-dependencies"]

    def packages(name: str) -> str:
        return ", ".join(re.split(r"[<>=!~;\s]", requirement)[0] for requirement in found[name])

    return table(("Extra", "For", "Packages"), [(f"`{name}`", EXTRAS[name], packages(name)) for name in found])


def core() -> str:
    """Return what is always installed, with the oldest versions that will do."""
    rows = [re.match(r"([\w.-]+)(.*)", requirement).groups() for requirement in PROJECT["dependencies"]]  # type: ignore[union-attr]
    return table(("Package", "Versions"), [(f"`{name}`", limits.replace(",", ", ")) for name, limits in rows])


REFERENCE = {"commands": commands, "python": python, "outcomes": outcomes, "extras": extras, "core": core}
