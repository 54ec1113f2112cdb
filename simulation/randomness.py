"""Addressed random numbers: a draw is a pure function of where it is used, never of what was drawn before.

``uniform(seed, stream, month, round, key)`` belongs to one firm in one round of one month for one purpose;
``uniform_slot`` and ``uniform_link`` to one slot of one buyer. Draws therefore do not depend on thread count, engine,
order of firms or on what another policy changed: two scenarios with one seed share every draw.

The generator is Philox 4x32 with seven rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy
as 1, 2, 3"), in integer arithmetic. The seed is the key; the address fills the 128-bit counter.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import compiled, compiled_formula

__all__ = [
    "Stream",
    "Word",
    "as_fine_uniform",
    "as_uniform",
    "firm_key",
    "firm_words",
    "limit_of",
    "link_words",
    "slot_words",
    "text_keys",
    "uniform",
    "uniform_link",
    "uniform_pair",
    "uniform_slot",
    "uniforms",
    "words",
]

Word = int | np.integer[Any]
"""A whole number of up to 64 bits, as Python or NumPy writes it."""

_MASK = np.uint64(0xFFFFFFFF)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_32 = np.uint64(32)
_HALF = np.int64(2**31)
_SCALE = 2.0**-32
_ROUNDER = 6755399441055744.0  # 1.5 x 2^52
_ROUNDER_BITS = np.float64(_ROUNDER).view(np.int64)
_ROUNDS = 7
"""The fewest with which the authors found no flaw in any statistical test; each costs time."""


class Stream(IntEnum):
    """Purposes of draws; the number of a purpose never changes.

    The draws of a purpose belong to firms, to slots or to links: kinds of address are kept apart by the purpose alone.
    """

    SIZES = 1
    CAPACITY = 2
    SUPPLIER_COUNT = 3
    SUPPLIER_FITNESS = 4
    SUPPLIER_CELL = 5
    SUPPLIER_CHOICE = 6
    LINK_WEIGHT = 7
    LINK_CRITICAL = 8
    SUPPLIES = 9
    FIRST_ADOPTERS = 19
    ADOPTION = 20
    LATE_EVENT = 21
    RATIONING = 23
    REVIEW = 24
    CANDIDATE = 25
    THRESHOLD = 27
    OWN_CLASSES = 28


@compiled_formula
def words(
    seed: Word, low: Word, high: Word, third: Word, fourth: Word
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return four words of 32 random bits for a 64-bit key and four 32-bit counter words."""
    key_0 = np.uint64(seed) & _MASK
    key_1 = (np.uint64(seed) >> _32) & _MASK
    a = np.uint64(low)
    b = np.uint64(high)
    c = np.uint64(third)
    d = np.uint64(fourth)
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * a
        product_1 = _MULTIPLIER_1 * c
        a = ((product_1 >> _32) ^ b ^ key_0) & _MASK
        b = product_1 & _MASK
        c = ((product_0 >> _32) ^ d ^ key_1) & _MASK
        d = product_0 & _MASK
        key_0 = (key_0 + _WEYL_0) & _MASK
        key_1 = (key_1 + _WEYL_1) & _MASK
    return a, b, c, d


