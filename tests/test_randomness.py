"""Addressed draws: the published generator, uniform and independent whatever part of the address changes."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation import randomness
from simulation.randomness import (
    Stream,
    as_fine_uniform,
    as_uniform,
    firm_key,
    uniform,
    uniform_link,
    uniform_slot,
    uniforms,
    words,
)

LONG = st.integers(0, 2**64 - 1)

# Philox 4x32 with seven rounds: counter, key, output words. From the file kat_vectors of Random123, the library of
# Salmon, Moraes, Dror and Shaw; the third vector takes its words from the digits of pi.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A),
    ),
]


@pytest.mark.parametrize("form", ["compiled", "plain"])
@pytest.mark.parametrize(("counter", "key", "output"), KNOWN, ids=["zeros", "ones", "pi"])
def test_the_generator_gives_the_published_words(form, counter, key, output):
    philox = words if form == "compiled" else words.plain
    assert tuple(map(int, philox(np.uint64(key[1] << 32 | key[0]), *map(np.uint64, counter)))) == output


@pytest.mark.parametrize("number", range(4))
def test_the_draws_at_address_zero_are_the_published_words(number):
    """Four rounds of a month, or four slots of a buyer, share one counter: a word each."""
    expected = (KNOWN[0][2][number] + 0.5) / 2**32
    assert uniform(0, 0, 0, number, 0) == expected
    assert uniform_slot(0, 0, 0, 0, number) == expected


def test_the_address_fills_the_counter():
    """Key in the first two words, month and slot in the third, purpose and round or candidate in the fourth."""
    key, seed = np.uint64(7 << 32 | 9), np.uint64(5)
    a, b, _, _ = words(seed, 9, 7, 3 << 20 | 11, 25 << 16 | 14)
    assert uniform_link(seed, 25, 3, key, 11, 13) == ((int(a) << 20 | int(b) >> 12) + 0.5) / 2**52
    assert uniform(seed, 25, 3, 42, key) == (int(words(seed, 9, 7, 3 << 20, 25 << 16 | 10)[2]) + 0.5) / 2**32
    assert uniform_slot(seed, 25, 3, key, 42) == (int(words(seed, 9, 7, 3 << 20 | 10, 25 << 16)[2]) + 0.5) / 2**32


@pytest.fixture(scope="module")
def as_written():
    """Return a context in which draws are made in plain Python throughout."""

    @contextmanager
    def patched():
        with pytest.MonkeyPatch.context() as patch:
            for name in (
                "words", "firm_words", "slot_words", "link_words", "as_uniform", "as_fine_uniform", "_chosen",
            ):  # fmt: skip
                patch.setattr(randomness, name, getattr(randomness, name).plain)
            yield

    return patched


@given(seed=LONG, stream=st.integers(0, 65535), month=st.integers(0, 4095), number=st.integers(0, 65535), key=LONG)
def test_plain_python_draws_the_same_bits_as_machine_code(as_written, seed, stream, month, number, key):
    address = (np.uint64(seed), stream, month, number, np.uint64(key))
    compiled = uniform(*address)
    with as_written():
        assert uniform.plain(*address) == compiled


@given(seed=LONG, month=st.integers(0, 4095), key=LONG, slot=st.integers(0, 2**20 - 1), candidate=st.integers(0, 65534))
def test_plain_python_draws_the_same_bits_for_links(as_written, seed, month, key, slot, candidate):
    of_link = (np.uint64(seed), 23, month, np.uint64(key), slot, candidate)
    compiled = uniform_link(*of_link), uniform_slot(*of_link[:5])
    with as_written():
        assert (uniform_link.plain(*of_link), uniform_slot.plain(*of_link[:5])) == compiled


@given(seed=LONG, month=st.integers(0, 4095), number=st.integers(0, 255), keys=st.lists(LONG, max_size=5))
def test_many_draws_are_the_draws_of_each(seed, month, number, keys):
    drawn = uniforms(np.uint64(seed), 20, month, number, np.array(keys, np.uint64))
    assert drawn.tolist() == [uniform(np.uint64(seed), 20, month, number, np.uint64(key)) for key in keys]


@pytest.mark.parametrize("word", [0, 1, 2**31 - 1, 2**31, 2**32 - 1])
def test_no_draw_is_zero_or_one(word):
    """Also at the ends of what the generator can give; the logarithm of a draw is therefore finite and not 0."""
    for form in (as_uniform, as_uniform.plain):
        assert 0.0 < form(np.uint64(word)) < 1.0
        assert form(np.uint64(word)) == (word + 0.5) / 2**32
    for form in (as_fine_uniform, as_fine_uniform.plain):
        assert 0.0 < form(np.uint64(word), np.uint64(word)) < 1.0


def along(dimension: str, count: int) -> np.ndarray:
    """Return draws at addresses that differ in one part only."""
    if dimension == "key":
        return uniforms(5, 20, 3, 1, np.arange(count, dtype=np.uint64))
    if dimension == "high key":
        return uniforms(5, 20, 3, 1, np.arange(count, dtype=np.uint64) << np.uint64(32))
    if dimension == "text key":
        return uniforms(5, 20, 3, 1, np.array([firm_key(f"firm {i}") for i in range(count)], np.uint64))
    addresses = {
        "seed": lambda i: uniform(i, 20, 3, 1, 7),
        "high seed": lambda i: uniform(np.uint64(i << 32), 20, 3, 1, 7),
        "month, round": lambda i: uniform(5, 20, i // 250, i % 250, 7),
        "stream": lambda i: uniform(5, i, 3, 1, 7),
        "slot": lambda i: uniform_slot(5, 24, 3, 7, i),
        "slot of a link": lambda i: uniform_link(5, 25, 3, 7, i, 0),
        "slot, candidate": lambda i: uniform_link(5, 25, 3, 7, i // 250, i % 250),
    }
    return np.array([addresses[dimension](i) for i in range(count)])


DIMENSIONS = {
    "key": 200_000, "high key": 200_000, "text key": 50_000, "seed": 40_000, "high seed": 40_000,
    "month, round": 40_000, "stream": 40_000, "slot": 40_000, "slot of a link": 40_000, "slot, candidate": 40_000,
}  # fmt: skip


@pytest.mark.statistical
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_draws_are_uniform_and_neighbours_independent(dimension):
    """Chi-square tests with 100 bins, and of pairs of neighbours with 10 x 10: false alarm 1e-6 each, 20 in all.

    Draws of 32 bits are equal by chance in about n^2 / 2^33 of n (the birthday problem): 4.7 of 200,000. Their number
    is close to a Poisson variable; more than its 1e-6 quantile would show that addresses share draws, and so would one
    of the draws of links, which have 52 bits.
    """
    count = DIMENSIONS[dimension]
    drawn = along(dimension, count)
    bits = 52 if "link" in dimension or "candidate" in dimension else 32
    assert count - np.unique(drawn).size <= stats.poisson.isf(1e-6, count * (count - 1) / 2 ** (bits + 1))
    singles = np.bincount((drawn * 100).astype(int), minlength=100)
    assert ((singles - count / 100) ** 2 / (count / 100)).sum() < stats.chi2.isf(1e-6, 99)
    cells = (drawn[:-1:2] * 10).astype(int) * 10 + (drawn[1::2] * 10).astype(int)
    pairs = np.bincount(cells, minlength=100)
    assert ((pairs - count / 200) ** 2 / (count / 200)).sum() < stats.chi2.isf(1e-6, 99)


@pytest.mark.statistical
@pytest.mark.parametrize(
    "other",
    [(6, 20, 3, 1), (5, 21, 3, 1), (5, 22, 3, 1), (5, 20, 4, 1), (5, 20, 3, 2), (5, 20, 2, 1)],
    ids=["seed", "stream", "stream 2", "month", "round", "month before"],
)
def test_draws_of_one_firm_are_independent_between_addresses(other):
    """Correlation over 100,000 firms: below 5 standard errors of 1/sqrt(n), false alarm 6e-7 for each address."""
    keys = np.arange(100_000, dtype=np.uint64)
    first, second = uniforms(5, 20, 3, 1, keys), uniforms(*other, keys)
    assert (first != second).all()
    assert abs(np.corrcoef(first, second)[0, 1]) < 5.0 / np.sqrt(keys.size)


def test_draws_for_slots_and_for_links_are_different_in_one_stream():
    """Candidates are counted from 1 in the counter. By the first 32 bits: 255 + 255 x 4 draws, collisions 2e-4."""
    slots = {int(uniform_slot(1, 24, 0, 9, slot) * 2**32) for slot in range(255)}
    links = {int(uniform_link(1, 24, 0, 9, slot, number) * 2**32) for slot in range(4) for number in range(255)}
    assert len(slots | links) == 255 * 5


def test_a_firms_key_is_its_number_or_the_hash_of_its_name():
    assert firm_key(17) == 17
    assert firm_key(np.uint64(2**64 - 1)) == 2**64 - 1
    assert firm_key("K-001") == int.from_bytes(blake2b(b"K-001", digest_size=8).digest(), "little")
    assert firm_key("사출") == int.from_bytes(blake2b("사출".encode(), digest_size=8).digest(), "little")
    assert firm_key("17") != firm_key(17)


def test_purposes_keep_their_numbers():
    """A new number changes every published result; new purposes may be added."""
    numbers = {
        "SIZES": 1, "CAPACITY": 2, "SUPPLIER_COUNT": 3, "SUPPLIER_FITNESS": 4, "SUPPLIER_CELL": 5,
        "SUPPLIER_CHOICE": 6, "LINK_WEIGHT": 7, "LINK_CRITICAL": 8, "ADOPTION": 20, "LATE_EVENT": 21,
        "RATIONING": 23, "REVIEW": 24, "CANDIDATE": 25, "THRESHOLD": 27,
    }  # fmt: skip
    assert {name: int(Stream[name]) for name in numbers} == numbers


def test_no_two_purposes_share_a_number():
    assert len(Stream.__members__) == len({int(stream) for stream in Stream})
    assert all(0 < stream < 65536 for stream in Stream)
