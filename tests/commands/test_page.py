"""``tierwise page``."""

from __future__ import annotations

import json

from simulation.page.container import unpacked

SMALL = ("--firms", "60", "--months", "8", "--set", "time.survey_month=4", "--set", "time.start_rounds=8")


def block(path):
    import base64
    import re

    return unpacked(base64.b64decode(re.search(r'id="recording">([^<]+)<', path.read_text())[1]))


def test_shipped_scenarios_become_a_page(cli, tmp_path):
    result = cli("page", "baseline", "zero_influence", "--seed", "7", *SMALL, "-o", "page.html")
    assert (result.exit_code, result.exception) == (0, None)
    assert result.stdout.startswith("Page: page.html (")
    header, _ = block(tmp_path / "page.html")
    assert [run["name"] for run in header["runs"]] == ["baseline", "zero_influence"]
    assert (header["firms"], header["months"], header["seed"]) == (60, 8, 7)
    assert header["command"].startswith("tierwise page baseline zero_influence --seed 7 --set time.survey_month=4")
    assert "--set population.firms=60" in header["command"]


def test_machines_get_json(cli):
    result = cli("page", "baseline", *SMALL, "-o", "page.html", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    assert (told["page"], told["firms"], told["scenarios"]) == ("page.html", 60, ["baseline"])
    assert told["bytes"] > 100_000


def test_a_world_too_large_and_another_world_are_one_sentence(cli, tmp_path):
    result = cli("page", "baseline", "--firms", "50000")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "50,000 firms are too many for a page, which shows at most 20,000: use --firms\n"
    (tmp_path / "other.yaml").write_text("extends: tierwise:baseline\nname: other\nnetwork:\n  mean_suppliers: 3\n")
    result = cli("page", "baseline", "other.yaml", *SMALL)
    assert result.exit_code == 2
    assert "baseline and other have different firms or links" in result.stderr
    assert not (tmp_path / "out").exists()
