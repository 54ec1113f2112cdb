"""Settings of the site that `make docs` builds out of these pages."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from pathlib import Path

import simulation.rules
from simulation.compiled import Compiled

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Tierwise"
author = PROJECT["authors"][0]["name"]
project_copyright = f"2026, {author}"
version = release = PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"Tierwise {version}"
html_static_path = ["static"]
html_css_files = ["wide_tables.css"]
html_copy_source = False
html_show_sphinx = False


def _as_written() -> None:
    """Put the functions of the model in the place of what compiles them: pages show the functions."""
    rules = [found.name for found in pkgutil.iter_modules(simulation.rules.__path__, "simulation.rules.")]
    for module in map(importlib.import_module, ["simulation.randomness", *rules]):
        for name, value in list(vars(module).items()):
            if isinstance(value, Compiled):
                setattr(module, name, value.plain)


_as_written()
