"""Exact limits of adoption without partners: Bass, logistic growth, disadoption."""

from __future__ import annotations

from math import exp, sqrt

from simulation.experiments.verification.check import Check, Limit
from simulation.experiments.verification.worlds import adopter_shares
from simulation.rules.adoption import Bass, bass_hazard, bass_step, probability

__all__ = ["LIMITS"]

_BASS = ((0.03, 0.38), (0.01, 0.5), (0.1, 0.1))
_BASS_1969 = "Bass 1969, A New Product Growth for Model Consumer Durables"
_MEAN_AND_RUN = (
    "the mean path by the model's rule: rounding of a few sums; 20,000 firms in the engine, seed 7: five standard "
    "deviations of the share, first order in 1/n (false alarm 6e-7 each), and 2/n for the mean of finitely many firms"
)


def _stepped(months: int, p: float, q: float, per_unit: int, rule: str, start: float = 0.0) -> float:
    """Return the share of adopters of infinitely many firms after some units of time, by the model's own rule."""
    parameters, share = Bass(p / per_unit, q / per_unit), start
    for _ in range(months * per_unit):
        chance = bass_step(share, parameters)
        if rule == "bass_hazard":
            chance = probability(bass_hazard(share, parameters))
        share += chance * (1.0 - share)
    return share


def _many_firms(p: float, q: float, t: int, rule: str, law: float) -> Check:
    """Return the engine's share of adopters among 20,000 firms beside the law of infinitely many.

    The variance of the share follows v' = (1 + f'(x))^2 v + a (1 - a) (1 - x) / n to first order in 1 / n (van
    Kampen's expansion), with f(x) = a(x) (1 - x) and a the chance of adopting.
    """
    firms, x, variance = 20_000, 0.0, 0.0
    for _ in range(t):
        a, slope = p + q * x, q
        if rule == "bass_hazard":
            a, slope = 1.0 - exp(-p - q * x), q * exp(-p - q * x)
        variance = (1.0 + slope * (1.0 - x) - a) ** 2 * variance + a * (1.0 - a) * (1.0 - x) / firms
        x += a * (1.0 - x)
    changes = {"adoption.rule": rule, "adoption.bass": {"innovation": p, "imitation": q}}
    model = float(adopter_shares(changes, firms=firms, months=t, seed=7)[-1])
    return Check(f"p {p:g}, q {q:g}, t {t}: 20,000 firms", model, law, 5.0 * sqrt(variance) + 2.0 / firms)


def _bass_continuous() -> list[Check]:
    found = []
    for p, q in _BASS:
        for t in (1, 5, 10):
            decay = exp(-(p + q) * t)
            formula = (1.0 - decay) / (1.0 + q / p * decay)
            model = 2.0 * _stepped(t, p, q, 2000, "bass_step") - _stepped(t, p, q, 1000, "bass_step")
            found.append(Check(f"p {p:g}, q {q:g}, t {t}", model, formula, 1e-6))
    return found


def _bass_discrete() -> list[Check]:
    found = []
    for p, q in _BASS:
        for t in (2, 10):
            share = 0.0
            for _ in range(t):
                share += (p + q * share) * (1.0 - share)
            found.append(Check(f"p {p:g}, q {q:g}, t {t}", _stepped(t, p, q, 1, "bass_step"), share, 1e-14))
        found.append(_many_firms(p, q, 10, "bass_step", share))
    return found


def _bass_hazard() -> list[Check]:
    found = []
    for p, q in _BASS:
        share = 0.0
        for _ in range(10):
            share += (1.0 - exp(-p - q * share)) * (1.0 - share)
        found.append(Check(f"p {p:g}, q {q:g}, t 10", _stepped(10, p, q, 1, "bass_hazard"), share, 1e-14))
        found.append(_many_firms(p, q, 10, "bass_hazard", share))
    return found


def _innovation_only() -> list[Check]:
    firms = 20_000
    found = []
    for p, t in ((0.03, 10), (0.2, 5), (0.6, 3)):
        changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": p, "imitation": 0.0}}
        law = 1.0 - (1.0 - p) ** t
        model = float(adopter_shares(changes, firms=firms, months=t, seed=3)[-1])
        found.append(Check(f"p {p:g}, t {t}", model, law, 5.0 * sqrt(law * (1.0 - law) / firms)))
    return found


