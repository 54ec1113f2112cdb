"""The live page in a real browser, served by the command itself."""

from __future__ import annotations

import os
import re
import signal

import pytest
from app.serving import Served
from app.waiting import complaints, until
from typer.testing import CliRunner

from simulation.commands.app import application

pytest.importorskip("uvicorn", reason="the extra teach is not installed")
pytestmark = pytest.mark.app

SMALL = "population.firms=100"


@pytest.fixture(scope="module")
def served():
    with Served() as found:
        yield found


@pytest.fixture(scope="module")
def context(browser):
    made = browser.new_context(viewport={"width": 1010, "height": 620}, locale="en-US", color_scheme="light")
    made.set_default_timeout(120_000)
    yield made
    made.close()


class Live:
    """A live page, with what it said and whom it asked."""

    def __init__(self, context, address) -> None:
        self.page, self.address = context.new_page(), address
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def go(self, search: str) -> Live:
        self.page.goto(f"{self.address}?{search}")
        self.until("document.documentElement.dataset.ready === 'true'")
        return self

    def until(self, condition: str) -> None:
        until(self.page, condition)

    def last(self, chart: str) -> str:
        """Return the summary in words of a chart at the last month."""
        return self.page.text_content(f"#chart-{chart}-words")

    def move(self, path: str, value: float) -> None:
        """Move a slider as a pointer does: input, then change when it is let go."""
        self.page.evaluate(
            """([id, value]) => {
              const slider = document.getElementById(id);
              slider.value = value;
              slider.dispatchEvent(new Event("input"));
              slider.dispatchEvent(new Event("change"));
            }""",
            [f"set-{path}", value],
        )

    def settle(self, word: str) -> None:
        """Wait until the address tells what was chosen, which it does once the runs are there."""
        self.until(f"location.search.includes({word!r})")


@pytest.fixture
def live(context, served):
    opened = Live(context, served.address)
    yield opened
    assert complaints(opened.said) == []
    assert all(url.startswith((served.address, "blob:" + served.address)) for url in opened.asked)
    opened.page.close()


def test_a_slider_changes_the_curve_and_reset_brings_it_back(live):
    live.go(SMALL)
    before = live.last("user_share")
    live.move("use.growth", 0.045)
    live.settle("use.growth=0.045")
    assert live.last("user_share") != before
    assert "0.045" in live.page.text_content("output[for='set-use.growth']")
    assert SMALL in live.page.url
    live.page.click("#reset")
    live.until("location.search === ''")
    assert live.page.input_value("#set-population\\.firms") == "500"


def test_keys_move_a_slider_by_a_fiftieth_of_its_range_in_every_browser(live):
    """Where any number is allowed browsers have steps of their own: in some of them 1, which is the whole range."""
    live.go(SMALL)
    slider = live.page.locator("#set-lateness\\.lean")
    slider.focus()
    live.page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == pytest.approx(0.2 + 0.6 / 50)
    assert slider.get_attribute("aria-valuetext") == "0.212"
    live.settle("lateness.lean=0.212")
    live.page.keyboard.press("PageDown")
    assert float(slider.input_value()) == pytest.approx(0.2 + 0.6 / 50 - 0.6 / 10)
    live.page.keyboard.press("End")
    assert float(slider.input_value()) == 0.6
    assert live.page.locator("input:invalid").count() == 0


def test_three_runs_stand_in_a_row(live, context):
    live.page.set_viewport_size({"width": 1440, "height": 900})
    live.go(f"{SMALL}&policies=capability,cash_subsidy")
    boxes = [live.page.locator("#stage-" + str(number)).bounding_box() for number in range(3)]
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(box["width"] > 230 and box["height"] > 230 for box in boxes)
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_a_slider_that_is_moved_on_leaves_no_work_behind(live):
    """The last move is shown; a run that was begun for another one is given up with its request."""
    live.go(SMALL)
    dropped, held = [], []

    def hold_the_first(route):
        """Keep the first run from ending before the slider is moved on, however fast it is."""
        if held:
            route.continue_()
        held.append(route)

    live.page.on("requestfailed", lambda request: dropped.append(request.url))
    live.page.route("**/api/runs", hold_the_first)
    with live.page.expect_request("**/api/runs"):
        live.move("population.firms", 2000)
    live.move("population.firms", 110)
    live.settle("population.firms=110")
    live.page.unroute("**/api/runs")
    assert len(dropped) == 1  # the server sees the connection close
    assert live.page.text_content("#live-note") == ""
    live.said[:] = [line for line in live.said if "ERR_ABORTED" not in line]


def test_a_refusal_is_told_in_the_language_of_the_page(live):
    live.go("use.growth=99#lang=ko")
    assert "쓸 수 없는 값입니다" in live.page.inner_text("#live-note")
    live.page.select_option("#language", "en")
    live.until("document.documentElement.lang === 'en'")
    assert "use.growth: 99 is not allowed here" in live.page.inner_text("#live-note")
    live.said[:] = [line for line in live.said if "400 (Bad Request)" not in line]  # the browser's own note


