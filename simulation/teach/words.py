"""What sliders are called in English and Korean: labels, groups, units and sections of the parameter register."""

from __future__ import annotations

from simulation.teach.declaration import Text

__all__ = ["label_of", "section_of", "unit_of"]

_FIRST = {
    "population.firms": ("Number of firms", "기업 수"),
    "influence.customers": ("Influence of customers who adopted", "AI를 도입한 고객사의 영향"),
    "influence.suppliers": ("Influence of suppliers who adopted", "AI를 도입한 협력사의 영향"),
    "influence.peers": ("Influence of peers who adopted", "AI를 도입한 동종 기업의 영향"),
    "use.growth": ("Growth of use", "활용률의 증가 속도"),
    "use.capacity": ("Effect of absorptive capacity on use", "흡수역량이 활용률에 미치는 효과"),
    "process.quality_effect": ("Defects that AI avoids", "AI가 줄이는 불량의 비율"),
    "lateness.buffer": ("Time slack against one supplier", "협력사 한 곳에 대한 여유 일수"),
    "lateness.lean": ("Part of the slack given up with AI", "AI 도입 뒤 줄이는 여유의 비율"),
    "lateness.pass_through": ("Part of a delay passed on", "다음 기업으로 넘어가는 지연의 비율"),
    "budget.per_worker": ("Public money per SME maker's worker", "중소 제조업 근로자 1인당 공공 예산"),
}
"""Words for a class, in place of the register's."""

_KOREAN = {
    "time.deliveries_per_month": "한 달의 납품 회차",
    "population.sizes.tail": "근로자 수 분포의 파레토 지수",
    "population.sizes.sales_per_worker": "근로자 1인당 매출액",
    "network.mean_suppliers": "기업당 평균 협력사 수",
    "network.size_exponent": "근로자 수에 따른 협력사 수의 탄력성",
    "network.sector_suppliers": "다른 업종에 대한 협력사 수의 배율",
    "network.supplier_share": "다른 기업에 납품하는 기업의 비율",
    "network.home_bias": "같은 지역에서 먼저 찾는 협력사의 비율",
    "network.fitness_exponent": "근로자 수에 따른 협력사 매력도의 탄력성",
    "network.fitness_spread": "같은 규모 협력사 간 매력도의 산포(로그)",
    "network.weight_exponent": "협력사 근로자 수에 따른 투입 비중의 탄력성",
    "network.weight_spread": "투입 비중의 산포(로그)",
    "network.critical_chance": "투입이 핵심 투입일 확률",
    "network.final_demand": "근로자 수로 기대되는 매출 대비 최종 수요",
    "firms.capacity_spread": "집단 안 흡수역량의 산포(로짓)",
    "firms.capacity_region": "지역에 따른 흡수역량의 차이",
    "firms.adopters_start": "첫 달의 도입 기업 비율",
    "firms.adoption_cost": "기업이 느끼는 도입 비용의 무게",
    "firms.install_cost": "도입 비용",
    "firms.reinvested": "아낀 시간 중 휴식에 쓰지 않는 비율",
    "firms.input_share": "매출 대비 기업 간 구매의 비율",
    "firms.own_defects": "AI가 없을 때의 자체 불량률",
    "firms.late_chance": "AI가 없을 때 납품 한 건이 자체 원인으로 늦을 확률",
    "influence.spillover": "같은 지역 동종 기업에 대한 다른 지역 동종 기업의 비중",
    "adoption.hazard.level": "도입 지수의 수준",
    "adoption.hazard.trend": "도입 지수의 증가 속도",
    "adoption.hazard.capacity": "흡수역량이 도입에 미치는 효과",
    "adoption.hazard.use": "활용률이 도입에 미치는 효과",
    "adoption.hazard.maximum": "도입 위험률의 상한",
    "adoption.threshold.spread": "기업별 문턱값 균등분포의 폭",
    "adoption.quitting.level": "실효 활용이 없을 때의 중단 위험률",
    "adoption.quitting.protection": "실효 활용이 중단을 막는 정도",
    "adoption.quitting.readopt_months": "중단 뒤 다시 도입할 수 있을 때까지의 기간",
    "use.level": "목표 활용률의 수준",
    "use.adoption": "기업의 도입이 활용률에 미치는 효과",
    "use.access": "유료 구독이 활용률에 미치는 효과",
    "use.partners": "거래처의 평균 활용률이 미치는 효과",
    "use.ceiling": "활용률의 상한",
    "use.speed": "목표까지의 거리 중 한 달에 좁히는 비율",
    "capacity.learning": "학습 시간 한 단위당 늘어나는 흡수역량",
    "capacity.time_saved": "AI가 사용자에게 아껴 주는 근로 시간의 비율",
    "capacity.learning_share": "재투자한 시간 중 학습에 쓰는 비율",
    "capacity.spill_in": "도입하지 않은 기업이 근로자의 AI 활용에서 배우는 정도",
    "capacity.forgetting": "흡수역량이 처음 수준으로 돌아가는 속도",
    "capacity.exponent": "실효 활용이 흡수역량에 좌우되는 정도(0이면 무관)",
    "process.schedule_effect": "실효 활용이 1일 때 줄어드는 자체 지연의 비율",
    "process.late_days": "자체 지연 한 건의 평균 일수",
    "process.transition_months": "도입 뒤 공정이 나빠지는 기간",
    "process.transition_factor": "전환기의 불량과 지체일 배율(1이면 없음)",
    "defects.critical_inputs": "제품 하나의 핵심 투입 환산 수",
    "defects.inspection": "수입 검사가 찾아내는 불량의 비율",
    "defects.inspection_effect": "실효 활용이 1일 때 높아지는 검사율",
    "defects.mismatch": "뒤처진 거래처의 투입이 더 해로운 정도(실효 활용 격차당)",
    "lateness.tolerance": "납기를 지킨 것으로 보는 지체일",
    "review.base": "납품 실적과 무관한 협력사 교체 위험률",
    "review.sensitivity": "불량과 지체일이 업종 평균의 두 배일 때 더해지는 교체 위험률",
    "review.half_life": "지난 납품의 비중이 반으로 주는 기간",
    "review.degree_exponent": "기존 고객사 수에 따른 후보 선택 확률의 탄력성",
    "review.newcomers": "기존 고객사가 없는 후보의 비중",
    "review.proximity": "같은 지역 후보에 대한 다른 지역 후보의 선택 확률",
    "money.output_effect": "산출로 돌린 근로 시간당 매출 증가",
    "money.quality_cost": "최종 수요자에게 간 불량의 비용(납품액 대비)",
    "money.handling_cost": "수입 검사에서 찾은 불량의 비용(납품액 대비)",
    "money.lateness_cost": "한 달 늦은 납품의 비용(납품액 대비)",
    "money.running_share": "도입 비용 대비 연간 AI 운영비",
    "budget.discount": "연간 실질 할인율",
}
"""Labels by path, without the steps that name a group."""

