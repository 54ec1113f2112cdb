from __future__ import annotations

import unicodedata
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.randomness import Stream, firm_key, uniform_link
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH
from simulation.world.build import build, sales_of
from simulation.world.own import firm_rows
from simulation.world.own.faults import SHOWN
from simulation.world.own.reading import read_tables
from simulation.world.population import spread_capacity

FIRMS = """\
id,size,sector,region,workers,sales,capacity
Hanbit,large,manufacturing,elsewhere,640,300000,0.8
Daeyang,sme,manufacturing,elsewhere,182,50000,0.3
가온금형,sme,manufacturing,capital,46,9000,0.45
Moa,sme,services,capital,63,8000,0.5
"""
LINKS = """\
supplier,buyer,weight,critical
Daeyang,Hanbit,3,1
가온금형,Hanbit,1,0
가온금형,Daeyang,2,yes
Moa,Daeyang,6,no
"""
ROOT = Path(__file__).parents[3]
REFUSING = {f"population.data.fill.{name}": "refuse" for name in ("size", "workers", "sector", "region")}
HEADER, ROW = FIRMS.splitlines()[:2]


def with_tables(firms: str | bytes, links: str | bytes, changes=None) -> Scenario:
    """Write the tables to the current folder and return a scenario that names them."""
    for name, content in (("firms.csv", firms), ("links.csv", links)):
        with open(name, "wb") as file:  # noqa: PTH123 - the folder is the test's own
            file.write(content if isinstance(content, bytes) else content.encode())
    data = {"population.data": {"firms": "firms.csv", "links": "links.csv"}}
    return Scenario().with_(data | dict(changes or {}))


def problems(firms: str | bytes = FIRMS, links: str | bytes = LINKS, changes=None) -> list[str]:
    """Return what is said about two tables where nothing that a firm needs is filled."""
    scenario = with_tables(firms, links, REFUSING | dict(changes or {}))
    with pytest.raises(InputError) as caught:
        build(scenario, 1)
    return [str(problem) for problem in caught.value.problems]


def firm(row: str, header: str = HEADER) -> str:
    """Return a table of firms with one more row, in line 3."""
    return f"{header}\n{ROW}\n{row}\n"


def link(row: str) -> str:
    """Return a table of links with one more row, in line 6."""
    return f"{LINKS}{row}\n"


@pytest.fixture(autouse=True)
def _in_own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_good_tables_come_back_as_they_were_written():
    population, network = read_tables(with_tables(FIRMS, LINKS), 1)
    assert population.names == ("Hanbit", "Daeyang", "가온금형", "Moa")
    assert population.key.tolist() == [firm_key(name) for name in population.names]
    # size, sector, region: large manufacturing elsewhere 1, sme manufacturing 4 and 5, sme services capital 6
    assert population.group.tolist() == [1, 5, 4, 6]
    assert population.workers.tolist() == [640.0, 182.0, 46.0, 63.0]
    assert population.sales.tolist() == [300000.0, 50000.0, 9000.0, 8000.0]
    assert population.capacity_start.tolist() == [0.8, 0.3, 0.45, 0.5]
    assert population.weight.tolist() == [1.0] * 4
    assert population.fills == ()
    assert network.start.tolist() == [0, 2, 4, 4, 4]
    assert network.supplier.tolist() == [1, 2, 2, 3]
    assert network.weight.tolist() == [0.75, 0.25, 0.25, 0.75]
    assert network.is_critical.tolist() == [1, 0, 1, 0]


def same(first, second) -> bool:
    """Say whether two populations or networks are equal to the last bit."""
    return all(
        np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        for one, other in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(",", " , "),
        lambda text: "\n\n" + text.replace("\n", "\n\n") + " \n,,,\n,,,,,,\n",
        lambda text: "\n".join(",".join(f'"{value}"' for value in line.split(",")) for line in text.splitlines()),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines()),
    ],
    ids=["mark", "crlf", "cr", "no end", "spaces", "blank lines", "quotes", "decomposed", "columns reversed"],
)
def test_the_same_table_written_differently_is_the_same_world(rewritten):
    expected = read_tables(with_tables(FIRMS, LINKS), 1)
    found = read_tables(with_tables(rewritten(FIRMS), rewritten(LINKS)), 1)
    assert same(expected[0], found[0])
    assert same(expected[1], found[1])


