"""Write the generated tables of the pages here: what stands between `<!-- table: NAME -->` and `<!-- end -->`.

`make tables` writes all that follow from the declarations at once; `python docs/tables.py --validation` also runs the
baseline against the facts for validation, and `--networks` compares generated networks with published facts; each takes
a minute or two.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isnan
from pathlib import Path

from described import STREAMS, SUMS
from reference import REFERENCE
from writing import Rows, first_line, number, table

from simulation.engines import schedule
from simulation.experiments.claims.verdicts import CLAIMS, Claim
from simulation.experiments.claims.verdicts import Part as Effect
from simulation.measures import all_measures
from simulation.policies import lever_kinds
from simulation.randomness import Stream
from simulation.rules import defects, review
from simulation.scenario.declarations import Leaf, Levers, Part, Shape, Table, plain, shape_of
from simulation.scenario.register import Entry, register
from simulation.scenario.scenario import Scenario
from simulation.state import COLUMNS, DEPTH_BINS, Awards, Channels, Firms, Links, Programmes, State, Tallies
from simulation.teach.lessons import Lesson, lessons
from simulation.world import assembly, suppliers
from simulation.world.networks import production

FOLDER = Path(__file__).parent
PAGES = (
    "parameters.md", "odd.md", "findings.md", "lessons.md", "commands.md", "python.md", "measures.md", "install.md",
    "quality.md",
)  # fmt: skip
VERDICTS = FOLDER.parent / "results" / "findings" / "verdicts.csv"
MARKED = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
ATTRIBUTE = re.compile(r"^    (\w[\w, ]*) : (.*(?:\n        .*)*)", re.MULTILINE)
SHAPED = re.compile(r"^(\([^)]*\)(?: or \([^)]*\))?) ?(.*)$", re.DOTALL)


def families(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return entries that say the same about different classes or levers together."""
    found: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        steps = entry.path.split(".")
        place = f"policy {steps[-1]}" if steps[0] == "policy" else ".".join(steps[:2])
        same = (place, len(steps), entry.label, entry.symbol, entry.unit, entry.low, entry.high, entry.source)
        found.setdefault((*same, entry.status), []).append(entry)
    return list(found.values())


def family_row(family: list[Entry]) -> list[str]:
    """Return the cells of a family: the path with a star for what differs, and every class with its default."""
    columns = list(zip(*(entry.path.split(".") for entry in family), strict=True))
    name = ".".join(column[0] if len(set(column)) == 1 else "*" for column in columns)
    defaults = [number(entry.default) for entry in family]
    if len(set(defaults)) > 1:
        differing = [place for place, column in enumerate(columns) if len(set(column)) > 1]
        owners = [" ".join(entry.path.split(".")[place] for place in differing) for entry in family]
        shown = ", ".join(f"{owner}: {value}" for owner, value in zip(owners, defaults, strict=True))
    else:
        shown = defaults[0] or "none"
    one = family[0]
    return [
        f"`{name}`",
        one.symbol,
        one.label,
        shown,
        number(one.low),
        number(one.high),
        one.unit,
        one.status,
        one.source,
    ]


def parameters() -> str:
    """Return the register, one table per section of a scenario."""
    sections: dict[str, list[list[Entry]]] = {}
    for family in families(register()):
        sections.setdefault(family[0].path.split(".")[0], []).append(family)
    header = ("Name", "Symbol", "What it is", "Default", "Low", "High", "Unit", "Status", "Source")
    parts = [f"## {name}\n\n{table(header, map(family_row, found))}" for name, found in sections.items()]
    return "\n\n".join(parts)