@compiled_formula
def firm_words(
    seed: Word, stream: int, month: int, four: Word, key: Word
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the words of the rounds 4 ``four`` to 4 ``four`` + 3 of a firm's month."""
    identity = np.uint64(key)
    third = np.uint64(month) << np.uint64(20)
    fourth = (np.uint64(stream) << np.uint64(16)) | np.uint64(four)
    return words(seed, identity & _MASK, identity >> _32, third, fourth)


@compiled_formula
def slot_words(
    seed: Word, stream: int, month: int, key: Word, four: Word
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the words of the slots 4 ``four`` to 4 ``four`` + 3 of a buyer."""
    identity = np.uint64(key)
    third = (np.uint64(month) << np.uint64(20)) | np.uint64(four)
    return words(seed, identity & _MASK, identity >> _32, third, np.uint64(stream) << np.uint64(16))


@compiled_formula
def as_uniform(word: np.uint64) -> float:
    """Return a word of 32 bits as a number in the open interval (0, 1)."""
    # Through a number of 32 bits with a sign, for which processors have an instruction.
    return (float(np.int32(np.int64(word) - _HALF)) + 2147483648.5) * _SCALE


@compiled_formula
def limit_of(chance: float) -> np.int64:
    """Return the number that exactly the words are below whose `as_uniform` is below a chance from 0 to 1."""
    # A whole number in the last bits of another one, because few processors convert several large ones at once.
    return np.float64(np.ceil(chance * 4294967296.0 - 0.5) + _ROUNDER).view(np.int64) - _ROUNDER_BITS


@compiled_formula
def _chosen(number: np.uint64, four: tuple[np.uint64, np.uint64, np.uint64, np.uint64]) -> np.uint64:
    """Return one of four words."""
    a, b, c, d = four
    if number < np.uint64(2):
        return a if number == np.uint64(0) else b
    return c if number == np.uint64(2) else d


@compiled_formula
def uniform(seed: Word, stream: int, month: int, round: int, key: Word) -> float:  # noqa: A002 - the field's word
    """Return the draw in the open interval (0, 1) that belongs to a firm, a multiple of 2^-33.

    Parameters
    ----------
    seed, key : int
        Unsigned 64-bit seed of the run and key of the firm.
    stream : int
        Purpose, a member of `Stream` (below 65,536).
    month, round : int
        Month (below 4,096) and round within it (below 65,536).
    """
    number = np.uint64(round)
    return as_uniform(_chosen(number & np.uint64(3), firm_words(seed, stream, month, number >> np.uint64(2), key)))


@compiled_formula
def uniform_slot(seed: Word, stream: int, month: int, key: Word, slot: int) -> float:
    """Return the draw in (0, 1) that belongs to a slot (below 2**22) of a buyer, a multiple of 2^-33."""
    number = np.uint64(slot)
    return as_uniform(_chosen(number & np.uint64(3), slot_words(seed, stream, month, key, number >> np.uint64(2))))


@compiled_formula
def link_words(
    seed: Word, stream: int, month: int, key: Word, slot: int, candidate: Word
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the words of a candidate (below 65,535) for a slot (below 2**20) of a buyer."""
    identity = np.uint64(key)
    third = (np.uint64(month) << np.uint64(20)) | np.uint64(slot)
    fourth = (np.uint64(stream) << np.uint64(16)) | (np.uint64(candidate) + np.uint64(1))
    return words(seed, identity & _MASK, identity >> _32, third, fourth)


@compiled_formula
def as_fine_uniform(high: np.uint64, low: np.uint64) -> float:
    """Return two words as a number in the open interval (0, 1) with 52 random bits."""
    # The bits after the point of a number from 1 to 2.
    bits = (((np.uint64(high) << _32) | np.uint64(low)) >> np.uint64(12)) | np.uint64(0x3FF0000000000000)
    return np.uint64(bits).view(np.float64) - 1.0 + 2.0**-53


@compiled_formula
def uniform_link(seed: Word, stream: int, month: int, key: Word, slot: int, candidate: Word) -> float:
    """Return the first of `uniform_pair`."""
    a, b, _, _ = link_words(seed, stream, month, key, slot, candidate)
    return as_fine_uniform(a, b)


@compiled_formula
def uniform_pair(seed: Word, stream: int, month: int, key: Word, slot: int, candidate: Word) -> tuple[float, float]:
    """Return two draws in (0, 1) that belong to a candidate (below 65,535) for a slot (below 2**20) of a buyer."""
    a, b, c, d = link_words(seed, stream, month, key, slot, candidate)
    return as_fine_uniform(a, b), as_fine_uniform(c, d)


@compiled
def uniforms(seed: Word, stream: int, month: int, round: int, keys: NDArray[np.uint64]) -> NDArray[np.float64]:  # noqa: A002
    """Return `uniform` for every key, shape (n,)."""
    drawn = np.empty(keys.size, np.float64)
    for i in range(keys.size):
        drawn[i] = uniform(seed, stream, month, round, keys[i])
    return drawn


def firm_key(identity: int | str) -> int:
    """Return the key that addresses a firm's draws: its integer id, else 64 bits of BLAKE2b of its text id."""
    return int(text_keys([identity])[0]) if isinstance(identity, str) else int(identity)


def text_keys(identities: Iterable[str]) -> NDArray[np.uint64]:
    """Return (n,) keys of text ids: 64 bits of BLAKE2b of each."""
    from hashlib import blake2b

    digests = b"".join([blake2b(identity.encode(), digest_size=8).digest() for identity in identities])
    return np.frombuffer(digests, "<u8").astype(np.uint64)
