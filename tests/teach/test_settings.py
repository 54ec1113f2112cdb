"""What may be moved is told with range, unit and source, and refusals are said in both languages."""

from __future__ import annotations

import json
import re

import pytest
from teach.asking import ask

from simulation.errors import InputError
from simulation.teach.refusals import SENTENCES, told

pytest.importorskip("starlette", reason="the extra teach is not installed")


def test_what_steers_a_lesson_is_told_with_range_status_and_source(app, catalogue):
    told = json.loads(ask(app, "/api/start?lesson=money_or_capability").body)
    assert [control["path"] for control in told["controls"]] == list(catalogue.lesson("money_or_capability").controls)
    cost = told["controls"][2]
    assert cost["range"][0] < cost["range"][1]
    assert cost["status"] == "calibrated"
    assert cost["source"] == "adopter shares at month 33"
    assert told["texts"]["title"]["ko"] != told["texts"]["title"]["en"]
    assert told["policies"] == []
    assert ask(app, "/api/start?lesson=none").status == 400


def test_the_model_on_its_own_may_be_moved_in_all_that_has_a_range(app, catalogue):
    told = json.loads(ask(app, "/api/start").body)
    assert len(told["controls"]) > 90
    assert {policy["name"] for policy in told["policies"]} >= {"cash_subsidy", "capability", "mandate"}
    for control in told["controls"]:
        start = control["start"]["baseline"]
        assert control["range"][0] <= start <= control["range"][1]
    firms = next(control for control in told["controls"] if control["path"] == "population.firms")
    assert firms["range"] == [100, 2000]


def test_every_slider_is_named_with_its_unit_in_both_languages(app, catalogue):
    for lesson in ["", *catalogue.titles]:
        for control in json.loads(ask(app, f"/api/start?lesson={lesson}").body)["controls"]:
            path = control["path"]
            for name in (control["label"], control["section"]):
                assert re.search("[가-힣]", name["ko"]), path
                assert name["en"]
                assert not re.search("[가-힣]", name["en"]), path
            assert (control["unit"]["en"] == "") == (control["unit"]["ko"] == ""), path
            if control["unit"]["en"]:
                assert re.search("[가-힣]", control["unit"]["ko"]), path


def test_no_two_sliders_have_one_name(app):
    controls = json.loads(ask(app, "/api/start").body)["controls"]
    for language in ("en", "ko"):
        names = [(control["label"][language], control["section"][language]) for control in controls]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", SENTENCES)
def test_every_refusal_is_said_in_both_languages_with_the_same_values(name):
    english, korean = SENTENCES[name]
    if name != "other":  # a reason that another part gives comes in English
        assert re.search("[가-힣]", korean)
        assert not re.search("[가-힣]", english)
    assert set(re.findall(r"{\w+[^}]*}", english)) == set(re.findall(r"{\w+[^}]*}", korean))


def test_what_another_part_refuses_is_told_with_a_korean_sentence_around_it():
    status, sentence = told(InputError("months must be positive"))
    assert status == 400
    assert sentence.en == "months must be positive"
    assert "실행할 수 없습니다" in sentence.ko
    assert "months must be positive" in sentence.ko
    assert told(ZeroDivisionError("/secret"))[1].en == "this run failed, by a fault in Tierwise and not in the request"
