"""Exponential and logarithm in plain arithmetic: the same bits on every machine, and loops over them vectorise.

The C library's functions differ from system to system in the last digit and cannot be run on several numbers at once.
These are sums of a fixed number of terms after reduction to a small range, written without branches. The error of
``exp`` and ``log`` is one or two units in the last place; that of ``log1m`` and ``one_minus_exp`` is largest just above
the ends of their series, where 1 - x loses digits: a relative 2e-14 and 7e-15 (tests compare all with ``math``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.compiled import compiled_formula

if TYPE_CHECKING:
    import numpy as np  # filled in when the first function is used

__all__ = [
    "LOG1M_TERMS",
    "ONE_MINUS_EXP_TERMS",
    "SMALL",
    "SMALL_HAZARD",
    "exp",
    "exponent_of",
    "has_minus",
    "log",
    "log1m",
    "log1m_series",
    "log1m_small",
    "one_minus_exp",
    "one_minus_exp_series",
    "one_minus_exp_small",
    "power",
]

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
"""ln 2 in two parts; the first has zeros at its end, so that multiples of it are exact."""

_ROUNDER = 6755399441055744.0
"""1.5 x 2^52: what is added to it is rounded to a whole number."""

_SQRT_HALF = 0.7071067811865476
SMALL = 2.0**-8
"""Below this ``log1m`` is summed as a series, because 1 - x would lose digits of x."""

SMALL_HAZARD = 2.0**-3
"""Below this ``one_minus_exp`` is summed as a series."""

LOG1M_TERMS = {4: (1.0 / 3.0, 0.5), 8: (1.0 / 7.0, 1.0 / 6.0, 0.2, 0.25, 1.0 / 3.0, 0.5)}
"""By the bytes of a number: as many terms of the series below `SMALL` as it has digits for, the last ones first."""

ONE_MINUS_EXP_TERMS = {4: (1.0 / 6.0, 0.5), 8: (1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5)}
"""As `LOG1M_TERMS`, signs apart."""


@compiled_formula
def exp(x: float) -> float:
    """Return e^x; x beyond ±700 counts as ±700."""
    bounded = min(max(x, -700.0), 700.0)
    shifted = bounded * _LOG2_E + _ROUNDER
    whole = shifted - _ROUNDER
    f = (bounded - whole * _LN2_HIGH) - whole * _LN2_LOW  # |f| <= ln 2 / 2; Taylor's series from here
    # In pairs, so that a product need not wait for the one before; what counts most is added last.
    f2 = f * f
    f4 = f2 * f2
    low = (0.5 + f * (1.0 / 6.0)) + (1.0 / 24.0 + f * (1.0 / 120.0)) * f2
    middle = (1.0 / 720.0 + f * (1.0 / 5040.0)) + (1.0 / 40320.0 + f * (1.0 / 362880.0)) * f2
    high = (1.0 / 3628800.0 + f * (1.0 / 39916800.0)) + (1.0 / 479001600.0 + f * (1.0 / 6227020800.0)) * f2
    total = 1.0 + (f + f2 * ((low + middle * f4) + high * (f4 * f4)))
    # 2^whole: the last bits of ``shifted`` are that whole number; they are written into the exponent of another one.
    return total * np.int64((np.float64(shifted).view(np.int64) + np.int64(1023)) << np.int64(52)).view(np.float64)


@compiled_formula
def log(x: float) -> float:
    """Return ln x of a positive number that is not below 2^-1022."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits >> np.int64(52)) - np.int64(1022)
    mantissa = np.int64((bits & np.int64(0xFFFFFFFFFFFFF)) | np.int64(0x3FE0000000000000)).view(np.float64)
    is_low = mantissa < _SQRT_HALF  # from [1/2, 1) to [sqrt(1/2), sqrt(2))
    mantissa = mantissa + mantissa if is_low else mantissa
    whole = float(exponent - np.int64(1) if is_low else exponent)
    s = (mantissa - 1.0) / (mantissa + 1.0)
    q = s * s
    q2 = q * q
    low = (1.0 / 3.0 + q * (1.0 / 5.0)) + (1.0 / 7.0 + q * (1.0 / 9.0)) * q2
    high = (1.0 / 11.0 + q * (1.0 / 13.0)) + (1.0 / 15.0 + q * (1.0 / 17.0)) * q2
    high += (1.0 / 19.0 + q * (1.0 / 21.0)) * (q2 * q2)
    total = low + high * (q2 * q2)
    return whole * _LN2_HIGH + (whole * _LN2_LOW + (2.0 * s + 2.0 * s * (q * total)))


@compiled_formula
def log1m(x: float) -> float:
    """Return -ln(1 - x) for 0 <= x < 1: how a share adds up as a hazard."""
    if x < SMALL:
        return log1m_small(x)
    return -log(1.0 - x)


@compiled_formula
def log1m_small(x: float) -> float:
    """Return -ln(1 - x) for 0 <= x < 2^-8, as a series."""
    return x * (1.0 + x * (0.5 + x * (1.0 / 3.0 + x * (0.25 + x * (0.2 + x * (1.0 / 6.0))))))


@compiled_formula
def log1m_series(x: Any, terms: Any) -> Any:  # noqa: ANN401 - numbers of one precision
    """Return -ln(1 - x) for 0 <= x < 2^-8 in the precision of x and of ``terms`` (`LOG1M_TERMS`)."""
    total = terms[0]
    for k in range(1, len(terms)):
        total = total * x + terms[k]
    return x + x * x * total


@compiled_formula
def one_minus_exp_series(x: Any, terms: Any) -> Any:  # noqa: ANN401 - numbers of one precision
    """Return 1 - e^-x for 0 <= x < 2^-8 in the precision of x and of ``terms`` (`ONE_MINUS_EXP_TERMS`)."""
    total = terms[0]
    for k in range(1, len(terms)):
        total = terms[k] - total * x
    return x - x * x * total


@compiled_formula
def one_minus_exp(x: float) -> float:
    """Return 1 - e^-x for x >= 0: the share that belongs to a hazard."""
    if x < SMALL_HAZARD:
        return one_minus_exp_small(x)
    return 1.0 - exp(-x)


@compiled_formula
def one_minus_exp_small(x: float) -> float:
    """Return 1 - e^-x for 0 <= x < 1/8, as a series."""
    x2 = x * x
    x4 = x2 * x2
    middle = (1.0 / 6.0 - x * (1.0 / 24.0)) + (1.0 / 120.0 - x * (1.0 / 720.0)) * x2
    high = (1.0 / 5040.0 - x * (1.0 / 40320.0)) + (1.0 / 362880.0 - x * (1.0 / 3628800.0)) * x2
    return x * (1.0 - (x * 0.5 - x2 * (middle + high * x4)))


@compiled_formula
def has_minus(x: float) -> np.uint32:
    """Return 1 for a number with a minus sign, -0.0 included, and 0 for others."""
    return np.uint32(np.float64(x).view(np.uint64) >> np.uint64(63))


@compiled_formula
def exponent_of(x: float) -> np.int64:
    """Return k of a number from 2^k on that is below 2^(k+1)."""
    return np.int64((np.float64(x).view(np.int64) >> np.int64(52)) - np.int64(1023))


@compiled_formula
def power(base: float, exponent: float) -> float:
    """Return base^exponent of a number from 0 on; 0^0 is 1."""
    if exponent == 1.0:
        return base
    if exponent == 0.0:
        return 1.0
    return 0.0 if base < 1e-300 else exp(exponent * log(base))
