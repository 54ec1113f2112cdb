"""What a frame of the page costs in the browser: ``python -m benchmarks.page [FIRMS ...]``, by hand.

Two runs beside each other play for some seconds in headless Chromium. Without a graphics card the browser draws in
software, so frames per second say little about a reader's machine; the time that the page's own program takes in a
frame, and the main thread in all, do: 50 frames a second leave 20 ms.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from simulation.page import write_page
from simulation.scenario.reading import load

__all__ = ["measure"]

SECONDS = 5.0

_PLAY = """async (seconds) => {
  let frames = 0, isOn = true;
  const count = () => { if (isOn) { frames++; requestAnimationFrame(count); } };
  requestAnimationFrame(count);
  document.getElementById("play").click();
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  isOn = false;
  document.getElementById("play").click();
  return frames;
}"""
_STEP = """async () => {
  const spent = [];
  for (let month = 0; month < 9; month++) {
    const start = performance.now();
    document.getElementById("forward").click();
    spent.push(performance.now() - start);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return spent.sort((one, other) => one - other)[4];
}"""


def measure(firms: int) -> dict[str, float]:
    """Return frames a second, milliseconds of script and of the main thread per frame, and of a change of month."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    scenarios = [load(f"tierwise:{name}", [f"population.firms={firms}"]) for name in ("baseline", "capability")]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        written = write_page(scenarios, 7, Path(folder) / "page.html")
        software = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
        browser = driver.chromium.launch(executable_path=program, args=software)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(120_000)
        page.goto(f"{written.path.as_uri()}#m=40&c=use")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        page.evaluate(_PLAY, 2.0)  # the first frames compile
        found = _played(page) | {"month_ms": page.evaluate(_STEP), "megabytes": written.size / 1e6}
        browser.close()
    return found


def _played(page: Page) -> dict[str, float]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def spent() -> dict[str, Any]:
        return {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}

    before = spent()
    frames = page.evaluate(_PLAY, SECONDS)
    after = spent()

    def per_frame(name: str) -> float:
        return 1000.0 * (after[name] - before[name]) / max(frames, 1)

    return {
        "frames_per_second": frames / SECONDS,
        "script_ms": per_frame("ScriptDuration"),
        "main_thread_ms": per_frame("TaskDuration"),
    }


if __name__ == "__main__":
    for number in [int(text) for text in sys.argv[1:]] or [1000, 10_000]:
        print(f"{number:,} firms:", ", ".join(f"{name} {value:.1f}" for name, value in measure(number).items()))
