"""Tables and graphs that somebody has spoiled: the case of a number is always the same one.

A case is a pair of tables of firms and links, or one graph, or a list of links; cells, rows, columns and bytes are
changed, and the file may end in what it is not.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
from hardening.scenario_cases import spoiled_bytes

__all__ = ["Tables", "spoiled_csv", "tables_of"]


class Tables(NamedTuple):
    """Files by name, what a scenario says of them, and what was done."""

    files: dict[str, bytes]
    data: dict[str, Any]
    done: tuple[str, ...]


FIRMS = [
    ["id", "size", "workers", "sector", "region", "sales", "capacity", "weight"],
    ["A", "large", "500", "manufacturing", "capital", "120000", "0.5", "1"],
    ["B", "sme", "50", "manufacturing", "elsewhere", "9000", "0.3", "1"],
    ["C", "sme", "20", "services", "capital", "", "", "2"],
    ["삼성", "large", "900", "services", "capital", "300000", "0.9", "1"],
    ["E", "", "", "", "", "", "", ""],
]
LINKS = [
    ["supplier", "buyer", "weight", "critical"],
    ["B", "A", "2.5", "1"],
    ["C", "A", "1", "0"],
    ["E", "B", "1.25", ""],
    ["C", "삼성", "3", "no"],
    ["B", "삼성", "0.5", "yes"],
]

CELLS = (
    "", " ", "nan", "NaN", "NA", "null", "None", "inf", "-inf", "Infinity", "0", "-0", "-1", "1e308", "1e309",
    "1e999", "-1e999", "9" * 19, "9" * 30, "9" * 400, "5e-324", "1e-400", "0x10", "1_000", "1,000", "1.000,5",
    "1 000", "50%", "١٢", "\uff11\uff12", "true", "TRUE", "yes",
    "ja", "2", "A", "a", "A ", "B", "삼성", "\u1109\u1161\u11b7",
    "\uff21", "=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "'=1",
    "large", "Large", "larg", "sme", "huge", "capital", "x" * 100, "x" * 20_000,
    "가" * 5000, "\u202eabc", "\ufeff", "\u200b", "\x07", "\x7f", "\x85", "\u2028", "\ufffe", "\U000e0001", "e\u0301",
    '"', '""', '"quoted"', 'half"quote', "line\nbreak", "line\r\nbreak", "a;b", "a\tb", "\\", "\\n", "\0", "{}",
    "[1]", "2025-10-01", "../x", "#", "% x", "18446744073709551615", "18446744073709551616", "9223372036854775808",
    "007", "1.0", "1.", ".5", "1e3", "+5", "1e", "--1", "1.2.3",
)  # fmt: skip

NAMES = (
    "", " ", "id", "ID", "Id", "supplier", "buyer", "weight", "workers", "worker", "size", "critical", "value",
    "source", "target", "x" * 300, "가" * 200, "=cmd", "\ufeffid", "i d", "nan", "1", "__class__", "input_share",
    "final_demand", "\u202e", '"', "a\nb",
)  # fmt: skip


def _spoiled_rows(rows: list[list[str]], rng: random.Random) -> list[list[str]]:
    rows = [list(row) for row in rows]
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(rows))
        row = rows[at]
        column = rng.randrange(max(len(row), 1))
        match rng.randrange(14):
            case 0 | 1 | 2 | 3 | 4 if row:
                row[column] = rng.choice(CELLS)
            case 5 if rows[0]:
                rows[0][rng.randrange(len(rows[0]))] = rng.choice(NAMES)
            case 6:
                del row[column : column + 1]
            case 7:
                row.insert(column, rng.choice(CELLS))
            case 8:
                rows.insert(at, list(rng.choice(rows)))
            case 9 if len(rows) > 1:
                del rows[at]
            case 10:
                rows[at] = []
            case 11:
                where = rng.randrange(len(rows[0]) + 1)
                for number, one in enumerate(rows):
                    one.insert(where, rng.choice(NAMES) if number == 0 else rng.choice(CELLS))
            case 12:
                column = rng.randrange(max(len(rows[0]), 1))
                value = rng.choice(CELLS)
                for one in rows[1:]:
                    if column < len(one):
                        one[column] = value
            case _:
                rng.shuffle(rows)
    return rows


def spoiled_csv(file: Path, rng: random.Random) -> bytes:
    """Return the content of any table, its first rows alone, spoiled."""
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))[:6]
    content = _csv(_spoiled_rows(rows, rng), rng)
    return spoiled_bytes(content, rng) if rng.random() < 0.15 else content


def _csv(rows: list[list[str]], rng: random.Random) -> bytes:
    out = io.StringIO(newline="")
    if rng.random() < 0.8:
        writer = csv.writer(
            out,
            lineterminator=rng.choice(("\n", "\n", "\r\n", "\r")),
            delimiter=rng.choice((",", ",", ",", ",", ";", "\t", "|")),
            quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        )
        writer.writerows(rows)
    else:  # as somebody writes who knows no quotation marks
        out.write("\n".join(",".join(row) for row in rows) + "\n")
    return out.getvalue().encode("utf-8", "surrogatepass")


def _parquet(rows: list[list[str]], rng: random.Random) -> bytes:
    width = max(len(rows[0]), 1)
    names = [rows[0][at] if at < len(rows[0]) else f"n{at}" for at in range(width)]
    arrays = [_array([row[at] if at < len(row) else None for row in rows[1:]], rng) for at in range(width)]
    sink = io.BytesIO()
    try:
        table = pa.table(arrays, names=names)
        pq.write_table(table, sink, compression=rng.choice(("zstd", "snappy", "none")))
    except (pa.ArrowException, ValueError, TypeError):
        return b"PAR1" + rng.randbytes(50) + b"PAR1"
    return sink.getvalue()


def _array(texts: list[str | None], rng: random.Random) -> pa.Array:
    """Return a column as text, or as one of many other things."""
    count = len(texts)
    kinds: list[Any] = [
        lambda: pa.array(
            [rng.choice((1.5, float("nan"), float("inf"), -1.0, 1e308, None)) for _ in texts], pa.float64()
        ),
        lambda: pa.array([rng.choice((0, 1, 2**63 - 1, -(2**63), None)) for _ in texts], pa.int64()),
        lambda: pa.array([rng.choice((0, 2**64 - 1)) for _ in texts], pa.uint64()),
        lambda: pa.array([rng.choice((True, False, None)) for _ in texts], pa.bool_()),
        lambda: pa.array([[1]] * count, pa.list_(pa.int64())),
        lambda: pa.array([{"a": 1}] * count),
        lambda: pa.array([b"\xff\xfe"] * count, pa.binary()),
        lambda: pa.array([None] * count, pa.null()),
        lambda: pa.array([1] * count, pa.timestamp("ns")),
        lambda: pa.array([1] * count, pa.date32()),
        lambda: pa.array([1] * count, pa.duration("s")),
        lambda: pa.array([1] * count, pa.decimal128(38, 10)),
        lambda: pa.array(texts, pa.string()).dictionary_encode(),
        lambda: pa.array(texts, pa.string_view()),
        lambda: pa.array([1.5] * count, pa.float16()),
    ]
    if rng.random() < 0.85:
        return pa.array(texts, rng.choice((pa.string(), pa.large_string())))
    return rng.choice(kinds)()


# --- graphs and lists of links --------------------------------------------------------------------------------------


def _graph(ending: str) -> str:
    graph = nx.DiGraph()
    for row in FIRMS[1:]:
        graph.add_node(row[0], **{name: value for name, value in zip(FIRMS[0][1:], row[1:], strict=True) if value})
    for supplier, buyer, weight, critical in LINKS[1:]:
        graph.add_edge(supplier, buyer, weight=float(weight), critical=critical == "1")
    return "\n".join(nx.generate_graphml(graph) if ending == ".graphml" else nx.generate_gexf(graph)) + "\n"


BOMBS = (
    f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{10 * "&a;"}"><!ENTITY c "{10 * "&b;"}">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    '<!DOCTYPE x PUBLIC "-//x" "file:///dev/zero">', '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>',
    '<!DOCTYPE x [<!ATTLIST node id CDATA "' + "x" * 5000 + '">]>', '<?xml-stylesheet href="file:///etc/passwd"?>',
    '<!DOCTYPE x [<!ENTITY a "' + "x" * 30_000 + '">]>',
)  # fmt: skip

XML_SCRAPS = (
    "&a;", "&amp;", "&#0;", "&#xD800;", "&#x10FFFF;", "&#99999999;", "&lt;", "<", ">", "/>", "]]>", "<![CDATA[x]]>",
    "<!-- -- -->", "<!-- x -->", "<?pi x?>", '"', "'", "\0", "\x07", "\ufffe", "<node/>", '<node id=""/>',
    '<node id="A"/>', "<edge/>", '<edge source="A"/>', '<edge source="A" target="A"/>',
    '<edge source="A" target="none"/>', '<graph edgedefault="undirected"/>', '<data key="nokey">1</data>',
    '<data>1</data>', "<port/>", "<hyperedge/>", '<node id="Q"><graph edgedefault="directed"/></node>',
    ' directed="false"', ' xmlns="x"', ' xmlns:y="http://y"', '<key id="d0"/>',
    '<key id="zz" for="node" attr.name="size" attr.type="long"/>', "<default>5</default>", "nan", "1e999", "-1", "가",
    "<viz:color/>", '<attvalue for="0" value="x"/>', '<attvalue/>', ' type="undirected"', ' weight="nan"',
    '<spells><spell start="x"/></spells>', "<x>" * 60, "<a>" * 5000, " " * 20_000, "x" * 20_000, "xmlns=",
    "<y:ShapeNode/>", '<node id="' + "9" * 400 + '"/>',
)  # fmt: skip


def _spoiled_xml(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.randrange(len(text) + 1)
        tags = [at for at, letter in enumerate(text) if letter in '<>"'] or [0]
        near = rng.choice(tags) + rng.randrange(2)
        lines = text.splitlines(keepends=True) or [""]
        at = rng.randrange(len(lines))
        match rng.randrange(10):
            case 0 | 1 | 2:
                text = text[:near] + rng.choice(XML_SCRAPS) + text[near:]
            case 3:
                text = text[:start] + rng.choice(XML_SCRAPS) + text[start + rng.randrange(30) :]
            case 4:
                text = "".join(lines[:at] + lines[at + 1 :])
            case 5:
                text = "".join(lines[: at + 1] + lines[at:])
            case 6:
                text = text[:start]
            case 7:
                quoted = text.split('"')
                if len(quoted) > 2:
                    quoted[rng.randrange(1, len(quoted) - 1, 2)] = rng.choice(CELLS).replace('"', "")
                text = '"'.join(quoted)
            case 8:
                head = text.find("\n") + 1
                text = text[:head] + rng.choice(BOMBS) + text[head:].replace("A", "&a;" if rng.random() < 0.5 else "A")
            case _:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
                text = "".join(lines)
    return text


def _edge_list(rng: random.Random) -> bytes:
    separator = rng.choice((" ", "\t", ",", "  ", " , "))
    rows = _spoiled_rows([row[:3] for row in (LINKS if rng.random() < 0.5 else LINKS[1:])], rng)
    lines = [separator.join(row) for row in rows]
    if rng.random() < 0.3:
        lines.insert(
            rng.randrange(len(lines) + 1),
            rng.choice(("# comment", "%", "A B {}", "A B {'weight': 1}", "A", "A B C D E", "  ")),
        )
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def tables_of(number: int) -> Tables:
    """Return the case of a number."""
    rng = random.Random(f"tables {number}")
    kind = rng.choice(("csv", "csv", "csv", "parquet", "graphml", "graphml", "gexf", "edges"))
    spoils = rng.choice(("firms", "links", "both"))
    files: dict[str, bytes] = {}
    if kind in {"csv", "parquet"}:
        write = _csv if kind == "csv" else _parquet
        for name, rows in (("firms", FIRMS), ("links", LINKS)):
            given = _spoiled_rows(rows, rng) if spoils in {name, "both"} else rows
            files[f"{name}.{kind}"] = write(given, rng) if spoils in {name, "both"} else _plain(rows, kind)
        data: dict[str, Any] = {name: f"{name}.{kind}" for name in ("firms", "links")}
    elif kind == "edges":
        ending = rng.choice(("edges", "edgelist", "txt"))
        files[f"links.{ending}"] = _edge_list(rng)
        data = {"links": f"links.{ending}"}
    else:
        files[f"net.{kind}"] = _spoiled_xml(_graph(f".{kind}"), rng).encode("utf-8", "surrogatepass")
        data = {"links": f"net.{kind}"}
    done = [kind, spoils]
    if rng.random() < 0.15:
        name = rng.choice(sorted(files))
        files[name] = spoiled_bytes(files[name], rng)
        done.append("bytes")
    if rng.random() < 0.04:
        name = rng.choice(sorted(files))
        files[name] = rng.randbytes(rng.randrange(400))
        done.append("raw bytes")
    if rng.random() < 0.05 and len(files) == 2:
        one, other = sorted(files)
        files[one], files[other] = files[other], files[one]
        done.append("swapped")
    if rng.random() < 0.1:
        data.pop(rng.choice(sorted(data)))
        done.append("one alone")
    if not data:
        data = {"links": next(iter(files))}
    if rng.random() < 0.1:
        table = rng.choice(("firms", "links"))
        data["columns"] = {table: {rng.choice(("id", "supplier", "buyer", "weight")): rng.choice(NAMES)}}
        done.append("columns")
    return Tables(files, data, tuple(done))


def _plain(rows: list[list[str]], kind: str) -> bytes:
    if kind == "csv":
        return "".join(",".join(row) + "\n" for row in rows).encode()
    sink = io.BytesIO()
    pq.write_table(pa.table({name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}), sink)
    return sink.getvalue()