def test_a_value_in_quotes_may_hold_separators():
    firms = FIRMS.replace("Moa", '"Moa, ""Cloud"""')
    population, _ = read_tables(with_tables(firms, LINKS.replace("Moa", '"Moa, ""Cloud"""')), 1)
    assert population.names[3] == 'Moa, "Cloud"'


def test_rows_of_different_buyers_may_stand_in_any_order():
    head, *rows = LINKS.replace(",yes", ",").replace(",6,", ",,").splitlines()
    mixed = "\n".join([head, rows[2], rows[0], rows[3], rows[1]])
    first = read_tables(with_tables(FIRMS, "\n".join([head, *rows])), 1)
    second = read_tables(with_tables(FIRMS, mixed), 1)
    assert same(first[1], second[1])


def test_whole_numbers_are_keys():
    firms = FIRMS
    links = LINKS
    for number, name in enumerate(("Hanbit", "Daeyang", "가온금형", "Moa")):
        firms, links = firms.replace(name, str(number)), links.replace(name, str(number))
    population, _ = read_tables(with_tables(firms, links), 1)
    assert population.key.tolist() == [0, 1, 2, 3]
    assert population.names is None

    population, _ = read_tables(
        with_tables(firms.replace("\n3,", f"\n{2**63 - 1},"), links.replace("3,1,6", "0,1,6")), 1
    )
    assert population.key.tolist() == [0, 1, 2, 2**63 - 1]
    assert population.names is None


@pytest.mark.parametrize("odd", ["07", str(2**63), "3.0", "Moa"])
def test_one_id_that_is_no_whole_number_makes_all_of_them_texts(odd):
    firms = (
        f"{HEADER}\n1,large,manufacturing,capital,500,,\n2,sme,services,capital,50,,\n{odd},sme,services,capital,50,,\n"
    )
    population, _ = read_tables(with_tables(firms, f"supplier,buyer\n2,1\n{odd},1\n"), 1)
    assert population.names == ("1", "2", odd)
    assert population.key.tolist() == [firm_key("1"), firm_key("2"), firm_key(odd)]


def test_two_texts_with_the_same_key_are_refused(monkeypatch):
    monkeypatch.setattr(firm_rows, "text_keys", lambda names: np.array([name[0] == "H" for name in names], np.uint64))
    assert problems() == [
        "firms.csv:4: the ids '가온금형' and 'Daeyang' give the same key; rename one of the firms",
        "firms.csv:5: the ids 'Moa' and 'Daeyang' give the same key; rename one of the firms",
    ]


def test_arrays_are_like_those_of_a_generated_world():
    # Other types, or arrays that cannot be written, would have the whole model compiled a second time.
    firms = "id,size,sector,region,workers\n0,large,manufacturing,capital,300\n1,sme,services,capital,50\n"
    own = build(with_tables(firms, "supplier,buyer\n1,0\n"), 1)
    generated = build(Scenario().with_({"population.firms": 10}), 1)
    for ours, theirs in ((own.firms, generated.firms), (own.links, generated.links)):
        for name, one, other in zip(ours._fields, ours, theirs, strict=True):
            assert one.dtype == other.dtype, name
            assert one.flags.writeable, name
            assert one.flags.c_contiguous, name


