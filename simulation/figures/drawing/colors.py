"""Colours of the supplier network: the same things look alike in every picture, and in grey print too."""

from __future__ import annotations

from matplotlib.colors import LinearSegmentedColormap

from simulation.figures.style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION

__all__ = [
    "ADOPTED", "BAND", "CRITICAL", "FIRM", "FLOW", "HUBS", "INHERITED", "INK", "LATE", "PALE_INK", "RETURN", "SHARES",
    "TREES",
]  # fmt: skip

INK, PALE_INK = "#1f2a33", "#5a6670"
BAND = "#f4f5f6"
FIRM = "#c8d0d7"
"""Firms that are on time."""

FLOW, RETURN, CRITICAL = "#8fa6bb", "#c8bfae", "#3d5468"
"""Goods that flow towards large makers, goods that flow elsewhere, and links without which the buyer cannot produce."""

ADOPTED = BLUE

LATE, INHERITED = ORANGE, VERMILION
"""Late by an event of one's own (light in grey print), late because of another firm (dark, and a diamond)."""

TREES = (VERMILION, BLUE, GREEN, PURPLE, "#000000", SKY)
"""The cascades that are told apart, the largest first."""

HUBS = LinearSegmentedColormap.from_list("hubs", ["#c6d3de", "#6f9fc4", BLUE, "#002f4d"])
SHARES = LinearSegmentedColormap.from_list("shares", ["#f5e3d3", "#efb27d", VERMILION, "#6d2a00"])
