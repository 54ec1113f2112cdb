import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from simulation.page.container import KINDS, packed, unpacked

WHOLE = [kind for kind in KINDS if kind != "float32"]


@given(st.sampled_from(WHOLE).flatmap(lambda kind: arrays(kind, array_shapes(min_dims=1, max_dims=2, min_side=0))))
def test_whole_numbers_come_back_as_they_were_in_either_form(array):
    header, found = unpacked(packed({}, {"plain": array, "slow": array}, ["slow"]))
    assert header == {}
    for name in ("plain", "slow"):
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_numbers_with_a_point_and_not_a_number_come_back_bit_for_bit():
    array = np.array([[1.5, np.nan], [-0.0, np.inf]], np.float32)
    _, found = unpacked(packed({"seed": 7, "name": "이름 </script>"}, {"a": array}))
    assert found["a"].tobytes() == array.tobytes()


def test_the_header_comes_back_whatever_its_texts_are():
    header = {"names": ["</script><script>alert(1)</script>", "수도권", "\ud800", ""], "n": [1, None, True]}
    assert unpacked(packed(header, {}))[0] == header


def test_what_changes_slowly_takes_little_room():
    slow = np.cumsum(np.random.default_rng(1).integers(0, 3, (96, 1000)), axis=0).astype(np.uint16)
    assert len(packed({}, {"a": slow}, ["a"])) < 0.4 * len(zlib.compress(slow.tobytes(), 6))


def test_the_form_is_the_one_that_the_page_reads():
    """Length of the header, header, planes of bytes, differences: written out by hand."""
    raw = zlib.decompress(packed({}, {"a": np.array([258, 259, 1], np.uint16)}, ["a"]))
    length = int.from_bytes(raw[:4], "little")
    assert raw[4 : 4 + length].startswith(b'{"arrays":{"a":{"kind":"uint16","shape":[3],"first":0')
    # 258 = 1 x 256 + 2, then + 1, then - 258 = 65278 = 254 x 256 + 254
    assert list(raw[4 + length :]) == [2, 1, 254, 1, 0, 254]


@pytest.mark.parametrize("array", [np.zeros(2), np.zeros(2, np.int64)])
def test_types_that_the_page_cannot_read_are_refused(array):
    with pytest.raises(ValueError, match="cannot be packed"):
        packed({}, {"a": array})


def test_differences_of_numbers_with_a_point_and_headers_with_nan_are_refused():
    with pytest.raises(ValueError, match="cannot be packed so"):
        packed({}, {"a": np.zeros(2, np.float32)}, ["a"])
    with pytest.raises(ValueError, match="JSON compliant"):
        packed({"value": float("nan")}, {})
