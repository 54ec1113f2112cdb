"""Own firms and links: which files hold them."""

from __future__ import annotations

from simulation.schema import Section

__all__ = ["Data"]


class Data(Section):
    """Own firms and links, from CSV files inside the project folder."""

    firms: str
    links: str
