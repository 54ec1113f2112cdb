"""The page in a real browser, as a reader uses it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from simulation.engines.explaining import explain
from simulation.measures import all_measures, labels
from simulation.page.bundle import SOURCES, read_bundle
from simulation.page.container import unpacked
from simulation.page.document import block_of
from simulation.page.embedding import page_of

pytestmark = pytest.mark.app


def month(opened):
    return int(opened.page.input_value("#scrub"))


def largest(recording):
    return int(np.argmax(recording.world.firms.workers))


def select(opened, firm):
    opened.page.fill("#find", str(firm))
    opened.page.press("#find", "Enter")
    opened.page.wait_for_selector("#card")


def test_both_runs_stand_beside_each_other_on_the_same_firms(opened):
    titles = opened.page.locator(".panel h2").all_inner_texts()
    assert titles == ["Base <b>& co</b>", "Grant"]  # titles of scenarios are text
    assert opened.page.locator(".panel canvas.sigma-nodes").count() == 2
    assert opened.page.locator(".plot canvas").count() == 10
    assert "seed 5" in opened.text(".brand")
    assert opened.text("#month") == "October 2025"


def test_firms_are_drawn(opened):
    """Pixels of the firms' layer: neither empty nor of one colour."""
    drawn = opened.page.evaluate(
        """() => new Promise((done) => {
          const firms = document.querySelector(".sigma-nodes"), copy = document.createElement("canvas");
          copy.width = firms.width; copy.height = firms.height;
          document.getElementById("color-adoption").click();
          requestAnimationFrame(() => requestAnimationFrame(() => {
            const context = copy.getContext("2d");
            document.getElementById("color-use").click();
            requestAnimationFrame(() => {
              context.drawImage(firms, 0, 0);
              const data = context.getImageData(0, 0, copy.width, copy.height).data;
              const colors = new Set();
              let seen = 0;
              for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) {
                seen++;
                colors.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`);
              }
              done({ part: seen / (data.length / 4), colors: colors.size });
            });
          }));
        })"""
    )
    assert 0.02 < drawn["part"] < 0.5
    assert drawn["colors"] > 50


def test_play_moves_both_runs_and_all_charts_and_pause_stops(opened):
    needle = "document.querySelector('#chart-user_share .needle').style.transform"
    before = opened.page.evaluate(needle)
    opened.page.select_option("#speed", "8")
    opened.page.click("#play")
    opened.until("Number(document.getElementById('scrub').value) >= 36")
    opened.page.click("#play")
    stopped = month(opened)
    assert opened.page.evaluate(needle) != before
    needles = opened.page.evaluate(
        "Array.from(document.querySelectorAll('.chart .needle'), (one) => one.style.transform !== '')"
    )
    assert needles == [True] * 10
    opened.page.wait_for_timeout(300)
    assert month(opened) == stopped


def test_the_end_stops_the_clock_and_play_begins_again(opened):
    opened.page.evaluate("location.hash = 'm=38'")
    opened.page.select_option("#speed", "8")
    opened.page.click("#play")
    opened.page.wait_for_selector("#play[aria-label=Play]")
    assert month(opened) == 39
    opened.page.click("#play")
    opened.until("Number(document.getElementById('scrub').value) < 39")
    opened.page.click("#play")


def test_scrubbing_and_clicking_a_chart_show_that_month(opened, written):
    opened.page.evaluate(
        "() => { const s = document.getElementById('scrub'); s.value = 12; s.dispatchEvent(new Event('input')); }"
    )
    assert opened.text("#month") == "January 2024"
    box = opened.page.locator("#chart-user_share .u-over").bounding_box()
    opened.page.mouse.click(box["x"] + box["width"] * 20 / 39, box["y"] + 20)
    assert month(opened) == 20


def test_headline_and_charts_tell_the_numbers_of_the_run(opened, written):
    recording = written.recordings[0]
    known = labels(recording.world.groups, "every")
    share = {size: all_measures()["user_share"].of(recording.record, known[size])[33] for size in ("large", "sme")}
    gap = 100 * (share["large"] - share["sme"])
    assert f"{100 * share['large']:.0f} % of the workers of large firms use AI" in opened.text(".panel .gap >> nth=0")
    assert f"a gap of {gap:.1f} points" in opened.text(".panel .gap >> nth=0")
    assert f"large {100 * share['large']:.1f}" in opened.text("#chart-user_share .values").replace("\n", " ")


def test_every_chart_is_told_in_words_with_the_source_of_its_points(opened):
    charts = opened.page.evaluate(
        """() => Array.from(document.querySelectorAll(".chart"), (chart) => {
          const plot = chart.querySelector("[role=img]");
          const of = (name) => document.getElementById(plot.getAttribute(name))?.textContent ?? "";
          return { title: of("aria-labelledby"), words: of("aria-describedby") };
        })"""
    )
    assert len(charts) == 10
    for chart in charts:
        assert chart["title"]
        assert "October 2025" in chart["words"]
        assert "Grant" in chart["words"]
    assert "66.5 % of workers (measured)" in charts[0]["words"]
    assert "Survey of 3,000 wage workers" in charts[0]["words"]


