"""Addressed draws: the published generator, uniform and independent whatever part of the address changes."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation import randomness
from simulation.randomness import Stream, firm_key, uniform, uniform_link, uniforms

WORDS = st.integers(0, 2**32 - 1)
LONG = st.integers(0, 2**64 - 1)

# Philox 4x32 with ten rounds: counter, key, first two output words. From the file kat_vectors of Random123, the
# library of Salmon, Moraes, Dror and Shaw; the third vector takes its words from the digits of pi.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0), (0xD16CFE09, 0x94FDCCEB)),
]


@pytest.mark.parametrize("form", ["compiled", "plain"])
@pytest.mark.parametrize(("counter", "key", "output"), KNOWN, ids=["zeros", "ones", "pi"])
def test_the_generator_gives_the_published_words(form, counter, key, output):
    philox = randomness._philox if form == "compiled" else randomness._philox.plain
    drawn = philox(np.uint64(key[1] << 32 | key[0]), *map(np.uint64, counter))
    assert int(drawn) == (output[0] << 32 | output[1]) >> 12


def test_the_draw_at_address_zero_is_the_published_word():
    assert uniform(0, 0, 0, 0, 0) == ((0x6627E8D5E169C58D >> 12) + 0.5) / 2**52


@given(seed=LONG, stream=st.integers(0, 65535), month=st.integers(0, 4095), number=st.integers(0, 255), key=LONG)
def test_plain_python_draws_the_same_bits_as_machine_code(seed, stream, month, number, key):
    with pytest.MonkeyPatch.context() as patch:
        compiled = uniform(np.uint64(seed), stream, month, number, np.uint64(key))
        patch.setattr(randomness, "_philox", randomness._philox.plain)
        assert uniform.plain(np.uint64(seed), stream, month, number, np.uint64(key)) == compiled


@given(seed=LONG, month=st.integers(0, 4095), key=LONG, slot=st.integers(0, 2**20 - 1), candidate=st.integers(0, 255))
def test_plain_python_draws_the_same_bits_for_links(seed, month, key, slot, candidate):
    with pytest.MonkeyPatch.context() as patch:
        compiled = uniform_link(np.uint64(seed), 23, month, np.uint64(key), slot, candidate)
        patch.setattr(randomness, "_philox", randomness._philox.plain)
        assert uniform_link.plain(np.uint64(seed), 23, month, np.uint64(key), slot, candidate) == compiled


@given(seed=LONG, month=st.integers(0, 4095), number=st.integers(0, 255), keys=st.lists(LONG, max_size=5))
def test_many_draws_are_the_draws_of_each(seed, month, number, keys):
    drawn = uniforms(np.uint64(seed), 20, month, number, np.array(keys, np.uint64))
    assert drawn.tolist() == [uniform(np.uint64(seed), 20, month, number, np.uint64(key)) for key in keys]


@pytest.mark.parametrize("bits", [0, 1, 2**51, 2**52 - 1])
def test_no_draw_is_zero_or_one(monkeypatch, bits):
    """Also at the ends of what the generator can give; the logarithm of a draw is therefore finite and not 0."""
    monkeypatch.setattr(randomness, "_philox", lambda *_: np.uint64(bits))
    assert 0.0 < uniform.plain(1, 2, 3, 4, 5) < 1.0
    assert uniform.plain(1, 2, 3, 4, 5) == (bits + 0.5) / 2**52


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
        "slot": lambda i: uniform_link(5, 25, 3, 7, i, 0),
        "slot, candidate": lambda i: uniform_link(5, 25, 3, 7, i // 250, i % 250),
    }
    return np.array([addresses[dimension](i) for i in range(count)])


DIMENSIONS = {
    "key": 200_000, "high key": 200_000, "text key": 50_000, "seed": 40_000, "high seed": 40_000,
    "month, round": 40_000, "stream": 40_000, "slot": 40_000, "slot, candidate": 40_000,
}  # fmt: skip


@pytest.mark.statistical
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_draws_are_uniform_and_neighbours_independent(dimension):
    """Chi-square tests with 100 bins, and of pairs of neighbours with 10 x 10: false alarm 1e-6 each, 18 in all."""
    count = DIMENSIONS[dimension]
    drawn = along(dimension, count)
    assert np.unique(drawn).size == count
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


def test_draws_for_firms_and_for_links_are_different_at_every_address_in_use():
    """The round and the candidate have different places in the counter."""
    firms = {uniform(1, 20, 0, number, 9) for number in range(1, 256)}
    links = {uniform_link(1, 20, 0, 9, 0, candidate) for candidate in range(1, 256)}
    assert len(firms | links) == 510


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
        "LATE_DAYS": 22, "RATIONING": 23, "REVIEW": 24, "CANDIDATE": 25, "NEW_SUPPLIER": 26,
    }  # fmt: skip
    assert {name: int(Stream[name]) for name in numbers} == numbers


def test_no_two_purposes_share_a_number():
    assert len(Stream.__members__) == len({int(stream) for stream in Stream})
    assert all(0 < stream < 65536 for stream in Stream)