_GROUPS = {
    "large": ("large", "대기업"),
    "sme": ("SME", "중소기업"),
    "manufacturing": ("manufacturing", "제조업"),
    "services": ("services", "서비스업"),
    "capital": ("capital region", "수도권"),
    "elsewhere": ("elsewhere", "비수도권"),
    "tier 0": ("large makers", "대형 제조기업"),
    "tier 1": ("tier 1", "1차 협력사"),
    "tier 2": ("tier 2", "2차 협력사"),
    "deeper": ("deeper tiers", "3차 이하 협력사"),
    "no buyers": ("no buyers", "납품처 없는 기업"),
}

_UNITS = {
    "": "",
    "log-odds": "로그 오즈",
    "log-odds per month": "로그 오즈/월",
    "per month": "/월",
    "per year": "/년",
    "months": "개월",
    "days": "일",
    "firms": "곳",
    "links": "곳",
    "million won": "백만 원",
    "million won a year": "백만 원/년",
}

_SECTIONS = {
    "time": "시간",
    "population": "기업 구성",
    "network": "거래망",
    "firms": "기업 특성",
    "influence": "거래처와 동종 기업의 영향",
    "adoption": "도입",
    "use": "활용",
    "capacity": "흡수역량",
    "process": "생산 공정",
    "defects": "불량",
    "lateness": "지연",
    "review": "협력사 교체",
    "money": "비용과 매출",
    "budget": "예산",
    "policy": "정책",
}


def label_of(path: str, said: str) -> Text:
    """Return what a slider is called, from its dotted path and the register's label for it.

    Numbers of one kind that differ by group name it: "own defect share without AI (large, services)". English stands
    in where there is no Korean.
    """
    if path in _FIRST:
        english, korean = _FIRST[path]
        return Text(en=english, ko=korean)
    steps = path.split(".")
    groups = [_GROUPS[step] for step in steps if step in _GROUPS]
    kind = ".".join(step for step in steps if step not in _GROUPS)
    label = said[:1].upper() + said[1:]
    return Text(
        en=label + _in_brackets([english for english, _ in groups]),
        ko=_KOREAN.get(kind, label) + _in_brackets([korean for _, korean in groups]),
    )


def _in_brackets(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def unit_of(unit: str) -> Text:
    """Return a unit of the register."""
    return Text(en=unit, ko=_UNITS.get(unit, unit))


def section_of(path: str) -> Text:
    """Return the name of the part of a scenario in which a path lies."""
    section = path.split(".")[0]
    return Text(en=section.capitalize(), ko=_SECTIONS.get(section, section))
