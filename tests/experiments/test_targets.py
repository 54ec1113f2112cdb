"""Tables of targets: what they mean, and what is wrong with bad ones."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.errors import InputError
from simulation.experiments.targets import Target, read_targets, target_value
from simulation.measures import Record, all_measures, labels
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import build, groups_of

HEADER = "id,label,kind,measure,group,month,month_to,value,low,high,unit,is_fitted,weight,source\n"
GOOD = "a,A,level,user_share,large,3,,0.5,0.4,0.6,share,yes,10,me\n"


def read(tmp_path, text, months=12):
    file = tmp_path / "targets.csv"
    file.write_text(text, encoding="utf-8")
    return read_targets(file, groups_of(Scenario()), months)


def test_the_shipped_targets_can_be_read():
    targets = read_targets(shipped_folder() / "targets" / "calibration.csv", groups_of(Scenario()), 96)
    assert {target.id for target in targets if target.is_fitted} >= {"use_large", "use_growth", "adopters_growth"}
    assert all(target.source for target in targets)


def test_a_row_becomes_a_target(tmp_path):
    (target,) = read(tmp_path, HEADER + GOOD)
    assert (target.month, target.month_to, target.value, target.is_fitted) == (3, 3, 0.5, True)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (GOOD.replace("level", "lvel"), "the kind 'lvel' is not one of level, growth, movement"),
        (GOOD.replace("user_share", "user"), "there is no measure 'user'"),
        (GOOD.replace("large", "giant"), "user_share has no group 'giant'"),
        (GOOD.replace(",3,", ",12,"), "months 12 to 12 do not fit into the 12 months"),
        (GOOD.replace("level", "growth"), "months 3 to 3 do not fit"),
        (GOOD.replace(",3,", ",soon,"), "a month or number cannot be read"),
        (GOOD.replace("0.5,0.4", "0.5,0.7"), "value must be finite and lie between low and high"),
        (GOOD.replace("0.5,0.4", "nan,0.4"), "value must be finite"),
        ("a,A,level\n", "the line has fewer cells than the header"),
        (GOOD.replace(",me", ",me, myself"), "the line has more cells than the header"),
        (GOOD.replace("yes", "perhaps"), "is_fitted is 'perhaps'; write yes or no"),
        (GOOD.replace(",10,", ",-1,"), "the weight -1 is negative"),
        (GOOD.removeprefix("a"), "the target has no id"),
        (GOOD, "the id 'a' stands in an earlier line too"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path, row, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        read(tmp_path, HEADER + GOOD + row)
    assert caught.value.problems[0].place.endswith("targets.csv:3")


def test_all_bad_rows_are_named_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEADER + GOOD.replace("level", "x") + GOOD.replace("large", "y"))
    assert [problem.place.rsplit(":", 1)[1] for problem in caught.value.problems] == ["2", "3"]


def test_files_without_targets_are_refused(tmp_path):
    with pytest.raises(InputError, match="there are no targets"):
        read(tmp_path, HEADER)
    with pytest.raises(InputError, match="the column 'id' is missing"):
        read(tmp_path, "x,y\n1,2\n")
    with pytest.raises(InputError, match="the column 'id' is missing"):
        read(tmp_path, "")
    with pytest.raises(InputError, match="the targets cannot be read: No such file"):
        read_targets(tmp_path / "nowhere.csv", groups_of(Scenario()), 12)
    (tmp_path / "latin.csv").write_bytes((HEADER + GOOD.replace("me", "é")).encode("latin-1"))
    with pytest.raises(InputError, match="the targets cannot be read: it is not UTF-8 text"):
        read_targets(tmp_path / "latin.csv", groups_of(Scenario()), 12)


def test_text_may_hold_commas_line_ends_and_any_language(tmp_path):
    (target,) = read(
        tmp_path, "\ufeff" + HEADER + GOOD.replace(",A,", ',"A, with a\nsecond line",').replace("me", "기업")
    )
    assert target.label == "A, with a\nsecond line"
    assert target.source == "기업"


def test_a_line_that_is_no_csv_is_named(tmp_path):
    with pytest.raises(InputError, match=r"targets\.csv:\d+: this is not a line of a CSV file: ") as caught:
        read(tmp_path, HEADER + GOOD + GOOD.replace("a,A", "b," + "x" * 200_000))
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("word", "is_fitted"), [("yes", True), (" YES ", True), ("1", True), ("no", False), ("0", False)]
)
def test_fitted_or_not_is_said_in_words(tmp_path, word, is_fitted):
    (target,) = read(tmp_path, HEADER + GOOD.replace("yes", word))
    assert target.is_fitted == is_fitted


def test_levels_growth_and_movement_by_hand():
    scenario = Scenario().with_({"population.firms": 200, "time.months": 30, "time.survey_month": 10})
    engine = CompiledEngine(build(scenario, 1), scenario, 1, has_deliveries=False)
    engine.advance()
    record = Record(engine.world.groups, engine.tallies, engine.awards, scenario.use.ceiling)
    series = all_measures()["user_share"].of(record, labels(engine.world.groups, "every")["large"])

    def value(kind: str, first: int, last: int) -> float:
        facts = ("a", "A", kind, "user_share", "large", first, last, 0.5, 0.0, 1.0, "", True, 1.0, "")
        return target_value(Target(*facts), record)

    ceiling = scenario.use.ceiling
    odds = np.log(series / (ceiling - series))
    assert value("level", 7, 7) == series[7]
    assert value("growth", 4, 22) == pytest.approx((odds[22] - odds[4]) * 12.0 / 18.0)
    assert value("movement", 4, 22) == pytest.approx(series[4:23].max() - series[4:23].min())
