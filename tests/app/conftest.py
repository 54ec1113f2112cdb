"""A real browser and a page in it. Left out where no Chromium or no driver is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from app.waiting import complaints, until

from simulation.page import write_page
from simulation.scenario.scenario import Scenario

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

SOFTWARE = ("--enable-unsafe-swiftshader",)
"""WebGL without a graphics card. What else is on the page is put together without it, which is many times quicker."""

SMALL = {
    "name": "base",
    "title": "Base <b>& co</b>",
    "population.firms": 120,
    "time.months": 40,
    "time.origin_months": 2,
    "time.start_rounds": 8,
    "adoption.hazard.level": -3.0,
    "lateness.buffer": 4.0,
    "review.base": 0.02,
}
GRANT = {"name": "grant", "policy.subsidy": {"first": 35, "last": 39, "strength": 1.0}, "budget.strength": "fixed"}


@pytest.fixture(scope="module")
def browser():
    """Started for each file anew: the driver keeps an event loop running, which tests elsewhere must not meet."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=[*SOFTWARE, "--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def scenarios():
    base = Scenario().with_(SMALL)
    return [base, base.with_(GRANT | {"title": "Grant"})]


@pytest.fixture(scope="session")
def written(scenarios, tmp_path_factory):
    return write_page(scenarios, 5, tmp_path_factory.mktemp("page") / "page.html")


class Opened:
    """A page, with everything that it said and asked for."""

    def __init__(self, page, path) -> None:
        self.page, self.path = page, path
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def go(self, choices: str = "") -> Opened:
        """Open the page with choices in its address, and wait until it is there."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.path.as_uri()}#{choices}")
        self.until("document.documentElement.dataset.ready === 'true'")
        return self

    def until(self, condition: str) -> None:
        until(self.page, condition)

    def again(self) -> None:
        """Return to the month of the survey and to what is chosen at first, without loading anything anew."""
        self.page.evaluate(
            """() => {
              const play = document.getElementById("play");
              if (play.getAttribute("aria-label") !== "Play") play.click();
              document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
              document.activeElement.blur();
              location.hash = "m=1";
              location.hash = "m=33&c=use&a=rings&lang=en&theme=auto";
            }"""
        )
        self.until("document.getElementById('scrub').value === '33'")

    def text(self, selector: str) -> str:
        """Return a text as it is read; before a sign for per cent no line may break."""
        return self.page.inner_text(selector).replace("\xa0", " ")


@pytest.fixture(scope="module")
def tab(browser, written) -> Iterator[Opened]:
    """One tab for a module: opening the page anew is quick, a new context is not."""
    context = browser.new_context(viewport={"width": 1010, "height": 620}, locale="en-US", color_scheme="light")
    context.set_default_timeout(120_000)
    opened = Opened(context.new_page(), written.path)
    yield opened.go("m=33")
    context.close()


@pytest.fixture
def opened(tab):
    """The page at the month of the survey; whatever it does, it may neither complain nor ask anybody for anything."""
    tab.again()
    yield tab
    assert complaints(tab.said) == []
    assert {url.split("#")[0] for url in tab.asked} <= {"about:blank", tab.path.as_uri()}
