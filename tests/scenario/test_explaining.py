"""What is wrong with a value, in words."""

from __future__ import annotations

import pytest

X = "scenarios/x.yaml"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        # a unit, a percent sign or quotation marks where a plain number belongs
        (
            "use:\n  ceiling: 50 %",
            "2:12: use.ceiling: '50 %' is text; give a plain number between 0 and 1 (largest user share, symbol u_max);"
            " write 0.5",
        ),
        (
            "lateness:\n  buffer: 5 days",
            "2:11: lateness.buffer: '5 days' is text; give a plain number in days, at least 0"
            " (time slack against one critical supplier, symbol B0); write 5",
        ),
        (
            "lateness:\n  buffer: 1 week",
            "2:11: lateness.buffer: '1 week' is text; give a plain number in days, at least 0"
            " (time slack against one critical supplier, symbol B0)",
        ),
        (
            "time:\n  months: 5 years",
            "2:11: time.months: '5 years' is text; give a plain whole number in months between 1 and 1200"
            " (months simulated, symbol T)",
        ),
        (
            "firms:\n  install_cost:\n    sme: 1,000",
            "3:10: firms.install_cost.sme: '1,000' is text; give a plain number in million won, at least 0"
            " (cost of adopting, symbol Z); write 1000",
        ),
        (
            'population: {firms: "2000"}',
            "1:21: population.firms: '2000' is text; give a plain whole number in firms, at least 1"
            " (number of firms, symbol N); write 2000",
        ),
        (
            "adoption: {quitting: {level: often}}",
            "1:30: adoption.quitting.level: 'often' is text; give a plain number per month, at least 0"
            " (hazard of quitting at no effective use, symbol q0)",
        ),
        ("influence: {peers: strong}", "1:20: influence.peers: 'strong' is text; give a plain number in log-odds"),
        # not a whole number
        (
            "population: {firms: 1e3}",
            "1:21: population.firms: 1000.0 is not a whole number; write 1000 (number of firms",
        ),
        ("time: {months: 1.5}", "1:16: time.months: 1.5 is not a whole number (months simulated, symbol T)"),
        # another kind of value
        ("use: {ceiling: true}", "1:16: use.ceiling: true is a switch; give a plain number between 0 and 1"),
        ("use: {ceiling: }", "1:7: use.ceiling: there is no value here; give a plain number between 0 and 1"),
        ("use: {ceiling: [1]}", "1:16: use.ceiling: a list stands here; give a plain number between 0 and 1"),
        ("use: {ceiling: {a: 1}}", "1:7: use.ceiling: keys with values stand here; give a plain number"),
        (
            "lateness: {has_supplier_slack: yes}",
            "1:32: lateness.has_supplier_slack: 'yes' is text; write true or false",
        ),
        ("lateness: {has_supplier_slack: 1}", "1:32: lateness.has_supplier_slack: 1 is a number; write true or false"),
        ("title: 5", "1:8: title: 5 is a number; give text, in quotation marks if it looks like something else"),
        ("title: [a]", "1:8: title: a list stands here; give text, in quotation marks if it looks like something else"),
        # limits
        (
            "use: {ceiling: 1.5}",
            "1:16: use.ceiling: 1.5 is above the largest allowed value 1 (largest user share, symbol u_max);"
            " if percent is meant, write 0.015",
        ),
        ("use: {ceiling: 150}", "1:16: use.ceiling: 150 is above the largest allowed value 1 (largest user share"),
        ("lateness: {buffer: -5}", "1:20: lateness.buffer: -5 is below the smallest allowed value 0 days (time slack"),
        ("time: {months: 5000}", "1:16: time.months: 5,000 is above the largest allowed value 1,200 months (months"),
        ("use: {ceiling: .nan}", "1:16: use.ceiling: nan is not a finite number (largest user share, symbol u_max)"),
        ("influence: {peers: -.inf}", "1:20: influence.peers: -inf is not a finite number (weight of peers"),
        ("influence: {peers: 1e999}", "1:20: influence.peers: inf is not a finite number (weight of peers"),
        (
            f"time: {{months: 1{40 * '0'}}}",
            "1:16: time.months: a number of 41 digits is above the largest allowed value 1,200 months (months sim",
        ),
        # words and lists
        (
            "adoption: {rule: bass_steps}",
            "1:18: adoption.rule: 'bass_steps' is not one of hazard, bass_step, bass_hazard, threshold or logit",
        ),
        (
            "adoption: {rule: 5}",
            "1:18: adoption.rule: 5 is not one of hazard, bass_step, bass_hazard, threshold or logit",
        ),
        (
            "policy: {subsidy: {who: {size: sme}}}",
            "1:32: policy.subsidy.who.size: 'sme' is text; give a list, such as [sme]",
        ),
        (
            "policy: {subsidy: {who: {tier: [one]}}}",
            "1:26: policy.subsidy.who.tier.0: 'one' is text; give a plain whole number",
        ),
        # months of a lever
        (
            "policy: {subsidy: {first: 50, last: 40}}",
            "1:10: policy.subsidy: last (40) must not be before first (50)",
        ),
        # unknown keys
        ("usee: {ceiling: 1}", "1:1: usee: unknown key; did you mean 'use'?"),
        ("use: {Ceiling: 1}", "1:7: use.Ceiling: unknown key; did you mean 'ceiling'?"),
        ("time: {pass_through: 1}", "1:8: time.pass_through: unknown key; did you mean 'lateness.pass_through'?"),
        ("subsidy: {share: 0.4}", "1:1: subsidy: unknown key; did you mean 'policy.subsidy'?"),
        (
            "use.ceiling: 0.8",
            "1:1: use.ceiling: unknown key; a file has no dotted keys: indent each key below the one before the dot",
        ),
        (
            "defects: {zzz: 1}",
            "1:11: defects.zzz: unknown key; known here are critical_inputs, inspection, inspection_effect",
        ),
        ("policy: {subsidy: {dose: 1}}", "1:20: policy.subsidy.dose: unknown key"),
        # levers
        ("policy: {subsidie: {}}", "1:10: policy.subsidie: there is no lever 'subsidie'; did you mean 'subsidy'?"),
        (
            "policy: {a: {lever: taining}}",
            "1:21: policy.a.lever: there is no lever 'taining'; did you mean 'training'?",
        ),
        (
            "policy: {a: {lever: zzz}}",
            "1:21: policy.a.lever: there is no lever 'zzz'; levers are large_firm_support, mandate, paid_access, "
            "regional_hub, reinvestment, subsidy, supplier_development or training",
        ),
        ("policy: {a: {lever: 5}}", "1:21: policy.a.lever: 5 is a number; lever takes the name of a lever: large_firm"),
    ],
)
def test_one_wrong_value_gives_one_clear_sentence(refusal, text, problem):
    (found,) = refusal(text)
    assert found.startswith(f"{X}:{problem}")


