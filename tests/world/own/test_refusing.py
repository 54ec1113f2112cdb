"""Own tables that cannot be used are refused with file, line and what to do."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world.own.hand_made import FIRMS, LINKS, firm, link, problems, with_tables

from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.own.faults import SHOWN
from simulation.world.own.reading import read_tables


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
