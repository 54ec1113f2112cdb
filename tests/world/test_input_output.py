from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulation.errors import InputError
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import build
from simulation.world.input_output import sector_mix

TABLE = "\ufeffsupplier,manufacturing,services\nmanufacturing,60,10\nservices,40,90\n"
GERMANY = shipped_folder() / "data" / "input_output" / "germany_2009.csv"
GROUPS = {
    "industry": "manufacturing",
    "construction": "services",
    "trade and transport": "services",
    "business services": "services",
    "other services": "services",
}


def with_table(folder: Path, content: str | bytes, **sectors: str) -> Scenario:
    file = folder / "table.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Scenario().with_({"network.input_output": {"file": str(file), "sectors": sectors}})


def problems(folder: Path, content: str | bytes, **sectors: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        sector_mix(with_table(folder, content, **sectors))
    return [str(problem) for problem in caught.value.problems]


def test_without_a_table_the_mix_is_the_declared_one():
    assert sector_mix(Scenario()).tolist() == [[0.57, 0.43], [0.14, 0.86]]


def test_a_table_s_columns_are_divided_by_their_sums(tmp_path):
    assert sector_mix(with_table(tmp_path, TABLE)).tolist() == [[0.6, 0.4], [0.1, 0.9]]


def test_the_declared_mix_is_the_shipped_table_s():
    mix = sector_mix(Scenario().with_({"network.input_output": {"file": str(GERMANY), "sectors": GROUPS}}))
    np.testing.assert_allclose(mix, sector_mix(Scenario()), atol=0.005)


def test_the_declared_input_shares_are_the_shipped_table_s():
    # Output, billion euro, from the same source: industry 1,451; F 234, G-I 907, J-N 1,010, O-T 721.
    rows = [line.split(",") for line in GERMANY.read_text().splitlines()]
    bought = {name: sum(float(row[column]) for row in rows[1:]) for column, name in enumerate(rows[0]) if column}
    shares = Scenario().firms.input_share
    assert shares["manufacturing"] == pytest.approx(bought["industry"] / 1451, abs=0.005)
    services = sum(bought[name] for name in list(GROUPS)[1:])
    assert shares["services"] == pytest.approx(services / (234 + 907 + 1010 + 721), abs=0.005)


def test_networks_follow_the_table_and_its_content_is_part_of_the_scenario(tmp_path):
    scenario = with_table(tmp_path, TABLE)
    written = Scenario().with_(
        {
            "network.sector_mix.manufacturing": {"manufacturing": 0.6, "services": 0.4},
            "network.sector_mix.services": {"manufacturing": 0.1, "services": 0.9},
        }
    )
    first, second = build(scenario, 1), build(written, 1)
    assert np.array_equal(first.links.supplier, second.links.supplier)
    assert np.array_equal(first.links.value, second.links.value)
    before = scenario.digest()
    (tmp_path / "table.csv").write_text(TABLE.replace("60", "61"))
    assert scenario.digest() != before
    assert sector_mix(scenario)[0, 0] == pytest.approx(61 / 101)


def test_paths_start_from_the_scenario_s_folder(tmp_path):
    (tmp_path / "table.csv").write_text(TABLE)
    (tmp_path / "mine.yaml").write_text("extends: tierwise:baseline\nnetwork: {input_output: {file: table.csv}}\n")
    assert sector_mix(load(tmp_path / "mine.yaml"))[0, 0] == 0.6
    (tmp_path / "mine.yaml").write_text("extends: tierwise:baseline\nnetwork: {input_output: {file: absent.csv}}\n")
    with pytest.raises(InputError, match=r"mine.yaml:2:\d+: network.input_output.file: there is no file"):
        load(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "there is no table"),
        (TABLE.replace("60", "-1"), "table.csv:2: .*must be a number of 0 or more, not '-1'"),
        (TABLE.replace("90", "many"), "table.csv:3: .*not 'many'"),
        (TABLE.replace("60", "nan"), "not 'nan'"),
        (TABLE.replace(",90", ""), "table.csv:3: .*1 numbers where the first line names 2 buyers"),
        (TABLE.replace("services", "service"), "there is no row 'services'; did you mean 'service'"),
        (TABLE + "services,1,1\n", "there are two rows 'services'"),
        (TABLE.replace("10", "0").replace("90", "0"), "the sector 'services' buys nothing"),
        (TABLE.encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, content, expected):
    with pytest.raises(InputError, match=expected):
        sector_mix(with_table(tmp_path, content))


def test_everything_wrong_is_said_at_once(tmp_path):
    found = problems(tmp_path, TABLE.replace("60", "x").replace("10", "y"))
    assert len(found) == 2


def test_wrong_groups_are_named(tmp_path):
    unknown = problems(tmp_path, TABLE, manufacturing="goods", services="services")
    assert "'goods' is not one of the sectors" in unknown[0]
    absent = problems(tmp_path, TABLE, manufacturing="manufacturing")
    assert "no name of the table belongs to the sector 'services'" in absent[-1]
