"""Starting the SolaraViz app: on this machine only, without telemetry, and with no file from elsewhere.

Solara's page needs scripts and fonts that Solara itself does not contain. Its server fetches them from a public
network of servers when a browser first asks, unless the package ``solara-assets`` of the same version has put them
beside it. The extra ``solara`` pins both, and starting refuses to go on without them.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

from simulation.errors import InputError
from simulation.experiments.extras import needed
from simulation.teach.guard import OwnPages
from simulation.teach.serving import bound, serve_application

__all__ = ["start_solara"]

APP = "simulation.teach.solara_app"

SETTINGS = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "Tierwise",
}
"""Solara reads its settings from the environment when it is imported."""


def start_solara(port: int, on_ready: Callable[[str], None]) -> None:
    """Serve the SolaraViz app on this machine until it is interrupted; every browser session has a model of its own.

    Parameters
    ----------
    port : int
        0 takes any free one.
    on_ready : callable
        Told the address once the server answers.

    Raises
    ------
    InputError
        A package is missing, or the files of the page are, or the port is taken.
    """
    with needed("solara"):
        for package in ("solara", "altair", "starlette", "uvicorn"):
            if importlib.util.find_spec(package) is None:
                raise ModuleNotFoundError(name=package)
    check_assets()
    place = bound(port)
    os.environ.update(SETTINGS)
    from solara.server.starlette import app

    serve_application(OwnPages(app, place.getsockname()[1]), place, on_ready)


def check_assets() -> None:
    """Refuse to start where a browser's first visit would make the server fetch files from elsewhere."""
    wanted = importlib.metadata.version("solara-server")
    try:
        found = importlib.metadata.version("solara-assets")
    except importlib.metadata.PackageNotFoundError:
        found = ""
    folder = Path(sys.prefix) / "share" / "solara" / "cdn"
    if found != wanted or not folder.is_dir():
        message = (
            f"the page's scripts and fonts (solara-assets {wanted}) are not installed, and would be fetched from the "
            'network: pip install "tierwise[solara]"'
        )
        raise InputError(message)
