"""The report of a sweep with and without analyses beside it, with failed runs, and with hostile names."""

from __future__ import annotations

import re
import shutil
from html import unescape

import kept
import pytest

from simulation.errors import InputError
from simulation.figures import fonts
from simulation.report import write_folder_report

FACTOR = "lateness.lean"
LABEL = "part of the buffer that a firm gives up at effective use 1"
SENSITIVITY = f"""factor,label,total,total_low,total_high,first
{FACTOR},{LABEL},0.62,0.4,0.8,0.5
"""
DISCOVERY = f"""box,coverage,density,mass,factor,restriction,low,high,levels
1,0.9,0.85,0.6,{FACTOR},{LABEL} at least 0.2257,0.2257,,
"""
ROBUSTNESS = """metric,label,scenario,value,low,high,rank,probability_best
maximin,Maximin: the worst state,base,1,0,2,2,0.2
maximin,Maximin: the worst state,grant,2,1,3,1,0.8
satisficing,Domain criterion: share of satisfactory states,base,,,,,
"""


@pytest.fixture
def sweep(kept_sweep, tmp_path):
    return shutil.copytree(kept_sweep, tmp_path / "sweep")


@pytest.fixture
def analysed(sweep):
    for folder, name, text in (
        ("sensitivity", "adopter_gap_base.csv", SENSITIVITY),
        ("discovery", "prim_fails.csv", DISCOVERY),
        ("robustness", "adopter_gap_difference.csv", ROBUSTNESS),
    ):
        (sweep / folder).mkdir()
        (sweep / folder / name).write_text(text, encoding="utf-8")
    (sweep / "discovery" / "prim_fails.txt").write_text("'adopter_gap > 3' holds at 2 of 3 points (67 %).\n")
    return sweep


def read(folder, language="en"):
    page = write_folder_report(folder, language=language).read_text(encoding="utf-8")
    bare = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return page, " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_a_question_without_an_answer_is_shown_as_that(analysed):
    file = analysed / "discovery" / "prim_fails.csv"
    file.write_text(DISCOVERY.splitlines()[0] + "\n", encoding="utf-8")
    _, text = read(analysed)
    assert "Where adopter_gap > 3" in text
    assert "No range tells where it happens" in text


def test_without_analyses_the_page_says_how_to_make_them(sweep):
    page, text = read(sweep)
    assert "Does what a policy does to “Adopter gap, large - SME” depend on what nobody has measured?" in text
    for command in ("sensitivity", "discover", "robust"):
        assert f"tierwise {command} DIR" in text
    assert "12 of 12 runs ended well, 0 failed, 0 are still to be made." in text
    assert "% of the points" in text
    assert page.count("<li>") >= 6
    assert not re.search(r"\bnan\b", text)


def test_what_analyses_have_found_is_shown_with_its_interval(analysed):
    _, text = read(analysed)
    assert f"{LABEL[:1].upper()}{LABEL[1:]} moves it most (total index 0.62, 95 % interval 0.40 to 0.80)." in text
    assert f"{LABEL} at least 0.226" in text
    assert "Where adopter_gap > 3 ." in text
    assert "Of 1 measures of robustness, grant is best by 1" in text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_both_languages_are_whole(analysed, language):
    page, text = read(analysed, language)
    assert f'<html lang="{language}">' in page
    assert not re.search(r"⟨|⟩|\[[가-힣]+/[가-힣]*\]|\bnan\b", text)
    if language == "ko":
        bare = re.sub(r"<(style|code)>.*?</\1>", " ", page, flags=re.DOTALL)
        if not fonts.has_korean():  # figures stay in English, and with them their notes
            bare = re.sub(r'<span class="how">.*?</span>', " ", bare, flags=re.DOTALL)
        bare = unescape(re.sub(r"<[^>]+>", "\n", bare))
        lines = [line for line in bare.splitlines() if "numba" not in line]
        assert not re.findall(r"\b[A-Za-z][a-z]+ [a-z]+ [a-z]+ [a-z]+\b", "\n".join(lines))


def test_failed_runs_are_counted_and_their_share_is_stated(sweep):
    part = next((sweep / "parts").glob("runs-*.parquet")).name

    def fail(frame):
        frame.loc[frame.index[0], "status"] = "failed"
        frame.loc[frame.index[0], "error"] = "no <b>luck</b>"
        return frame

    kept.rewritten(sweep, part, fail, is_listed=False)
    page, text = read(sweep)
    assert "8.3 % of the 12 runs failed or are missing" in text
    assert "11 of 12 runs ended well, 1 failed" in text
    assert "no <b>luck</b> (1)" in text
    assert "<b>" not in page


def test_titles_of_users_are_shown_as_text(sweep):
    def rename(told):
        told["sweep"]["title"] = "</style><script>alert(1)</script>"

    kept.edited(sweep, rename)
    page, text = read(sweep)
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "<script>alert(1)</script>" in text


def test_a_table_that_is_none_is_named(sweep):
    (sweep / "sensitivity").mkdir()
    (sweep / "sensitivity" / "adopter_gap_base.csv").write_bytes(b"\x00\xff" * 40)
    with pytest.raises(InputError, match=r"adopter_gap_base.csv is no table of an analysis"):
        read(sweep)