def test_a_policy_stands_beside_the_baseline(live):
    live.go(SMALL)
    assert live.page.locator(".panel h2").all_inner_texts() == ["Baseline"]
    live.page.check("#policy-capability")
    live.settle("policies=capability")
    assert live.page.locator(".panel h2").all_inner_texts() == ["Baseline", "Capability building"]
    assert live.page.evaluate("document.activeElement.id") == "policy-capability"
    assert "Capability building" in live.last("user_share")


def test_a_link_restores_settings_seed_and_language(live):
    live.go(f"{SMALL}&seed=7&use.growth=0.04&lateness.lean=0.5#m=60&lang=ko")
    assert live.page.input_value("#seed") == "7"
    assert live.page.input_value("#set-use\\.growth") == "0.04"
    assert live.page.input_value("#scrub") == "60"
    assert "시드 7" in live.page.inner_text(".brand")
    assert "협력사 한 곳에 대한" in live.page.inner_text("#controls")
    assert live.page.get_attribute("html", "lang") == "ko"


def test_an_address_changed_by_hand_is_told_and_the_page_still_opens(live):
    live.go("use.growth=99")
    assert "use.growth: 99 is not allowed" in live.page.inner_text("#live-note")
    assert live.page.locator(".panel").count() == 1
    live.said[:] = [line for line in live.said if "400 (Bad Request)" not in line]  # the browser's own note


def test_a_lesson_locks_all_but_its_controls_and_reveals_its_answer(live):
    live.go(f"lesson=diffusion_curve&{SMALL}")
    assert live.page.locator(".panel h2").all_inner_texts() == ["Most firms imitate", "Nobody imitates"]
    assert live.page.locator(".control").count() == 3
    assert "formula, monthly" in live.page.inner_text("#chart-watch-adopter_share")
    assert live.page.locator("#answer").is_hidden()
    live.page.check("#choice-a")
    live.page.click("#reveal")
    assert "the curve is an S" in live.page.inner_text("#answer")
    assert live.page.locator(".is-right").inner_text().startswith("In the first year where nobody")
    live.page.select_option("#language", "ko")
    live.until("document.documentElement.lang === 'ko'")
    assert live.page.locator(".panel h2").all_inner_texts() == ["대부분 모방한다", "아무도 모방하지 않는다"]


def test_series_and_network_can_be_saved(live):
    live.go(SMALL)
    for button, name, begin in (
        ("#save-series", "tierwise-model.csv", b"scenario,seed,month,group,measure,value\nbaseline,1,0,"),
        ("#save-network", "tierwise-model.graphml", b"<?xml"),
    ):
        with live.page.expect_download() as download:
            live.page.click(button)
        assert download.value.suggested_filename == name
        with open(download.value.path(), "rb") as file:  # noqa: PTH123 - a path of the driver
            assert file.read(200).startswith(begin)


def test_two_browsers_do_not_share_what_they_move(live, browser, served):
    """Each has its own context: cookies, storage and cache of one are not those of the other."""
    live.go(SMALL)
    before = live.last("user_share")
    other = browser.new_context(viewport={"width": 1010, "height": 620}, locale="en-US")
    second = Live(other, served.address).go(SMALL)
    second.move("use.growth", 0.03)
    second.settle("use.growth=0.03")
    assert second.last("user_share") != before
    assert other.cookies() == []
    other.close()
    live.page.reload()
    live.until("document.documentElement.dataset.ready === 'true'")
    assert live.last("user_share") == before


def test_a_phone_shows_runs_first_and_sliders_when_asked(browser, served):
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    live = Live(phone, served.address).go(f"lesson=diffusion_curve&{SMALL}")
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not live.page.evaluate("document.getElementById('steer').open")
    live.page.click("#steer > summary")
    assert live.page.locator("#set-population\\.firms").is_visible()
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.close()


def test_lessons_are_listed():
    done = CliRunner().invoke(application(), ["teach", "--list"])
    assert done.exit_code == 0
    assert re.search(r"^lean_chains +Lean chains and late deliveries \(\d+ minutes\)$", done.stdout, re.MULTILINE)


def test_a_lesson_that_does_not_exist_is_one_sentence():
    done = CliRunner().invoke(application(), ["teach", "--no-browser", "trickle_dwn"])
    assert done.exit_code == 2
    assert "there is no such lesson; did you mean 'trickle_down'?" in done.output


def test_mesas_own_page_shows_no_lessons():
    done = CliRunner().invoke(application(), ["teach", "--solara", "trickle_down"])
    assert done.exit_code == 2
    assert "shows no lessons" in done.output


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_cleanly_also_while_it_runs_something(kind, request):
    """Last of this file: the first of both stops the server of the other tests."""
    with request.getfixturevalue("served") if kind == signal.SIGINT else Served() as found:
        found.begin({"policies": ["capability"], "values": {"population.firms": 2000}})
        code, said, complained = found.stop(kind)
    assert code == 0
    assert complained == ""
    assert said.endswith("Stopped.\n")