def choices() -> str:
    """Return the words and switches that a scenario may set."""

    def walk(shape: Shape, value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
        if isinstance(shape, Part) and isinstance(value, dict):
            for name, entry in shape.fields.items():
                yield from walk(entry, value[name], (*path, name))
        elif isinstance(shape, Table) and isinstance(value, dict):
            for name in value:
                yield from walk(shape.entry, value[name], (*path, name))
        elif isinstance(shape, Levers):
            for name, part in shape.kinds.items():
                yield from walk(part, plain(lever_kinds()[name].model_validate({})), (*path, name))
        elif isinstance(shape, Leaf) and (shape.kind is bool or len(shape.choices) > 1):
            words = ", ".join(shape.choices) or "true, false"
            yield ".".join(path), words, str(value).lower() if shape.kind is bool else str(value), shape.text

    rows: dict[tuple[str, ...], None] = {}
    for path, words, default, text in walk(shape_of(Scenario), Scenario().resolved(), ()):
        name = re.sub(r"^policy\.\w+\.", "policy.*.", path)
        rows[(f"`{name}`", words, default, text)] = None
    return table(("Name", "One of", "Default", "What it is"), rows)


def attributes(kind: type) -> Iterator[tuple[str, str, str]]:
    """Yield name, shape and meaning of the attributes that a docstring lists."""
    for names, text in ATTRIBUTE.findall(kind.__doc__ or ""):
        shape, meaning = SHAPED.match(re.sub(r"\s+", " ", text)).groups()  # type: ignore[union-attr]
        yield names, shape, meaning or "see the columns"


def state() -> str:
    """Return the state variables of firms with the phase that writes each."""
    rows = []
    for names, shape, meaning in attributes(State):
        text, _, phase = meaning.rpartition("; ")
        rows.append((f"`{names}`", shape, text, phase.strip("*")))
    return table(("Variable", "Shape", "Meaning and unit", "Written by"), rows)


def fields(kind: type) -> Callable[[], str]:
    """Return a function that returns the attributes of a tuple of arrays."""
    return lambda: table(
        ("Variable", "Shape", "Meaning and unit"), [(f"`{name}`", *rest) for name, *rest in attributes(kind)]
    )


def phases() -> str:
    """Return the phases of a month and of a round, in order."""

    def rows(names: Sequence[str], within: str) -> Rows:
        for place, name in enumerate(names, 1):
            yield (
                f"{within}{place}",
                name,
                first_line(schedule.deliver if name == "rounds" else getattr(schedule, name.replace(" ", "_"))),
            )

    every = list(rows(schedule.MONTHLY, ""))
    at = schedule.MONTHLY.index("rounds") + 1
    return table(("Step", "Phase", "What happens"), [*every[:at], *rows(schedule.PER_ROUND, f"{at}."), *every[at:]])


def streams() -> str:
    """Return the purposes of draws."""
    return table(("Stream", "Number", "Decides"), [(f"`{s.name}`", s.value, STREAMS[s.name]) for s in Stream])


def tallies() -> str:
    """Return the columns in which firms are summed."""
    return table(("Column", "Sum over the firms of a group of"), [(f"`{name}`", SUMS[name]) for name in COLUMNS])


def measures() -> str:
    """Return the outcomes of a run."""
    rows = [(f"`{m.name}`", m.label, m.unit, m.scope, first_line(m.of)) for m in all_measures().values()]
    return table(("Measure", "Label", "Unit", "Groups", "Definition"), rows)


def levers() -> str:
    """Return the levers of policy."""

    def served(kind: type) -> str:
        who = plain(kind.model_validate({}).who)  # type: ignore[attr-defined]
        return ", ".join(" and ".join(map(str, value)) for value in who.values() if isinstance(value, list))

    rows = [(f"`{name}`", first_line(kind), served(kind), first_line(kind.row)) for name, kind in lever_kinds().items()]
    return table(("Lever", "What it does", "Default target", "An award is"), rows)


def constants() -> str:
    """Return numbers that are fixed in the code."""
    rows = [
        (
            assembly.KEY_SHARE,
            "share of a firm's sales that makes it a key supplier, and a large buyer its lead customer",
        ),
        (review.CANDIDATES, "candidates that a buyer considers for a slot"),
        (review.LARGEST_EXCESS, "largest excess of defects or late days over the sector's mean that counts"),
        (f"1 - {1.0 - defects.LARGEST_SHARE:.0e}", "largest defect share"),
        (DEPTH_BINS, "bins of links travelled: 0, 1, ... and the last for all longer ways"),
        (production._TRIES, "draws for a slot of a new network before it stays empty"),
        (suppliers._LARGEST_PART, "largest part of all firms that may supply one buyer"),
    ]
    return table(("Value", "What it is"), rows)


def effects() -> str:
    """Return what each claim says of which effect, and the smallest that matters."""

    def row(claim: Claim, part: Effect) -> tuple[str, ...]:
        size = f"{part.smallest:+g} {part.unit}" if part.smallest else f"at least 0 {part.unit}"
        says = "told beside" if not part.counts else "falls short of it" if part.is_short else "is as large"
        return claim.name, part.label, f"`{part.outcome}`, `{part.of}`", size, says, "yes" if part.has_null else "no"

    header = ("Claim", "Effect", "Outcome of", "Smallest that matters", "The claim says it", "Smaller in the null")
    return table(header, [row(claim, part) for claim in CLAIMS for part in claim.parts])


def verdicts() -> str:
    """Return the verdicts of the shipped results."""
    if not VERDICTS.is_file():
        return "Not made yet: `make findings`."
    with VERDICTS.open(encoding="utf-8", newline="") as opened:
        found = list(csv.DictReader(opened))
    columns = ("claim", "part", "seeds", "ensemble", "null", "verdict", "depends_on")
    rows = [
        [row[name].replace("claim", "all of it") if name == "part" else row[name] for name in columns] for row in found
    ]
    header = ("Claim", "Effect", "Seeds", "Ensemble", "In the null", "Verdict", "Depends on")
    return table(header, rows)


def taught() -> str:
    """Return the shipped lessons: what is asked, what stands side by side, what the student may move."""

    def row(lesson: Lesson) -> tuple[str, ...]:
        names = f"{lesson.title.en} ({lesson.title.ko})"
        worlds = "; ".join(shown.label.en for shown in lesson.file.scenarios.values())
        moved = "; ".join(control.label.en or control.factor.label for control in lesson.controls.values())
        minutes = str(lesson.teacher.minutes)
        return f"`{lesson.name}`", names, minutes, lesson.question.text.en, worlds, moved

    header = ("Lesson", "Title", "Minutes", "Question", "Worlds side by side", "What may be moved")
    return table(header, map(row, lessons()))


def notes() -> str:
    """Return the teacher's notes of the shipped lessons, and their answers."""

    def section(lesson: Lesson) -> str:
        note, answer = lesson.teacher, lesson.answer.text.en.strip()
        parts = {"Students usually": note.mistakes, "How to go on": note.next, "Measured": note.measured}
        told = [f"**{name}.** {' '.join(text.en.split())}" for name, text in parts.items()]
        return "\n\n".join([f"### {lesson.title.en}", answer, *told])

    return "\n\n".join(map(section, lessons()))


def survivors() -> str:
    """Return the changes of formulas that no test can notice, with the reason."""
    explained = json.loads((FOLDER.parent / "tests" / "mutants.json").read_text(encoding="utf-8"))
    return "\n".join(f"- `{change.removeprefix('simulation.')}`: {reason}" for change, reason in explained.items())


TABLES: dict[str, Callable[[], str]] = {
    "parameters": parameters,
    "choices": choices,
    "state": state,
    "firms": fields(Firms),
    "links": fields(Links),
    "channels": fields(Channels),
    "programmes": fields(Programmes),
    "awards": fields(Awards),
    "sums": fields(Tallies),
    "phases": phases,
    "streams": streams,
    "tallies": tallies,
    "measures": measures,
    "levers": levers,
    "constants": constants,
    "effects": effects,
    "verdicts": verdicts,
    "lessons": taught,
    "notes": notes,
    "survivors": survivors,
} | REFERENCE


def filled(text: str) -> str:
    """Return a page with its tables written anew."""
    return MARKED.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}", text)