def test_a_firm_explains_its_adoption_as_the_model_does(opened, written):
    """The page reckons the terms from what was recorded; `explain` lives the run again."""
    recording = written.recordings[0]
    decided = recording.decided
    for at in np.flatnonzero(decided.month <= 33)[:3]:
        firm, when = int(decided.firm[at]), int(decided.month[at])
        if (recording.adopted[when + 1 : 35, firm] == 0).any():
            continue  # it quit again
        told = explain(recording.world, recording.scenario, 5, firm, when)
        select(opened, recording.world.name(firm))
        shown = opened.text("#card")
        assert re.search(r"(Why it adopted in|Adopted in)", shown)
        index = float(re.search(r"Sum: ([+−][\d.]+) log-odds", shown)[1].replace("−", "-"))
        assert index == pytest.approx(told.decision.index, abs=0.011)
        chance = float(re.search(r"a chance of ([\d.]+) %", shown)[1])
        assert chance == pytest.approx(100 * told.decision.chance, abs=0.011 + 0.002 * 100 * told.decision.chance)
        assert f"Its draw was {decided.draw[at]:.4f}" in shown
        partners = opened.page.locator("#card .why .partners li").all_inner_texts()
        assert len(partners) == min(4, len(told.decision.pressed_by))


def test_a_late_firm_names_the_way_to_its_root(opened, written):
    late = written.recordings[0].late
    here = np.flatnonzero((late.month == 33) & (late.links > 0) & (late.round > 1) & (late.root != late.buyer))
    assert here.size > 0
    event, name = int(here[0]), written.recordings[0].world.name
    select(opened, name(int(late.buyer[event])))
    line = next(
        text
        for text in opened.page.locator("#card .deliveries li").all_inner_texts()
        if text.startswith(f"Round {late.round[event] + 1}:")
    )
    assert f"{late.days[event]:.1f} days" in line
    way = re.sub(r"^.*waited for", "", line.replace("\n", " ")).split("→")
    assert way[0].strip() == name(int(late.root[event]))
    assert way[-1].strip() == name(int(late.supplier[event]))
    assert len(way) == late.links[event]
    opened.page.locator("#card .deliveries button").first.click()
    assert opened.text("#card h2") == f"Firm {name(int(late.root[event]))}"


def test_a_click_on_a_firm_selects_it_and_one_beside_it_leaves_it(opened, written):
    recording = written.recordings[0]
    stage = opened.page.locator("#stage-0").bounding_box()
    select(opened, recording.world.name(largest(recording)))
    opened.page.press("body", "Escape")
    assert opened.page.locator("#card").count() == 0
    x, y = unpacked(block_of(written.recordings))[1]["world.rings"][:, largest(recording)].tolist()
    extent = min(stage["width"], stage["height"]) - 2 * 22
    place = (stage["x"] + stage["width"] / 2 + x * extent / 2, stage["y"] + stage["height"] / 2 - y * extent / 2)
    opened.page.mouse.move(*place)
    opened.page.mouse.click(*place)
    assert opened.text("#card h2") == f"Firm {recording.world.name(largest(recording))}"
    opened.page.wait_for_timeout(400)  # two quick clicks are one double click, which zooms
    opened.page.mouse.click(stage["x"] + 4, stage["y"] + stage["height"] - 4)
    opened.page.wait_for_selector("#card", state="detached")


def test_the_keyboard_alone_is_enough(opened, written):
    page = opened.page
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert month(opened) == 34
    page.keyboard.press("Home")
    assert month(opened) == 0
    page.keyboard.press("End")
    assert month(opened) == 39
    page.keyboard.press("ArrowLeft")
    assert month(opened) == 38
    page.keyboard.press("2")
    assert page.is_checked("#color-adoption")
    page.keyboard.press("l")
    assert page.is_checked("#layout-cells")
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    page.wait_for_selector("#play[aria-label=Pause]")
    page.keyboard.press(" ")
    page.wait_for_selector("#play[aria-label=Play]")
    page.focus("#stage-0")
    page.keyboard.press("Enter")
    first = opened.text("#card h2")
    assert first == f"Firm {written.recordings[0].world.name(largest(written.recordings[0]))}"
    page.keyboard.press("ArrowDown")
    assert opened.text("#card h2") != first
    assert opened.text("#status").startswith("Firm ")
    page.keyboard.press("Escape")
    assert page.locator("#card").count() == 0