def test_changed_tables_are_read_again():
    first = read_tables(with_tables(FIRMS, LINKS), 1)[0]
    first.workers[:] = 0.0  # nobody should, and nobody else sees it
    assert read_tables(with_tables(FIRMS, LINKS), 1)[0].workers[0] == 640.0
    assert read_tables(with_tables(FIRMS.replace("640", "641"), LINKS), 1)[0].workers[0] == 641.0
    changes = {"population.sizes.sme.workers_to": 400, "population.sizes.large.workers_from": 401}
    read_tables(with_tables(FIRMS.replace(",182,", ",350,"), LINKS, changes), 1)
    assert "350 workers" in problems(FIRMS.replace(",182,", ",350,"))[0]


def test_the_declared_number_of_firms_is_not_used():
    worlds = [build(with_tables(FIRMS, LINKS, {"population.firms": firms}), 1) for firms in (500, 20_000)]
    assert same(worlds[0].firms, worlds[1].firms)
    assert worlds[0].firms.key.size == 4


# What is filled


def test_missing_capacities_are_those_of_a_generated_firm():
    firms = FIRMS.replace(",0.3\n", ",\n").replace(",0.5\n", ",\n")
    scenario = with_tables(firms, LINKS)
    population, _ = read_tables(scenario, 4)
    expected = spread_capacity(population.group, population.workers, population.key, scenario, 4)
    assert population.capacity_start.tolist() == [0.8, expected[1], 0.45, expected[3]]
    assert population.fills == (
        "capacity was missing for 2 of 4 firms and was taken from the quantiles of firms.capacity",
    )


def test_a_missing_capacity_does_not_depend_on_which_others_are_given():
    some = read_tables(with_tables(FIRMS.replace(",0.3\n", ",\n"), LINKS), 4)[0]
    none = read_tables(with_tables("\n".join(row.rpartition(",")[0] for row in FIRMS.splitlines()), LINKS), 4)[0]
    assert some.capacity_start[1] == none.capacity_start[1]
    assert none.fills[0].startswith("capacity was missing for 4 of 4 firms")


def test_missing_sales_follow_from_workers():
    population, _ = read_tables(with_tables(FIRMS.replace(",300000,", ",,").replace(",8000,", ", ,"), LINKS), 1)
    assert population.sales.tolist() == [640 * 1000.0, 50000.0, 9000.0, 63 * 200.0]
    assert population.fills == (
        "sales were missing for 2 of 4 firms and were taken as workers x sales_per_worker of the size",
    )


def test_without_any_sales_they_are_made_as_in_a_generated_world():
    rows = [row.split(",") for row in FIRMS.splitlines()]
    population, _ = read_tables(with_tables("\n".join(",".join(row[:5] + row[6:]) for row in rows), LINKS), 1)
    assert population.sales is None
    assert population.fills == ("sales were missing for all 4 firms and follow from workers, tiers and purchases",)


def test_a_missing_weight_is_the_mean_of_the_buyers_other_weights():
    links = "supplier,buyer,weight\nDaeyang,Hanbit,1\n가온금형,Hanbit,\nMoa,Hanbit,5\n가온금형,Daeyang,\nMoa,Daeyang,\n"
    population, network = read_tables(with_tables(FIRMS, links), 1)
    np.testing.assert_allclose(network.weight, [1 / 9, 3 / 9, 5 / 9, 1 / 2, 1 / 2], rtol=1e-15)
    assert population.fills[0] == (
        "weight was missing for 3 of 5 links and was taken as the mean of the buyer's other weights"
    )


def test_weights_of_any_size_sum_to_1():
    links = LINKS.replace("Daeyang,Hanbit,3", "Daeyang,Hanbit,1e308").replace(
        "가온금형,Hanbit,1", "가온금형,Hanbit,1.5e308"
    )
    _, network = read_tables(with_tables(FIRMS, links), 1)
    np.testing.assert_allclose(network.weight[:2], [0.4, 0.6], rtol=1e-15)


