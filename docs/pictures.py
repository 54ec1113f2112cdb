"""Draw the pictures of the page ``pictures.md`` anew: `make pictures` (a minute, compilation aside)."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageColor

from simulation.figures.drawing import draw
from simulation.figures.drawing.colors import BAND, CRITICAL, FIRM, FLOW, INK, LATE, RETURN, TREES
from simulation.figures.drawing.content import Content, of_month, of_world
from simulation.figures.style import rendered
from simulation.scenario.reading import load
from simulation.world.build import build

FOLDER = Path(__file__).parent / "pictures"

AFTER = {
    "small": ("own_data", [], 2, 62),
    "medium": ("baseline", ["population.firms=2000"], 1, 92),
    "large": ("provinces", ["population.firms=100000", "time.origin_months=0"], 1, 33),
}
"""By scale: scenario, changed values, seed and month."""

SHAPES = {"tree": 40, "small_world": 40}
"""Kinds of network that textbooks show, with their numbers of firms."""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for scale, (name, changes, seed, month) in AFTER.items():
        write(scale, of_month(load(f"tierwise:{name}", changes), seed, month), scale)
    for kind, firms in SHAPES.items():
        scenario = load("tierwise:baseline", [f"population.firms={firms}", f"network.kind={kind}"])
        write(kind, of_world(build(scenario, 1), scenario, 1), "small")


def write(name: str, content: Content, scale: str) -> None:
    """Write a picture with 256 colours: those that are most frequent, and those that mean something."""
    pixels = Image.open(io.BytesIO(rendered(draw(content, scale), "png", dpi=120.0))).convert("RGB")
    path = FOLDER / f"{name}.png"
    meaning = {BAND, FIRM, FLOW, RETURN, CRITICAL, INK, LATE, *TREES}
    frequent = (pixels.quantize(256 - len(meaning)).getpalette() or [])[: 3 * (256 - len(meaning))]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*frequent, *[part for name in sorted(meaning) for part in ImageColor.getrgb(name)]])
    pixels.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