def _logistic() -> list[Check]:
    found = []
    for start, rate, t in ((0.001, 0.5, 10), (0.001, 0.5, 20), (0.05, 0.3, 8), (0.2, 1.0, 2)):
        formula = 1.0 / (1.0 + (1.0 / start - 1.0) * exp(-rate * t))
        coarse, fine = (_stepped(t, 0.0, rate, n, "bass_hazard", start) for n in (1000, 2000))
        found.append(Check(f"i0 {start:g}, b {rate:g}, t {t}", 2.0 * fine - coarse, formula, 1e-6))
    return found


def _disadoption() -> list[Check]:
    firms = 20_000
    found = []
    for a, d, t in ((0.08, 0.02, 10), (0.3, 0.3, 4), (0.02, 0.2, 40)):
        changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": a, "imitation": 0.0, "quitting": d}}
        law = a / (a + d) * (1.0 - (1.0 - a - d) ** t)
        model = float(adopter_shares(changes, firms=firms, months=t, seed=11)[-1])
        found.append(Check(f"a {a:g}, d {d:g}, t {t}", model, law, 5.0 * sqrt(law * (1.0 - law) / firms)))
    return found


def _bass_with_disadoption() -> list[Check]:
    firms, months = 5000, 800
    found = []
    for p, q, d in ((0.03, 0.38, 0.1), (0.0, 0.38, 0.1), (0.05, 0.1, 0.3)):
        root = (q - p - d + sqrt((p + d - q) ** 2 + 4.0 * q * p)) / (2.0 * q)
        changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": p, "imitation": q, "quitting": d}}
        shares = adopter_shares(changes, firms=firms, months=months, seed=5, start=firms // 2)[300:]
        # An autoregression around the root: coefficient c, spread of a month v / (1 - c^2), months correlated by c.
        a = p + q * root
        c = 1.0 + q * (1.0 - root) - a - d
        spread = sqrt((a * (1.0 - a) * (1.0 - root) + d * (1.0 - d) * root) / firms / (1.0 - c * c))
        error = spread * sqrt((1.0 + c) / (1.0 - c) / shares.size)
        name = f"p {p:g}, q {q:g}, d {d:g}"
        found.append(Check(name, float(shares.mean()), root, 5.0 * error + 3.0 / firms))
    return found


LIMITS = (
    Limit(
        "B1",
        "Bass, continuous time",
        "F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)",
        _BASS_1969,
        "steps of 1/1000 and 1/2000 extrapolated (Richardson): the error left is of order 1e-7",
        _bass_continuous,
    ),
    Limit(
        "B2",
        "Bass, one step a unit",
        "F' = F + (p + q F)(1 - F)",
        _BASS_1969,
        _MEAN_AND_RUN,
        _bass_discrete,
    ),
    Limit(
        "B3",
        "Bass as a hazard",
        "F' = F + (1 - e^-(p + q F))(1 - F)",
        _BASS_1969,
        _MEAN_AND_RUN,
        _bass_hazard,
    ),
    Limit(
        "B4",
        "Innovation alone",
        "1 - (1 - p)^t",
        f"{_BASS_1969}, with q = 0",
        "20,000 firms, seed 3, five binomial standard errors: false alarm 6e-7 each",
        _innovation_only,
    ),
    Limit(
        "S1",
        "Imitation alone: logistic growth",
        "i(t) = 1 / (1 + (1/i0 - 1) e^-bt)",
        "Verhulst 1838, Notice sur la loi que la population suit dans son accroissement",
        "steps of 1/1000 and 1/2000 extrapolated: the error left is of order 1e-7",
        _logistic,
    ),
    Limit(
        "D1",
        "Adoption and quitting without influence",
        "x_t = a/(a+d) (1 - (1 - a - d)^t)",
        "Taylor and Karlin 1998, An Introduction to Stochastic Modeling: the Markov chain of two states",
        "20,000 firms, seed 11, five binomial standard errors: false alarm 6e-7 each",
        _disadoption,
    ),
    Limit(
        "D2",
        "Bass with quitting",
        "q x^2 + (p + d - q) x - p = 0",
        f"{_BASS_1969}, with quitting: the fixed point of x' = x + (p + q x)(1 - x) - d x; "
        "Elaydi 2005, An Introduction to Difference Equations",
        "mean of 500 months of 5,000 firms, seed 5: five standard errors of the autoregression around the root "
        "(false alarm 6e-7 each) and 3/n for the mean of finitely many firms",
        _bass_with_disadoption,
    ),
)
