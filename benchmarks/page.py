"""What playing the page costs in the browser: ``python -m benchmarks.page [FIRMS ...]``, by hand.

Two runs beside each other play for some seconds in headless Chromium. Without a graphics card the browser draws in
software, on the processors that it shares with whatever else runs: the frames of the best second say what it can do
when it is left alone, and the processor time of all its processes per frame does not depend on others.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from simulation.page import write_page
from simulation.scenario.reading import load

__all__ = ["measure"]

SECONDS = 12

_PLAY = """async (seconds) => {
  const found = [];
  let frames = 0, isOn = true;
  const count = () => { if (isOn) { frames++; requestAnimationFrame(count); } };
  document.getElementById("play").click();
  await new Promise((done) => setTimeout(done, 1000)); // the first frames compile
  requestAnimationFrame(count);
  for (let second = 0; second < seconds; second++) {
    const start = performance.now(), before = frames;
    await new Promise((done) => setTimeout(done, 1000));
    found.push((1000 * (frames - before)) / (performance.now() - start));
  }
  isOn = false;
  document.getElementById("play").click();
  return found;
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
    """Return frames a second, milliseconds of processor time per frame, and milliseconds that a change of month takes.

    Frames of the median and of the best second; processor time of the page's own process (script, style, painting) and
    of all processes of the browser.
    """
    program = shutil.which("chromium") or shutil.which("google-chrome")
    scenarios = [load(f"tierwise:{name}", [f"population.firms={firms}"]) for name in ("baseline", "capability")]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        written = write_page(scenarios, 7, Path(folder) / "page.html")
        browser = driver.chromium.launch(executable_path=program, args=["--enable-unsafe-swiftshader", "--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(120_000)
        page.goto(f"{written.path.as_uri()}#m=40&c=use")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        before = _spent()
        frames = page.evaluate(_PLAY, SECONDS)
        spent = {kind: 1000.0 * (seconds - before.get(kind, 0.0)) / sum(frames) for kind, seconds in _spent().items()}
        found = {
            "frames_median": statistics.median(frames),
            "frames_best": max(frames),
            "page_ms": spent["renderer"],
            "browser_ms": sum(spent.values()),
            "month_ms": page.evaluate(_STEP),
            "megabytes": written.size / 1e6,
        }
        browser.close()
    return found


def _spent() -> dict[str, float]:
    """Return seconds of processor time by kind of process, of all Chromium processes that this one started."""
    parents, found = {os.getpid()}, dict[str, float]()
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text(errors="replace")
        except OSError:
            continue  # it has ended
        if int(fields[1]) not in parents:
            continue
        parents.add(int(folder.name))
        named = re.search(r"--type=([a-z-]+)", command)
        kind = named[1] if named else "other"
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        found[kind] = found.get(kind, 0.0) + seconds
    return found


if __name__ == "__main__":
    for number in [int(text) for text in sys.argv[1:]] or [1000, 10_000]:
        print(f"{number:,} firms:", ", ".join(f"{name} {value:.1f}" for name, value in measure(number).items()))
