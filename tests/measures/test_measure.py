"""Labels of groups, and the arithmetic that all measures share."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.measures import adoption, all_measures, imported, inequality, labels, quality, schedule
from simulation.measures.measure import (
    capital_mask,
    column,
    log_odds,
    pool_label,
    pooled_label,
    ratio,
    region_pool_label,
    side_by_side,
    sme_mask,
)
from simulation.state import Groups

THREE_SIZES = Groups(
    sizes=("large", "medium", "small"),
    sectors=("manufacturing", "services"),
    regions=("capital", "south", "east"),
    is_sme=(False, True, True),
    is_manufacturing=(True, False),
    is_capital=(True, False, False),
)


def test_every_declared_measure_is_found_by_name():
    all_measures.cache_clear()
    found = all_measures()
    for family in (adoption, imported, inequality, quality, schedule):
        for measure in family.MEASURES:
            assert found[measure.name] is measure


def test_groups_count_size_by_sector_by_region():
    members = THREE_SIZES.members()
    assert len(members) == THREE_SIZES.count == 18
    assert members[0] == ("large", "manufacturing", "capital")
    assert members[(1 * 2 + 1) * 3 + 2] == ("medium", "services", "east")


def test_every_label_picks_its_groups(record, masks):
    found = labels(record.groups, "every")
    for name, mask in masks.items():
        assert (found[name] == mask).all()
    assert (found["large manufacturing"] == masks["large"] & masks["manufacturing"]).all()
    assert (found["sme elsewhere"] == masks["sme"] & masks["elsewhere"]).all()
    assert len(found) == 1 + 2 + 2 + 2 + 4 + 4


def test_a_scope_limits_the_labels(record):
    assert list(labels(record.groups, "all")) == ["all"]
    assert list(labels(record.groups, "sectors")) == ["all", "manufacturing", "services"]
    assert list(labels(record.groups, "sizes")) == ["large", "sme"]


def test_with_several_sizes_small_and_medium_firms_also_have_a_common_label():
    found = labels(THREE_SIZES, "sizes")
    assert set(found) == {"large", "medium", "small", "all smes"}
    assert (found["all smes"] == found["medium"] | found["small"]).all()
    assert pool_label(THREE_SIZES, is_sme=False) == "large"
    assert pool_label(THREE_SIZES, is_sme=True) == "all smes"


def test_classes_taken_together_have_labels_by_sector_and_by_side_of_the_capital():
    found = labels(THREE_SIZES, "every")
    small, capital = sme_mask(THREE_SIZES), capital_mask(THREE_SIZES)
    assert (found["all smes manufacturing"] == small & found["manufacturing"]).all()
    assert (found["all smes capital"] == small & capital).all()
    assert (found["all elsewhere"] == ~capital).all()
    assert (found["large all elsewhere"] == ~small & ~capital).all()
    assert region_pool_label(THREE_SIZES, True) == "capital"
    assert region_pool_label(THREE_SIZES, False) == "all elsewhere"


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("sme", "all smes"),
        ("sme manufacturing", "all smes manufacturing"),
        ("sme elsewhere", "all smes all elsewhere"),
        ("sme capital", "all smes capital"),
        ("large", "large"),
        ("small services", "small services"),
        ("east", "east"),
    ],
)
def test_the_words_of_a_survey_find_the_classes_that_it_means(asked, label):
    assert pooled_label(THREE_SIZES, asked) == label
    assert label in labels(THREE_SIZES, "every")


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("large", "all large"),
        ("sme", "tiny"),
        ("capital", "all capital"),
        ("elsewhere", "far"),
        ("sme capital", "tiny all capital"),
    ],
)
def test_the_words_of_a_survey_stand_for_all_classes_of_either_kind(asked, label):
    many = THREE_SIZES._replace(
        sizes=("giant", "big", "tiny"), is_sme=(False, False, True),
        regions=("seoul", "gyeonggi", "far"), is_capital=(True, True, False),
    )  # fmt: skip
    assert pooled_label(many, asked) == label
    found = labels(many, "every")[label]
    size, region = (np.array([member[place] for member in many.members()]) for place in (0, 2))
    expected = {
        "large": size != "tiny", "sme": size == "tiny", "capital": region != "far", "elsewhere": region == "far",
        "sme capital": (size == "tiny") & (region != "far"),
    }[asked]  # fmt: skip
    assert (found == expected).all()


def test_every_class_and_pair_of_classes_has_the_groups_that_bear_its_name():
    found = labels(THREE_SIZES, "every")
    members = THREE_SIZES.members()
    for size, sector, region in members:
        for name, wanted in (
            (size, {size}), (sector, {sector}), (region, {region}), (f"{size} {sector}", {size, sector}),
            (f"{size} {region}", {size, region}),
        ):  # fmt: skip
            assert found[name].tolist() == [wanted <= set(member) for member in members]


def test_a_class_that_is_called_like_a_word_of_a_survey_is_meant_itself():
    odd = THREE_SIZES._replace(sizes=("large", "sme", "small"), regions=("capital", "elsewhere", "east"))
    assert pooled_label(odd, "sme elsewhere") == "sme elsewhere"


def test_masks_of_sizes_and_regions_follow_the_declared_flags():
    assert sme_mask(THREE_SIZES).tolist() == [False] * 6 + [True] * 12
    assert capital_mask(THREE_SIZES).tolist() == [True, False, False] * 6


def test_a_column_is_summed_over_the_groups_of_a_mask(record, table, masks):
    assert column(record, "firms", masks["sme"]) == pytest.approx(table("firms")[:, 4:].sum(axis=1), rel=1e-15)
    assert column(record, "firms", np.zeros(8, bool)).tolist() == [0.0] * 3


def test_a_ratio_over_nothing_is_not_a_number():
    result = ratio(np.array([1.0, 1.0, 0.0]), np.array([4.0, 0.0, 0.0]))
    assert result[0] == 0.25
    assert np.isnan(result[1:]).all()


def test_log_odds_exist_strictly_between_zero_and_the_ceiling():
    result = log_odds(np.array([0.45, 0.0, 0.9, 0.95, 0.6]), ceiling=0.9)
    assert result[0] == 0.0
    assert np.isnan(result[1:4]).all()
    assert result[4] == pytest.approx(np.log(2.0), rel=1e-14)
    assert np.isnan(log_odds(np.array([np.nan])))


@pytest.mark.parametrize("name", sorted(all_measures()))
def test_a_measure_has_words_a_unit_and_one_value_per_month(record, name):
    measure = all_measures()[name]
    assert measure.name == name
    assert measure.label
    assert measure.unit
    for mask in labels(record.groups, measure.scope).values():
        assert measure.of(record, mask).shape == (3,)


@pytest.mark.parametrize("name", sorted(all_measures()))
def test_a_measure_of_groups_without_firms_raises_nothing(record, name):
    """A scenario may declare a class that holds no firm; shares of it are not numbers, counts are 0."""
    for tally in record.tallies:
        tally[:] = 0.0
    measure = all_measures()[name]
    values = measure.of(record, np.ones(8, bool))
    assert (np.isnan(values) | (values == 0.0)).all()


def test_measures_are_found_by_listing_the_folder():
    names = set(all_measures())
    assert {"user_share", "adopter_share", "defect_ppm", "on_time_share", "late_days", "public_cost"} <= names
    assert {"user_gap_log_odds", "adopter_gap_log_odds", "reproduction_late", "sme_share_of_late_days"} <= names


def test_records_side_by_side_have_the_months_of_one_after_those_of_the_other(record):
    both = side_by_side([record, record._replace(tallies=record.tallies._replace(groups=2.0 * record.tallies.groups))])
    assert both.tallies.groups.shape[0] == 6
    assert (both.tallies.groups[3:] == 2.0 * record.tallies.groups).all()
    assert both.awards.spent.shape[:2] == (1, 2 * record.awards.spent.shape[1])
    assert both.awards.private_cost.shape[0] == 2 * record.awards.private_cost.shape[0]


def test_one_record_alone_is_itself(record):
    alone = side_by_side([record])
    for mine, other in zip(alone.tallies, record.tallies, strict=True):
        assert (mine == other).all()
    assert (alone.awards.spent == record.awards.spent.sum(axis=0)).all()
