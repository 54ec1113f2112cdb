"""Files and objects that are wrong: everything is told at once, each with its place, and nothing is a traceback."""

from __future__ import annotations

from contextlib import suppress

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulation as tw
from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

GRAPH = nx.DiGraph()
GRAPH.add_node("A", size="large", sector="manufacturing", region="capital", workers=500.0)
GRAPH.add_node("B", size="sme", sector="services", region="capital", workers=50.0)
GRAPH.add_edge("B", "A", weight=1.0)
GRAPHML = "\n".join(nx.generate_graphml(GRAPH))
GEXF = "\n".join(nx.generate_gexf(GRAPH))
BOMB = """<?xml version="1.0"?>
<!DOCTYPE graphml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="&c;"/></graph></graphml>
"""
FILE = """<?xml version="1.0"?>
<!DOCTYPE gexf SYSTEM "file:///etc/passwd">
<gexf/>
"""


@pytest.fixture(autouse=True)
def _in_own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def said_of(content, name, **more):
    """Return what is said about one file that holds links, and perhaps firms."""
    with open(name, "wb") as file:  # noqa: PTH123 - the folder is the test's own
        file.write(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        build(Scenario().with_({"population.data": {"links": name} | more}), 1)
    return [str(problem) for problem in caught.value.problems]


def said_of_objects(*arguments, **more):
    with pytest.raises(InputError) as caught:
        tw.own_network(*arguments, folder="kept", **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_graph_of_another_namespace_is_none():
    text = GRAPHML.replace("http://graphml.graphdrawing.org/xmlns", "http://example.org/graphs", 1)
    assert said_of(text, "g.graphml") == [
        "g.graphml: networkx cannot read this as graphml: it holds no graph of the namespace "
        "http://graphml.graphdrawing.org/xmlns"
    ]


@pytest.mark.parametrize(("text", "name"), [(BOMB, "g.graphml"), (FILE, "g.gexf"), (BOMB, "g.gexf")])
def test_document_types_are_refused_before_anything_is_expanded(text, name):
    assert said_of(text, name) == [
        f"{name}:2: there is a document type declaration (<!DOCTYPE), which no graph needs and which can do harm; "
        "remove it"
    ]


def test_everything_wrong_in_a_graph_is_told_with_its_line():
    text = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="s" for="node" attr.name="size" attr.type="string"/>
<key id="w" for="node" attr.name="workers" attr.type="double"/>
<key id="g" for="edge" attr.name="weight" attr.type="double"/>
<graph edgedefault="directed">
<node id="A"><data key="s">large</data><data key="w">500</data></node>
<node id="A"/>
<node id="=B"><data key="s">larg</data></node>
<node id="C"><data key="w">many</data></node>
<edge source="C" target="A"><data key="g">-1</data></edge>
<edge source="C" target="A"/>
<edge source="D" target="C"/>
<edge source="A" target="A"/>
</graph></graphml>"""
    advice = "; leave the value empty where it is not known"
    assert said_of(text, "g.graphml") == [
        "g.graphml:7: the id 'A' is already in line 6",
        "g.graphml:8: the id '=B' begins with = + - or @ as a spreadsheet's formula does; rename the firm",
        "g.graphml:8: 'larg' is not a declared size; did you mean 'large'?",
        f"g.graphml:9: workers must be a number such as 1250 or 0.5, not 'many'{advice}",
        "g.graphml:10: weight must be above 0, not -1; leave out a link that carries nothing",
        "g.graphml:11: the link from 'C' to 'A' is already in line 10; keep one",
        "g.graphml:12: the supplier 'D' is not among the firms",
        "g.graphml:13: 'A' is its own supplier; remove the link",
    ]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "g.graphml", "g.graphml:1: this is not well-formed XML: no element found"),
        ("<graphml>", "g.graphml", "g.graphml:1: this is not well-formed XML: no element found"),
        ("<a/>", "g.graphml", "g.graphml:1: a file that ends in .graphml begins with <graphml>, not with <a>"),
        ("<graphml/>", "g.graphml", "g.graphml: there is no graph in the file"),
        (GEXF, "g.graphml", "g.graphml:1: a file that ends in .graphml begins with <graphml>, not with <gexf>"),
        (
            GRAPHML.replace('edgedefault="directed"', 'edgedefault="undirected"'),
            "g.graphml",
            "g.graphml:7: links go from a supplier to a buyer, and this graph has no direction; write "
            'edgedefault="directed"',
        ),
        (
            GEXF.replace('weight="1.0"', 'weight="much"'),
            "g.gexf",
            "g.gexf:31: weight must be a number such as 1250 or 0.5, not 'much'",
        ),
        ("1 2\n1\n", "g.edges", "g.edges:2: 1 value where the first row has 2 columns"),
        ("# a\n1\n2\n", "g.edges", "g.edges:2: a line holds a supplier, a buyer and perhaps a weight, separated by "
         "spaces, tabs or commas; this line has 1"),
        ("#\n", "g.txt", "g.txt: a line holds a supplier, a buyer and perhaps a weight, separated by spaces, tabs or "
         "commas; there is none"),
        ("# x\n\n1 2 0\n", "g.edgelist", "g.edgelist:3: weight must be above 0, not 0; leave out a link that carries "
         "nothing"),
        (b"PAR1", "g.csv", "g.csv: this is a Parquet file; let its name end in .parquet"),
        ("supplier,buyer\n", "g.csv", "g.csv: there are no links, and no firms that they would name"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_network_is_refused_in_one_sentence(text, name, said):
    assert said_of(text, name) == [said]


def test_parquet_has_rows_and_kinds_of_columns():
    pd.DataFrame({"id": [1, 2], "size": ["large", "huge"], "workers": [[1], [2]], "sales": [True, False]}).to_parquet(
        "f.parquet"
    )
    pd.DataFrame({"supplier": [1.0, np.nan], "buyer": ["2", "1"], "weight": [np.inf, -1.0]}).to_parquet("l.parquet")
    with pytest.raises(InputError) as caught:
        build(Scenario().with_({"population.data": {"firms": "f.parquet", "links": "l.parquet"}}), 1)
    assert [str(problem) for problem in caught.value.problems] == [
        "f.parquet: the column 'workers' holds list<element: int64>; a column holds text or numbers",
        "l.parquet:row 1: weight must be a finite number, not 'inf'; leave the value empty where it is not known",
        "l.parquet:row 2: the supplier is missing",
        "l.parquet:row 2: weight must be above 0, not -1; leave out a link that carries nothing",
    ]


def test_what_columns_are_called_is_checked_where_it_is_said():
    links = "a,b\n1,2\n"
    found = said_of(links, "l.csv", columns={"links": {"supplier": "a", "buyer": "c"}})
    assert found == ["l.csv:1: there is no column 'c', as population.data.columns.links.buyer calls it"]
    with pytest.raises(InputError, match=r"columns\.links\.seller: 'seller' is not a column of the model"):
        Scenario().with_({"population.data": {"links": "l.csv", "columns": {"links": {"seller": "a"}}}})
    with pytest.raises(InputError, match=r"fill\.region: 'captal' is no rule and no region; did you mean 'capital'"):
        Scenario().with_({"population.data": {"links": "l.csv", "fill": {"region": "captal"}}})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"links": "a.xlsx"}, "data.links: a.xlsx has no known ending; links are read from files that end in .csv, "),
        ({"firms": "a.edges", "links": "a.csv"}, "data.firms: a.edges has no known ending; firms are read from files"),
    ],
)
def test_a_file_of_another_kind_is_refused_where_it_is_named(tmp_path, data, said):
    for name in ("a.xlsx", "a.edges", "a.csv"):
        (tmp_path / name).touch()
    with pytest.raises(InputError) as caught:
        Scenario().with_({"population.data": data})
    assert said in str(caught.value)


def test_rules_that_refuse_need_a_table_of_firms():
    assert said_of("1 2\n2 3\n", "l.edges", fill={"size": "refuse", "region": "refuse"}) == [
        "l.edges: there is no table of firms, and size, region must be given (population.data.fill)"
    ]


def test_objects_are_blamed_by_their_labels():
    firms = pd.DataFrame({"id": ["a", "b"], "size": ["large", "smal"]}, index=["x", "y"])
    links = pd.DataFrame({"supplier": ["a", "c"], "buyer": ["b", "b"]}, index=[10, 20])
    assert said_of_objects(links, firms) == [
        "firms:row 'y': 'smal' is not a declared size; declared are large, sme",
        "links:row 20: the supplier 'c' is not among the firms",
    ]
    assert said_of_objects(nx.DiGraph([("a", "a"), ("a", 2)])) == ["links:edge 'a' -> 'a': 'a' is its own supplier; "
                                                                  "remove the link"]  # fmt: skip


@pytest.mark.parametrize(
    "links",
    [
        "l.csv", 5, None, [1, 2], [(1, 2), (1, 2, 3)], [(1,)], ["ab"], nx.Graph([(1, 2)]), [], nx.DiGraph(),
        [("\ud800", "b")], [({}, [])], [(None, 1)], pd.DataFrame(), pd.DataFrame({"supplier": [1]}),
        [(1, 2, complex(1))], [(1, 2, np.datetime64("2020"))], nx.DiGraph([("\ud800", 2)]),
    ],
)  # fmt: skip
def test_objects_that_hold_no_links_are_refused(links):
    assert said_of_objects(links)
    assert said_of_objects([(1, 2)], links if not isinstance(links, pd.DataFrame) and links is not None else 7)


@given(st.binary(max_size=400), st.sampled_from(["csv", "parquet", "graphml", "gexf", "edges", "txt"]))
@settings(max_examples=200)
def test_no_bytes_at_all_give_a_traceback(content, ending):
    name = f"any.{ending}"
    with suppress(InputError):
        with open(name, "wb") as file:  # noqa: PTH123
            file.write(content)
        build(Scenario().with_({"population.data": {"links": name}}), 1)


@given(
    st.sampled_from([(GRAPHML, "m.graphml"), (GEXF, "m.gexf")]),
    st.lists(
        st.tuples(st.floats(0.0, 1.0), st.integers(0, 30), st.sampled_from(["", "<", '"', "&", "=", "é", "node", "5"])),
        min_size=1,
        max_size=3,
    ),
)
@settings(max_examples=300)
def test_no_change_of_a_graph_gives_a_traceback(form, edits):
    text, name = form
    for at, length, new in edits:
        place = int(at * len(text))
        text = text[:place] + new + text[place + length :]
    with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123 - the folder is the test's own
        file.write(text)
    with suppress(InputError):
        build(Scenario().with_({"population.data": {"links": name}}), 1)


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
@settings(max_examples=200)
def test_no_change_of_a_parquet_file_gives_a_traceback(at, new):
    pd.DataFrame({"supplier": ["a", "b", "c"], "buyer": ["b", "c", "a"], "weight": [1.0, 2.0, 3.0]}).to_parquet(
        "m.parquet"
    )
    with open("m.parquet", "rb") as file:  # noqa: PTH123
        content = file.read()
    place = at % len(content)
    with open("m.parquet", "wb") as file:  # noqa: PTH123
        file.write(content[:place] + new + content[place + len(new) :])
    with suppress(InputError):
        build(Scenario().with_({"population.data": {"links": "m.parquet", "fill": {"size": "large"}}}), 1)