def validation() -> str:
    """Run the baseline against the facts that were not fitted, with the defaults of the command."""
    from simulation.commands.validation import validation_lines
    from simulation.experiments.validation import observe, read_facts, validation_table
    from simulation.scenario.reading import load

    facts, seeds, firms = read_facts(), range(1, 21), 20_000
    scenario = load("tierwise:baseline", [f"population.firms={firms}"])
    return "\n".join(validation_lines(validation_table(facts, observe(scenario, facts, seeds)), seeds, firms))


def networks() -> str:
    """Generate networks and put them beside published facts."""
    from simulation.experiments.network_targets import compare_networks

    firms, seeds = 20_000, range(1, 21)
    found = compare_networks(firms, seeds)
    rows = [
        [
            row.label,
            "" if isnan(row.value) else f"{row.value:g}",
            f"{row.low:g} to {row.high:g}",
            f"{row.mean:.3g} ± {row.deviation:.1g}",
            "met" if row.is_met else "**missed**",
            row.use,
            f"{row.source}. {row.comment}".rstrip(". "),
        ]
        for row in found.itertuples()
    ]
    header = ("Quantity", "Published", "Counts as met", "Generated", "", "Parameters", "Source")
    note = (
        f"Means over seeds {seeds[0]} to {seeds[-1]} at {firms:,} firms, with the standard deviation of one network. "
        "*Fitted*: parameters were chosen by it. Shares are of 1."
    )
    return f"{note}\n\n{table(header, rows)}"


def main(arguments: Sequence[str]) -> None:
    """Write the pages."""
    pages = list(PAGES)
    if "--networks" in arguments:
        TABLES["networks"] = networks
        pages.append("networks.md")
    if "--validation" in arguments:
        TABLES["validation"] = validation
        pages.append("validation.md")
    for name in pages:
        page = FOLDER / name
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"wrote {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