def test_a_missing_criticality_is_drawn_for_buyer_and_slot():
    suppliers = 60
    firms = FIRMS + "".join(f"S{number},sme,services,capital,20,,\n" for number in range(suppliers))
    rows = "".join(f"S{number},Hanbit,1,{'1' if number == 7 else ''}\n" for number in range(suppliers))
    scenario = with_tables(firms, LINKS.splitlines()[0] + "\n" + rows)
    population, network = read_tables(scenario, 9)
    key = np.uint64(firm_key("Hanbit"))
    expected = [
        uniform_link(np.uint64(9), int(Stream.LINK_CRITICAL), START_MONTH, key, slot, 0) < 0.3
        for slot in range(suppliers)
    ]
    expected[7] = True
    assert network.is_critical.tolist() == expected
    assert population.fills[-1] == (
        "critical was missing for 59 of 60 links and was drawn with the chance network.critical_chance"
    )


def test_sales_below_what_the_links_say_are_raised_and_counted():
    # Hanbit buys for 0.5 x 300,000, three quarters from Daeyang; Daeyang for 0.5 x 200,000, three quarters from Moa.
    half = {"firms.input_share.manufacturing": 0.5, "firms.input_share.services": 0.5}
    world = build(with_tables(FIRMS.replace(",50000,", ",200000,"), LINKS, half), 1)
    assert world.fills == (
        "sales of 2 of 4 firms were below what the buyers in the links purchase from them and were raised to that",
    )
    np.testing.assert_allclose(world.links.value, [112_500.0, 37_500.0, 25_000.0, 75_000.0], rtol=1e-12)
    np.testing.assert_allclose(world.firms.final_demand, [300_000.0, 87_500.0, 0.0, 0.0], rtol=1e-12)
    np.testing.assert_allclose(sales_of(world.firms, world.links), [300_000.0, 200_000.0, 62_500.0, 75_000.0])


def test_unknown_columns_are_named_and_not_used():
    firms = "\n".join(
        f"{row},{word}" for row, word in zip(FIRMS.splitlines(), ("city", "a", "", "c", "d"), strict=True)
    )
    population, _ = read_tables(with_tables(firms, LINKS.replace("\n", ",\n")), 1)
    assert population.fills == ("the table of firms has columns that were not used: 'city'",)


def test_firms_without_suppliers_and_a_table_without_links_are_read():
    world = build(with_tables(FIRMS, "supplier,buyer\n"), 1)
    assert world.links.supplier.size == 0
    assert world.firms.tier.tolist() == [0, -1, -1, -1]
    assert world.firms.input_share.tolist() == [0.0] * 4


