"""YAML text to plain values with places; everything else is one sentence with file, line and column."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.scenario import document
from simulation.scenario.document import parse, parse_value, read


def problem(text, name="x.yaml"):
    with pytest.raises(InputError) as caught:
        parse(text, name)
    (found,) = caught.value.problems
    return str(found)


def test_values_are_plain_and_every_key_has_a_place():
    found = parse("a: 1\nb:\n  c: [x, 2.5]\n  d: yes\n", "x.yaml")
    assert found.values == {"a": 1, "b": {"c": ["x", 2.5], "d": "yes"}}
    assert type(found.values["b"]) is dict
    assert found.places["b", "c"] == ("x.yaml:3:3", "x.yaml:3:6")
    assert set(found.places) == {("a",), ("b",), ("b", "c"), ("b", "d")}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b11", 3),
        ("010", 10),
        ("5.", 5.0),
        ("-.5", -0.5),
        ("1e3", 1000.0),
        ("1.5E-3", 0.0015),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("10:20", "10:20"),
        ("2025-10-01", "2025-10-01"),
        ("null", None),
        ("~", None),
        ('"5"', "5"),
        ("1e3x", "1e3x"),
        ("[1, a]", [1, "a"]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("", None),
    ],
)
def test_a_value_means_what_yaml_1_2_says(text, value):
    found = parse_value(text, "--set")
    assert found == value
    assert type(found) is type(value)


def test_nan_is_read_as_nan():
    assert math.isnan(parse_value(".nan", "--set"))


def test_folded_text_has_spaces_where_lines_were_folded():
    assert parse("a: >-\n  one\n  two\n", "x.yaml").values == {"a": "one two"}


def test_an_alias_repeats_a_value():
    assert parse("a: &x {b: 1}\nc: *x\n", "x.yaml").values == {"a": {"b": 1}, "c": {"b": 1}}


def test_of_two_anchors_of_one_name_the_nearer_counts():
    assert parse("a: &x 1\nb: &x 2\nc: *x\n", "x.yaml").values == {"a": 1, "b": 2, "c": 2}


@pytest.mark.parametrize("text", ["a:\nb: 1\n", "a:\n  c: 1\n", "a: {c: 1}\n", "a: {}\n"])
def test_the_place_of_a_value_that_is_left_out_or_has_keys_is_that_of_its_own_key(text):
    assert parse(text, "x.yaml").places["a",] == ("x.yaml:1:1", "x.yaml:1:1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "x.yaml:2:1: a: this key stands twice, first in line 1"),
        ("b:\n  a: 1\n  a: 2", "x.yaml:3:3: b.a: this key stands twice, first in line 2"),
        ("a:\n\tb: 1", "x.yaml:2:1: there is a tab here; YAML takes spaces"),
        ("a:\tb", "x.yaml:1:3: there is a tab here; YAML takes spaces"),
        ("", "x.yaml:1:1: the file is empty; a scenario needs at least one value, such as a title"),
        ("# only a comment", "x.yaml:1:1: the file is empty; a scenario needs at least one value, such as a title"),
        ("- a", "x.yaml:1:1: a scenario is a mapping of keys to values (key: value)"),
        ("hello", "x.yaml:1:1: a scenario is a mapping of keys to values (key: value)"),
        ("a: 1\n---\nb: 2", "x.yaml:2:1: a second document begins here (---); a scenario is one document"),
        ("a: *b", "x.yaml:1:4: this alias (*) refers to nothing"),
        ("a: {<<: {b: 1}}", "x.yaml:1:5: a: merge keys (<<) are not read; use extends"),
        ("? [a]\n: 1", "x.yaml:1:3: a key is a word, not a list or a mapping"),
        ("a: !!python/name:os.system x", "x.yaml:1:4: a: the tag !!python/name:os.system is not allowed in a scenario"),
        ("a: !!python/tuple [1]", "x.yaml:1:4: a: the tag !!python/tuple is not allowed in a scenario"),
        ("a: !x {b: 1}", "x.yaml:1:4: a: the tag !x is not allowed in a scenario"),
        ("a: !!seq b", "x.yaml:1:4: a: the tag !!seq is not allowed in a scenario"),
        ("a: !!int b", "x.yaml:1:4: a: 'b' is not what its tag !!int says"),
        ("a: !!bool yes", "x.yaml:1:4: a: 'yes' is not what its tag !!bool says"),
        ("a: !!null b", "x.yaml:1:4: a: 'b' is not what its tag !!null says"),
        ("a: b\x00", "x.yaml:1:5: the character U+0000 is not text"),
        ('a: "\\x1b[31m"', "x.yaml:1:4: a: the character U+001B is not text"),
        ('"\\ud800": 1', "x.yaml:1:1: the character U+D800 is not text"),
        ('"\\UFFFFFFFF": 1', "x.yaml:1:1: this is not YAML: it has a number or an escape (\\U...) that cannot be read"),
        ('"\\U00110000": 1', "x.yaml:1:1: this is not YAML: it has a number or an escape (\\U...) that cannot be read"),
        (
            "%YAML 9.9\n---\na: 1",
            "x.yaml:1:1: this is not YAML: found incompatible YAML document (version 1.* is required)",
        ),
        ("a: 1" + 200 * "0", "x.yaml:1:4: a: this number has more than 100 characters"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(text, message):
    assert problem(text) == message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n b: 2", "2:3"),
        ("a: {b: 1", "1:9"),
        ('a: "b', "1:6"),
        ("a: [1, 2", "1:9"),
        ("a: b: c", "1:5"),
        ("%x\na: 1", "2:1"),
    ],
)
def test_text_that_is_far_from_yaml_is_placed(text, place):
    assert problem(text).startswith(f"x.yaml:{place}: ")


def test_values_nested_too_deeply_are_refused():
    assert "nested too deeply" in problem("a: " + 30 * "[" + 30 * "]")


def test_text_that_the_yaml_library_gives_up_on_is_refused(monkeypatch):
    def give_up(yaml, text):
        raise RecursionError

    monkeypatch.setattr(document.YAML, "compose", give_up)
    assert problem("a: 1") == "x.yaml:1:1: the values are nested too deeply"


def test_an_alias_of_itself_is_refused():
    assert "nested too deeply" in problem("a: &a\n  b: *a\n")


def test_aliases_that_multiply_are_refused():
    levels = "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(6 * ['*' + chr(97 + i)])}]\n" for i in range(6))
    assert "more than 20,000 values (aliases repeat them)" in problem("a: &a [x]\n" + levels)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: 2\r\n")
    found = read(tmp_path / "x.yaml", "x.yaml")
    assert found.values == {"a": 1, "b": {"c": 2}}
    assert found.places["b", "c"].value == "x.yaml:3:6"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1".encode("utf-16"), "x.yaml:1:1: the file is UTF-16; save it as UTF-8"),
        ("a: 1".encode("utf-16-le"), "x.yaml:1:1: the file is UTF-16; save it as UTF-8"),
        ("a: 1".encode("utf-16-be"), "x.yaml:1:1: the file is UTF-16; save it as UTF-8"),
        ("a: 1\nb: 기업".encode("euc-kr"), "x.yaml:2:4: byte 0xb1 is not UTF-8; save the file as UTF-8"),
        (b"a: " + 250_000 * b"x", "x.yaml: the file has 250,003 bytes; a scenario has at most 250,000"),
    ],
)
def test_a_file_that_is_no_utf_8_text_is_refused(tmp_path, content, message):
    (tmp_path / "x.yaml").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "x.yaml", "x.yaml")
    assert str(caught.value) == message


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"x\.yaml: the file cannot be read: No such file or directory"):
        read(tmp_path / "x.yaml", "x.yaml")


@given(st.text(alphabet=st.sampled_from("ab:-?![]{}&*#|>'\"%@`, \n\t\\0.~<=\u2028é\x85"), max_size=30))
def test_any_text_is_read_or_refused_with_a_place(text):
    problems = ()
    try:
        parse(text, "x.yaml")
    except InputError as error:
        problems = error.problems
    assert all(problem.place.startswith("x.yaml:") for problem in problems)
