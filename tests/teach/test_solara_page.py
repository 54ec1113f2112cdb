"""Starting the SolaraViz app: nothing from elsewhere, and one model per session."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from simulation.errors import InputError
from simulation.teach import solara_page
from simulation.teach.solara_page import check_assets, start_solara

INSTALLED = all(importlib.util.find_spec(name) for name in ("solara", "solara_assets", "playwright"))


def test_a_missing_package_is_one_sentence(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'this needs the package solara: pip install "tierwise\[solara\]"'):
        start_solara(0, print)


@pytest.mark.parametrize("versions", [{"solara-server": "2"}, {"solara-server": "2", "solara-assets": "1"}])
def test_assets_of_another_version_would_be_fetched_and_are_refused(monkeypatch, versions):
    def version(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    with pytest.raises(InputError, match=r"\(solara-assets 2\) are not installed"):
        check_assets()


def test_assets_lie_where_the_server_looks(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "2")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(InputError, match="would be fetched from the network"):
        check_assets()
    (tmp_path / "share" / "solara" / "cdn").mkdir(parents=True)
    check_assets()


def test_a_port_that_is_taken_is_one_sentence_and_nothing_says_that_it_teaches(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(solara_page, "check_assets", lambda: None)
    told = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="choose another with --port"):
            start_solara(taken.getsockname()[1], told.append)
    assert told == []


def test_nothing_is_told_to_anybody():
    assert solara_page.SETTINGS["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    assert solara_page.SETTINGS["SOLARA_MODE"] == "production"  # in others a page of Solara's makers is loaded


@pytest.fixture(scope="module")
def served():
    """Start the app as a teacher does; its first line says where it is."""
    command = [sys.executable, "-m", "simulation", "teach", "--solara", "--port", "0", "--no-browser"]
    server = subprocess.Popen(command, env=os.environ | {"PYTHONWARNINGS": "ignore"}, stdout=subprocess.PIPE, text=True)
    try:
        first = server.stdout.readline()
        yield re.search(r"http://127\.0\.0\.1:\d+/", first)[0]
    finally:
        server.terminate()
        said, _ = server.communicate(timeout=30)
        assert said == "Stopped.\n"


needs_solara = pytest.mark.skipif(not INSTALLED, reason="needs the extra solara, and playwright")


@pytest.mark.app
@needs_solara
def test_it_says_where_it_is_once_it_answers_and_only_to_its_own_name(served):
    with urllib.request.urlopen(served, timeout=20) as answer:  # at once, without trying again
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(urllib.request.Request(served, headers={"Host": "evil.example"}), timeout=20)


@pytest.mark.app
@pytest.mark.slow
@needs_solara
def test_two_sessions_have_two_models_and_ask_nobody_else(served):
    from playwright.sync_api import sync_playwright

    hosts, faults = set(), []
    with sync_playwright() as driver:
        place = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=place, args=["--no-sandbox"])
        pages = []
        for _ in range(2):
            page = browser.new_context().new_page()
            page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
            page.goto(served)
            page.wait_for_selector("text=Step: 0", timeout=60_000)
            pages.append(page)
        pages[0].get_by_role("button", name="Step", exact=True).click()
        pages[0].wait_for_selector("text=Step: 1", timeout=20_000)
        pages[1].wait_for_timeout(1000)
        assert pages[1].locator("text=Step: ").first.inner_text() == "Step: 0"
        browser.close()
    assert hosts == {served.split("/")[2]}
    assert faults == []
