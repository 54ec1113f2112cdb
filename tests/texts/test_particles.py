"""Particles after words of every kind of ending."""

from __future__ import annotations

import pytest

from simulation.texts.particles import with_particles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("기준[은/는]", "기준은"),
        ("보조[은/는]", "보조는"),
        ("격차[이/가] 줄고 도입률[을/를] 본다", "격차가 줄고 도입률을 본다"),
        ("서울[으로/로], 부산[으로/로], 제주[으로/로]", "서울로, 부산으로, 제주로"),
        ("현금 보조금(cash)[과/와]", "현금 보조금(cash)과"),
        ("「역량 강화」[은/는]", "「역량 강화」는"),
        ("13[이/가], 12[이/가]", "13이, 12가"),
        ("5 %[은/는], 7 ppm[은/는]", "5 %는, 7 ppm은"),
        ("cash[은/는], Skill[은/는], plan[을/를]", "cash는, Skill은, plan을"),
        ("없다 [은/는]", "없다 는"),
        ("[은/는]", "는"),
        ("그대로", "그대로"),
    ],
)
def test_the_form_follows_the_last_sound(text, expected):
    assert with_particles(text) == expected
