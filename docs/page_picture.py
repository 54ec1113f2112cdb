"""Take the picture of the page ``page.md`` anew in headless Chromium: part of `make pictures`."""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from simulation.page import write_page
from simulation.scenario.reading import load

PICTURE = Path(__file__).parent / "pictures" / "page.png"
MONTH, WIDTH, HEIGHT = 60, 1440, 900


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print(f"No Chromium is installed: {PICTURE.name} stays as it is.")
        return
    changes = ["population.firms=1000"]
    scenarios = [load(f"tierwise:{name}", changes) for name in ("baseline", "capability")]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        written = write_page(scenarios, 7, Path(folder) / "page.html")
        software = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
        browser = driver.chromium.launch(executable_path=program, args=software)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en-US")
        page.goto(f"{written.path.as_uri()}#m={MONTH}&c=use")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        page.wait_for_timeout(1500)
        pixels = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        browser.close()
    pixels.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