def test_tab_leads_to_everything_and_focus_is_seen(opened):
    reached = []
    opened.page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        opened.page.keyboard.press("Tab")
        found = opened.page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
              const beside = one.matches(".options input") ? getComputedStyle(one.nextElementSibling) : style;
              return [one.id, beside.outlineStyle !== "none" && parseFloat(beside.outlineWidth) >= 2]; }"""
        )
        reached.append(found)
    names = {name for name, _ in reached}
    assert {
        "language",
        "theme",
        "color-use",
        "layout-rings",
        "links",
        "find",
        "stage-0",
        "stage-1",
        "play",
        "scrub",
        "speed",
    } <= names
    assert [name for name, is_seen in reached if name and not is_seen] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_language_changes_every_text_and_stays_where_one_was(opened, language):
    texts = json.loads((SOURCES / "src" / "texts" / f"{language}.json").read_text(encoding="utf-8"))
    opened.page.focus("#language")
    opened.page.select_option("#language", language)
    assert opened.page.get_attribute("html", "lang") == language
    assert opened.text("h1") == texts["app.title"]
    assert month(opened) == 33
    assert opened.page.evaluate("document.activeElement.id") == "language"
    assert texts["chart.on_time_share"] in opened.text("#chart-on_time_share h3")


def test_the_theme_changes_and_follows_the_system_unless_chosen(opened):
    background = "getComputedStyle(document.body).backgroundColor"
    light = opened.page.evaluate(background)
    opened.page.select_option("#theme", "dark")
    assert opened.page.evaluate(background) != light
    opened.page.select_option("#theme", "auto")
    assert opened.page.evaluate(background) == light
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_selector("html[data-theme=dark]", state="attached")
    opened.page.emulate_media(color_scheme="light")
    opened.page.wait_for_selector("html[data-theme=light]", state="attached")


def test_choices_stand_in_the_address_and_nonsense_in_it_is_ignored(opened):
    opened.page.check("#color-late", force=True)
    opened.until("location.hash.includes('c=late')")
    opened.go("m=12&c=defects&a=cells&lang=ko&theme=dark")
    assert month(opened) == 12
    assert opened.page.is_checked("#color-defects")
    assert opened.page.get_attribute("html", "data-theme") == "dark"
    opened.page.evaluate("location.hash = 'm=-4&c=__proto__&a=%3Cscript%3E&lang=xx&firm=nobody&theme=1'")
    opened.page.wait_for_timeout(100)
    assert month(opened) == 12
    assert opened.page.is_checked("#color-defects")
    assert opened.page.locator("#card").count() == 0


def test_an_unknown_firm_is_said_to_be_unknown(opened):
    opened.page.fill("#find", "<img src=x>")
    opened.page.press("#find", "Enter")
    assert opened.text(".find .note") == "There is no firm <img src=x>."


def test_ids_and_titles_of_own_data_are_shown_as_text(opened, written, tmp_path):
    nasty = "<img src=x onerror=alert(1)>"
    first = written.recordings[0]
    world = first.world
    names = (nasty, *(f"firm {number}" for number in range(1, world.firms.key.size)))
    path = tmp_path / "own.html"
    scenario = first.scenario.with_({"title": nasty, "description": "</script>" + nasty})
    block = block_of([first._replace(world=world._replace(names=names), scenario=scenario)])
    path.write_text(page_of(block, read_bundle(), [nasty]), encoding="utf-8")
    said = len(opened.said)
    opened.page.goto(path.as_uri())
    opened.until("document.documentElement.dataset.ready === 'true'")
    select(opened, nasty)
    assert opened.text("#card h2") == f"Firm {nasty}"
    assert opened.text(".panel h2") == nasty
    assert opened.page.locator("img").count() == 0
    assert opened.said[said:] == []
    opened.asked[:] = [url for url in opened.asked if not url.startswith(path.as_uri())]
    opened.go("m=33")


def test_about_names_seed_and_licences(opened):
    opened.page.click("#open-about")
    shown = opened.text("#about")
    for text in ("Seed 5, 120 firms", "sigma 3.", "uplot 1.", "Permission is hereby granted", "Survey of 3,000 wage"):
        assert text in shown
    opened.page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800), (390, 844)])
def test_nothing_sticks_out_at_any_size(opened, width, height):
    opened.page.set_viewport_size({"width": width, "height": height})
    opened.page.wait_for_timeout(150)
    sizes = opened.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert sizes[0] <= sizes[1]
    bar = opened.page.locator("#transport").bounding_box()
    assert bar["y"] + bar["height"] <= height + 1
    stages = [opened.page.locator(f"#stage-{at}").bounding_box() for at in range(2)]
    assert min(stage["width"] for stage in stages) >= 250
    opened.page.set_viewport_size({"width": 1010, "height": 620})


def test_without_motion_a_month_comes_at_once(opened):
    opened.page.emulate_media(reduced_motion="reduce")
    opened.page.click("#play")
    opened.until("Number(document.getElementById('scrub').value) >= 34")
    opened.page.click("#play")
    opened.page.emulate_media(reduced_motion="no-preference")


def test_on_a_phone_one_finger_scrolls_the_page_over_the_picture(browser, written):
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{written.path.as_uri()}#m=33")
    page.wait_for_selector("html[data-ready=true]", state="attached")
    stage = page.locator("#stage-0").bounding_box()
    x, y = stage["x"] + stage["width"] / 2, min(stage["y"] + stage["height"] / 2, 520)
    finger = context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - by} for by in points]})

    touch("touchStart", 0)
    for by in range(20, 240, 20):
        touch("touchMove", by)
        page.wait_for_timeout(16)
    touch("touchEnd")
    for _ in range(600):  # a slow machine takes longer to scroll
        if page.evaluate("scrollY") > 100:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("scrollY") > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
