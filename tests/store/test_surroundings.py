"""A manifest knows the versions and the commit of what made the results."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from simulation.store import surroundings
from simulation.store.surroundings import environment, installed


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("is_tracked", [True, False])
def test_the_commit_is_that_of_the_sources_and_not_of_a_project_around_them(tmp_path, monkeypatch, is_tracked):
    def git(*arguments):
        who = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
        return subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    package = tmp_path / "environment"
    package.mkdir()
    (package / "__init__.py").touch()
    git("init", "--quiet")
    if is_tracked:
        git("add", ".")
    git("commit", "--quiet", "--allow-empty", "--message", "A project")
    monkeypatch.setattr(surroundings, "_PACKAGE", package)
    found = environment()
    assert found["commit"] == (git("rev-parse", "HEAD").strip() if is_tracked else None)
    assert found["has_local_changes"] is False


def test_packages_of_extras_are_named_where_they_are_used(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "distributed")
    monkeypatch.setitem(sys.modules, "duckdb", sys)
    versions = environment()["versions"]
    assert versions["duckdb"] == installed("duckdb")
    assert "distributed" not in versions
