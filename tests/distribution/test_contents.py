"""The wheel holds the package, all that is shipped with it and every licence, and nothing else; so does the sdist."""

from __future__ import annotations

import re
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENDINGS = {".py", ".typed", ".html", ".js", ".css", ".json", ".txt"}
"""What the package consists of, besides the sources of the page."""

MADE = {"__pycache__", "node_modules"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the wheel and the source distribution, made as the build backend makes them."""
    pytest.importorskip("hatchling")
    from hatchling.builders.sdist import SdistBuilder
    from hatchling.builders.wheel import WheelBuilder

    folder = str(tmp_path_factory.mktemp("built"))
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=folder, versions=["standard"])
    (sdist,) = SdistBuilder(str(ROOT)).build(directory=folder, versions=["standard"])
    return Path(wheel), Path(sdist)


@pytest.fixture(scope="module")
def names(built):
    with zipfile.ZipFile(built[0]) as opened:
        return opened.namelist()


@pytest.fixture(scope="module")
def metadata(built):
    """Return the folder of metadata in the wheel, and its texts by name."""
    with zipfile.ZipFile(built[0]) as opened:
        found = {name: opened.read(name).decode() for name in opened.namelist() if ".dist-info/" in name}
    return {name.split("/", 1)[1]: text for name, text in found.items()}


def files(folder: Path) -> set[str]:
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if not MADE & set(path.parts)}


def test_the_wheel_is_the_package_and_the_shipped_files_and_nothing_else(names):
    package = {f"simulation/{name}" for name in files(ROOT / "simulation") if Path(name).suffix in ENDINGS}
    package = {name for name in package if not name.startswith("simulation/page/web/")}
    shipped = {f"simulation/_shipped/{name}" for name in files(ROOT / "scenarios")}
    assert len(package) > 300
    assert len(shipped) > 30
    assert {name for name in names if ".dist-info/" not in name} == package | shipped
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "name",
    [
        "_shipped/baseline.yaml",
        "_shipped/data/small/links.csv",
        "_shipped/ensemble/baseline.csv",
        "_shipped/lessons/two_gaps.yaml",
        "_shipped/sweeps/screening.yaml",
        "_shipped/targets/calibration.csv",
        "page/built/page.js",
        "page/built/build.json",
        "report/comparison.html",
        "py.typed",
    ],
)
def test_what_a_newcomer_needs_is_there(names, name):
    assert f"simulation/{name}" in names


def test_every_licence_is_among_the_metadata(metadata):
    assert metadata["licenses/LICENSE"] == (ROOT / "LICENSE").read_text(encoding="utf-8")
    bundled = metadata["licenses/simulation/page/built/licences.txt"]
    named = re.findall(r"^(\S+) [\d.]+ \((\S+)\)$", bundled, re.MULTILINE)
    assert {"sigma", "graphology", "uplot"} <= {name for name, _ in named}
    assert {licence for _, licence in named} == {"MIT"}
    assert bundled.count("Permission is hereby granted") == len(named)
    assert "License-Expression: MIT" in metadata["METADATA"]


def test_the_metadata_are_those_of_the_project(metadata):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["entry_points.txt"].splitlines()[1] == f"tierwise = {project['scripts']['tierwise']}"
    lines = metadata["METADATA"].splitlines()
    assert f"Version: {project['version']}" in lines
    assert f"Requires-Python: {project['requires-python']}" in lines
    extras = {line.removeprefix("Provides-Extra: ") for line in lines if line.startswith("Provides-Extra: ")}
    assert extras == set(project["optional-dependencies"])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert metadata["METADATA"].endswith(readme)


def test_the_source_distribution_holds_what_builds_tests_and_documents_it(built):
    with tarfile.open(built[1]) as opened:
        names = {name.split("/", 1)[1] for name in opened.getnames()}
    wanted = {"pyproject.toml", "conftest.py", "Makefile", "constraints.txt", ".ci/run", "README.md", "LICENSE"}
    wanted |= {"CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "codemeta.json", "docs/index.md", "docs/conf.py"}
    wanted |= {"results/README.md", "results/reference/adoption.png", "notebooks/first_steps.ipynb"}
    wanted |= {f"simulation/{name}" for name in files(ROOT / "simulation")}
    wanted |= {f"scenarios/{name}" for name in files(ROOT / "scenarios")}
    wanted |= {f"tests/{name}" for name in files(ROOT / "tests") if Path(name).suffix != ".pyc"}
    assert wanted <= names
    folders = {name.split("/")[0] for name in names}
    assert not folders & {".venv", ".git", "build", "dist", "out"}
    assert not any(MADE & set(Path(name).parts) for name in names)
    assert built[1].stat().st_size < 10e6