# What is refused


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Hanbit,sme,services,capital,50,,", ["the id 'Hanbit' is already in line 2"]),
        (",sme,services,capital,50,,", ["the id is missing"]),
        (
            "X,smee,service,capitol,50,,",
            [
                "'smee' is not a declared size; did you mean 'sme'?",
                "'service' is not a declared sector; did you mean 'services'?",
                "'capitol' is not a declared region; did you mean 'capital'?",
            ],
        ),
        ("X,sme,services,mars,50,,", ["'mars' is not a declared region; declared are capital, elsewhere"]),
        (
            "X,,,,,,",
            ["the size is missing", "the sector is missing", "the region is missing", "workers must be given"],
        ),
        (
            "X,sme,services,capital,-3,-1,1.5",
            [
                "workers must be above 0, and are -3",
                "sales must not be negative, and are -1",
                "capacity must lie between 0 and 1, and is 1.5",
            ],
        ),
        (
            "X,sme,services,capital,50,2e12,",
            ["sales are in million won a year; 2e+12 is more than all firms of the world sell"],
        ),
        ("X,sme,services,capital,0,,", ["workers must be above 0, and are 0"]),
        (
            "X,sme,services,capital,nan,inf,1e999",
            [
                "workers must be a finite number, not 'nan'",
                "sales must be a finite number, not 'inf'; leave the value empty where it is not known",
                "capacity must be a finite number, not '1e999'; leave the value empty where it is not known",
            ],
        ),
        (
            'X,sme,services,capital,"1,200",12a,0x1',
            [
                "workers must be a number such as 1250 or 0.5, not '1,200'",
                "sales must be a number such as 1250 or 0.5, not '12a'; leave the value empty where it is not known",
                "capacity must be a number such as 1250 or 0.5, not '0x1'; leave the value empty where it is not known",
            ],
        ),
        (
            "X,sme,services,capital,400,,",
            ["400 workers are outside the range of size 'sme' (5 to 299); did you mean 'large'?"],
        ),
        (
            "X,large,services,capital,299.5,,",
            ["299.5 workers are outside the range of size 'large' (300 to 50000); did you mean 'sme'?"],
        ),
        (
            "X,large,services,capital,120000,,",
            [
                "120000 workers are outside the range of size 'large' (300 to 50000); "
                "mend it, or change population.sizes.large"
            ],
        ),
        (
            "=1+1,sme,services,capital,50,,",
            ["the id '=1+1' begins with = + - or @ as a spreadsheet's formula does; rename the firm"],
        ),
        (
            "@x,sme,services,capital,50,,",
            ["the id '@x' begins with = + - or @ as a spreadsheet's formula does; rename the firm"],
        ),
        (
            "X\u200bY,sme,services,capital,50,,",
            ["the id 'X\\u200bY' holds line breaks or unprintable characters; is a quotation mark not closed?"],
        ),
        (
            '"X\nY",sme,services,capital,50,,',
            ["the id 'X\\nY' holds line breaks or unprintable characters; is a quotation mark not closed?"],
        ),
        ("X,sme,services", ["3 values where the first line names 7 columns"]),
        ("X", ["1 value where the first line names 7 columns"]),
        ("X,sme,services,capital,50,1,0,9", ["8 values where the first line names 7 columns"]),
        (
            'X,sme,"services,capital,50,,',
            ["3 values where the first line names 7 columns; is a quotation mark not closed?"],
        ),
        (
            'X,sme,services,capital,50,,"\nY,sme,services,capital,50,,',
            [
                "capacity must be a number such as 1250 or 0.5, not 'Y,sme,services,capital,50,,'; "
                "leave the value empty where it is not known",
                "a quotation mark that opens in this row is not closed",
            ],
        ),
    ],
)
def test_a_bad_row_of_firms_is_named_with_its_line(row, said):
    found = problems(firm(row), "supplier,buyer\n")
    assert sorted(found) == sorted(f"firms.csv:3: {sentence}" for sentence in said)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Moa,Hanbit,0,1", ["weight must be above 0, not 0; leave out a link that carries nothing"]),
        ("Moa,Hanbit,-1.5,1", ["weight must be above 0, not -1.5; leave out a link that carries nothing"]),
        (
            "Moa,Hanbit,NaN,1",
            ["weight must be a finite number, not 'NaN'; leave the value empty where it is not known"],
        ),
        (
            "Moa,Hanbit,-inf,1",
            ["weight must be a finite number, not '-inf'; leave the value empty where it is not known"],
        ),
        (
            "Moa,Hanbit,half,maybe",
            [
                "weight must be a number such as 1250 or 0.5, not 'half'; leave the value empty where it is not known",
                "critical must be 1, true, yes, 0, false, no or empty, not 'maybe'",
            ],
        ),
        ("Mao,Hanbit,1,1", ["the supplier 'Mao' is not among the firms; did you mean 'Moa'?"]),
        ("Moa,Hanbti,1,1", ["the buyer 'Hanbti' is not among the firms; did you mean 'Hanbit'?"]),
        (
            "moa,Zzz,1,1",
            [
                "the supplier 'moa' is not among the firms; did you mean 'Moa'?",
                "the buyer 'Zzz' is not among the firms",
            ],
        ),
        ("Moa,Moa,1,1", ["'Moa' is its own supplier; remove the link"]),
        ("Moa,Daeyang,9,0", ["the link from 'Moa' to 'Daeyang' is already in line 5; keep one"]),
        (",Hanbit,1,", ["the supplier is missing"]),
        ("Moa,,1,", ["the buyer is missing"]),
        ("Moa,Hanbit", ["2 values where the first line names 4 columns"]),
    ],
)
def test_a_bad_row_of_links_is_named_with_its_line(row, said):
    assert problems(FIRMS, link(row)) == [f"links.csv:6: {sentence}" for sentence in said]


