"""Pieces of YAML that are odd, wrong, or mean something else than they seem to."""

from __future__ import annotations

__all__ = ["EXTENDS", "ODD_KEYS", "ODD_SCALARS", "SCRAPS"]

ODD_SCALARS = (
    "1e308", "-1e308", "1e309", "1e999", "-1e999", "9" * 30, "-" + "9" * 30, "9" * 99, "9" * 101, "9" * 5000, ".nan",
    ".NaN", ".inf", "-.inf", "+.inf", "nan", "inf", "-0.0", "0", "-1", "1", "2", "0.5", "1.0000001", "1e-320",
    "5e-324", "0x7fffffffffffffff", "0xffffffffffffffffff", "0o17", "0b2", "1_000", "1,000", "50 %", "50%", "1/2",
    "10^12", "1000000000000", "2147483647", "2147483648", "4294967296", "9223372036854775807", "18446744073709551616",
    "true", "True", "yes", "no", "on", "null", "~", "", "''", '""', '" "', "[]", "{}", "[[]]", "[{}]", "{a: b}",
    "[1, [2, [3]]]", "2025-10-01", "12:30:45", "2025-02-30", "=", "<<", "*", "&a", "*a", "!!int 5", "!!int x",
    "!!float .nan", "!!bool 1", "!!null x", "!!binary aGk=", "!!set {a, b}", "!!omap [a: 1]",
    "!!timestamp 2001-99-99", "!!python/object:os.system x", "!!python/name:os.system", "!x y", "! 5",
    "!<tag:yaml.org,2002:int> 5", "!!str 5", "!!seq [1]", "!!map {a: 1}", "|", ">", "|\n   text", ">-\n   text",
    "'it''s'", '"\\x00"', '"\\x1b[31m"', '"\\ud800"', '"\\U0010ffff"', '"\\U00110000"', '"\\Uffffffff"', '"\\q"',
    '"\\u202e"', '"\\ufeff"', "'unclosed", '"unclosed', "[unclosed", "{unclosed", "? a", "- a", "a: b", "a: b: c",
    "# no value", "@at", "`tick", "%percent", "기업", "é", "\u2028", "\u202e", "\ufeff", "\U0001f600", "ﬁ", "e\u0301",
    "x" * 200, "x" * 5000, "가" * 1000, "=1+1", "+1+1", "@SUM(A1)", "-2+3", "../../../../etc/passwd", "/etc/passwd",
    "tierwise:baseline", "baseline", "baseline.yaml", "C:\\x", "file:///etc/passwd", "~/x", "large", "sme",
    "manufacturing", "capital", "all", "subsidy", "production", "fixed", "solve", "complete", "chain", "[sme, sme]",
    "[large, 5]", "[null]", "[.nan]", "[1e999]", "[[sme]]", "{sme: 1}", "{1: 2}", "{true: 1}", "{null: 1}",
    "{[a]: 1}", "{? {a: 1} : 2}",
)  # fmt: skip

ODD_KEYS = (
    "", " ", "~", "null", "true", "1", "1.5", "-", "a b", "a.b", "..", "=", "<<", "firm", "populaton", "Population",
    "extends", "name", "lever", "who", "기업", "é", "e\u0301", "\u202e", "x" * 101, "x" * 3000, "가" * 300, "'", '"',
    '"\\x00"', '"\\ud800"', "[a]", "{a: 1}", "? [a]", "!!str a", "&k key", "*k", "all", "all smes", "sme ", "large",
    "#", "%", "@", "2025-10-01", "__class__", "__init__", "model_config", "model_fields", "self", "copy", "json",
    "schema", "validate",
)  # fmt: skip

SCRAPS = (
    ":", ": ", "- ", "\t", "\n", "\n\n", "  ", "#", "'", '"', "{", "}", "[", "]", ",", "&a ", "*a", "*a ", "!!int ",
    "!x ", "? ", "---\n", "--- ", "...\n", "|\n", ">\n", "%YAML 9.9\n", "%TAG ! x\n", "@", "`", "\\", "~", "null",
    "\r", "\r\n", "\x00", "\x07", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\ufffe", "\U000e0001", "기업",
    "\u0000", "0", "9" * 40, ".", "..", "extends: x.yaml\n", "policy:\n  subsidy:\n", "use: 5\n", "<<: *a\n",
    "large: null\n", "name: ''\n", "\x1b[2J",
)  # fmt: skip

EXTENDS = (
    "case.yaml", "./case.yaml", "../case/case.yaml", "one.yaml", "two.yaml", "three.yaml", "folder", ".", "..", "/",
    "", " ", "~", "null", "/etc/passwd", "../../../../../../../etc/passwd", "../outside.yaml", "link.yaml",
    "loop.yaml", "tierwise:", "tierwise:none", "tierwise:../baseline", "tierwise:baseline", "baseline", "BASELINE",
    "baseline.yaml\\0", '"a\\0b"', "'a\nb'", "x" * 300, "x" * 5000, "[baseline]", "{a: b}", "5", "true",
    "binary.yaml", "empty.yaml", "/dev/zero", "/dev/stdin", "/proc/self/mem", "tierwise:tierwise:baseline",
    "file:///etc/passwd", "%2e%2e/outside.yaml", "..\\outside.yaml", "기업.yaml", "\u202eyaml", "CON", "a/../one.yaml",
    "one.yaml/", "one.yaml/..", ".//one.yaml",
)  # fmt: skip