def test_a_new_class_needs_all_its_values(refusal):
    problems = refusal("population: {sizes: {medium: {workers_from: 50, workers_to: 299}}}")
    assert problems[0] == (
        f"{X}:1:22: population.sizes.medium.tail: this value is missing"
        " (Pareto tail of the number of workers, symbol a_n)"
    )
    assert [problem.split(": ")[1].rpartition(".")[2] for problem in problems] == [
        "tail",
        "firm_share",
        "worker_share",
        "sales_per_worker",
        "is_sme",
    ]


def test_all_problems_are_told_at_once(refusal):
    problems = refusal("use: {ceiling: 2, velocity: 1}\ntime: {months: x}\npolicy: [a]")
    assert {problem.split(": ")[1] for problem in problems} == {"use.ceiling", "use.velocity", "time.months", "policy"}


def test_of_very_many_problems_the_first_are_told_and_the_others_counted(refusal):
    problems = refusal("".join(f"wrong_{number}: 1\n" for number in range(1000)))
    assert len(problems) == 51
    assert problems[0].startswith(f"{X}:1:1: wrong_0: unknown key")
    assert problems[-1] == "and 950 more problems"


def test_an_unknown_key_is_not_taken_for_another_unknown_key(refusal):
    assert all("did you mean" not in problem for problem in refusal("use: {qwertz: 1}\ntime: {qwerty: 1}"))


def test_a_long_value_is_cut_short(refusal):
    (problem,) = refusal(f"use: {{ceiling: {1000 * 'x'}}}")
    assert len(problem) < 200