NEEDED = "id,size,sector,region,workers"


@pytest.mark.parametrize(
    ("firms", "said"),
    [
        ("", f": the file is empty; its first line must name the columns: {NEEDED}"),
        ("\ufeff \r\n\n", f": the file is empty; its first line must name the columns: {NEEDED}"),
        (FIRMS.encode("utf-16"), ": the file is UTF-16, not UTF-8; save it as 'CSV UTF-8 (comma delimited)'"),
        (FIRMS.encode("utf-16-le"), ": the file is UTF-16, not UTF-8; save it as 'CSV UTF-8 (comma delimited)'"),
        (FIRMS.encode("utf-16-be"), ": the file is UTF-16, not UTF-8; save it as 'CSV UTF-8 (comma delimited)'"),
        (
            FIRMS.encode("cp949"),
            ":4: the file is not UTF-8 (perhaps CP949); save it as 'CSV UTF-8 (comma delimited)'",
        ),
        (
            b"PK\x03\x04\x14\x00\x06\x00",
            ": this is a spreadsheet workbook, not a table of text; save it as 'CSV UTF-8 (comma delimited)'",
        ),
        (FIRMS.encode() + b"X\0", ":6: the file is not text: there is a zero byte"),
        (
            bytes(range(128, 256)) * 100,
            ":1: the file is not UTF-8 (perhaps CP949); save it as 'CSV UTF-8 (comma delimited)'",
        ),
        (FIRMS.replace(",", ";"), ":1: the values are separated by semicolons; separate them by commas"),
        (FIRMS.replace(",", "\t"), ":1: the values are separated by tabs; separate them by commas"),
        (FIRMS.replace(",", "|"), ":1: the values are separated by vertical bars; separate them by commas"),
        (
            FIRMS.partition("\n")[2],
            f":1: the first line does not name the columns; put this line first: {NEEDED}",
        ),
        ("a" * 200_000, f":1: the first line does not name the columns; put this line first: {NEEDED}"),
        (FIRMS.replace("workers", "Worker", 1), ":1: there is no column 'Worker'; did you mean 'workers'?"),
        (FIRMS.replace("capacity", "capazity", 1), ":1: there is no column 'capazity'; did you mean 'capacity'?"),
        (FIRMS.replace("sales", "id", 1), ":1: there are two columns 'id'"),
        ("id,size,workers\n", ":1: the columns 'sector', 'region' are missing"),
        ("\n\nid,size,sector,workers\n", ":3: the column 'region' is missing"),
        (f"{NEEDED}\n", ": there are no firms below the first line"),
        (
            FIRMS.replace("Hanbit,large,manufacturing", "Hanbit,large,services"),
            ": there is no large manufacturer, from which the tiers of the network are counted; "
            "at least one firm needs size large and sector manufacturing",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(firms, said):
    assert problems(firms) == [f"firms.csv{said}"]


def test_lines_are_those_of_the_file_behind_blank_lines_and_quoted_line_breaks():
    header = "note," + NEEDED
    firms = (
        f'\n{header}\r\n"two\r\nlines",Hanbit,large,manufacturing,capital,400\r\n\r\n'  # lines 2 to 5
        '"one, two\n\nand three",X,huge,services,capital,50\n'  # lines 6 to 8
        ',,,,,\n"short\nrow",Y\n\n'  # lines 9 to 12
        ",Z,sme,services,capital,many\n"  # line 13
    )
    assert problems(firms, "supplier,buyer\n") == [
        "firms.csv:6: 'huge' is not a declared size; declared are large, sme",
        "firms.csv:10: 2 values where the first line names 6 columns",
        "firms.csv:13: workers must be a number such as 1250 or 0.5, not 'many'",
    ]


def test_both_tables_are_refused_at_once_and_in_order():
    found = problems(firm("X,sme,services,capital,-1,,"), "supplier,buyer,weight\nX,Hanbit,0\n")
    assert found == [
        "firms.csv:3: workers must be above 0, and are -1",
        "links.csv:2: weight must be above 0, not 0; leave out a link that carries nothing",
    ]


def test_links_are_not_blamed_for_firms_whose_rows_cannot_be_read():
    assert problems(FIRMS.replace("Moa,sme,", "Moa,")) == ["firms.csv:5: 6 values where the first line names 7 columns"]


def test_many_problems_are_counted_and_the_first_are_shown():
    links = "supplier,buyer\n" + "nobody,Hanbit\n" * 10_000 + "Moa,nobody\n"
    found = problems(FIRMS, links)
    assert len(found) == SHOWN + 1
    assert found[0] == "links.csv:2: the supplier 'nobody' is not among the firms"
    assert found[SHOWN - 1].startswith(f"links.csv:{SHOWN + 1}: ")
    assert found[SHOWN] == "and 9,951 more problems"


def test_a_file_that_disappeared_is_a_problem_and_no_traceback(tmp_path):
    scenario = with_tables(FIRMS, LINKS)
    (tmp_path / "links.csv").unlink()
    with pytest.raises(InputError, match=r"links\.csv cannot be read"):
        build(scenario, 1)


@given(firms=st.binary(max_size=300), links=st.binary(max_size=300))
def test_no_bytes_at_all_give_a_traceback(tmp_path_factory, firms, links):
    folder = tmp_path_factory.getbasetemp()
    files = {}
    for name, content, table in (("firms", firms, FIRMS), ("links", links, LINKS)):
        files[name] = str(folder / f"bytes-{name}.csv")
        (folder / f"bytes-{name}.csv").write_bytes(table.encode() + content)
    with suppress(InputError):
        population, _ = read_tables(Scenario().with_({"population.data": files}), 1)
        assert population.key.size >= 4


# The shipped example


def test_the_small_example_is_read_and_says_what_was_filled(monkeypatch):
    monkeypatch.chdir(ROOT)
    scenario = load("scenarios/own_data.yaml")
    world = build(scenario, 1)
    assert world.firms.key.size == 60
    assert world.links.supplier.size == 155
    assert [fill.partition(" ")[0] for fill in world.fills] == ["capacity", "sales", "weight", "critical"]
    assert "온샘시스템" in world.names
    is_large_maker = (world.firms.workers >= 300) & np.array(
        [member[1] == "manufacturing" for member in world.groups.members()]
    )[world.firms.group]
    assert np.array_equal(np.flatnonzero(is_large_maker), np.flatnonzero(world.firms.tier == 0))
    assert world.firms.tier.max() >= 3


@pytest.mark.parametrize("kind", ["gravity", "production", "configuration", "star"])
def test_without_links_the_network_of_own_firms_is_generated(kind):
    with_tables(FIRMS, LINKS)
    data = {"population.data": {"firms": "firms.csv"}, "network.kind": kind, "network.mean_suppliers": 1.5}
    everybody = {size: {"manufacturing": 1.0, "services": 1.0} for size in ("large", "sme")}
    world = build(Scenario().with_(data | {"network.supplier_share": everybody}), 1)
    assert world.names == ("Hanbit", "Daeyang", "가온금형", "Moa")
    assert world.links.supplier.size > 0
    assert (world.links.supplier != world.links.buyer).all()
    sales = np.bincount(world.links.supplier, world.links.value, 4) + world.firms.final_demand
    assert (sales >= world.firms.workers * 0.0 + [300000.0, 50000.0, 9000.0, 8000.0] - np.full(4, 1e-6)).all()


def test_neither_firms_nor_links_is_refused():
    with pytest.raises(InputError, match="name a file of firms, of links, or both"):
        Scenario().with_({"population.data": {}})
