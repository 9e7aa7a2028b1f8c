"""Broken files of every kind: a picture or one line comes out, soon; never anything else."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes

from digits.base.errors import BadPicture
from digits.images.decode import MAX_PAGES, decode
from digits.images.pixels import WORK
from tests.broken import DAMAGES, FILES, broken

SECONDS = 2
ROUNDS = 120  # of each kind of file in the run with a seed


def survive(source: object) -> bool:
    """Whether `source` gave pictures, once it is checked that they are, or that one line tells why there are none."""
    begun = time.monotonic()
    try:
        pages = decode(source)
    except BadPicture as refused:
        told = str(refused)
        pages = []
        if not told.isprintable() or len(told) > 400:
            raise AssertionError(told) from refused
    assert time.monotonic() - begun < SECONDS
    assert len(pages) <= MAX_PAGES
    for page in pages:
        assert page.pixels.dtype == np.uint8
        assert page.pixels.ndim == 2 or page.pixels.shape[2:] == (3,)
        assert 0 < page.pixels.shape[0] * page.pixels.shape[1] <= WORK * WORK
    return bool(pages)


DAMAGE = st.tuples(st.sampled_from(DAMAGES), st.integers(0, 4000), st.integers(0, 4000))


@pytest.mark.parametrize("name", FILES)
def test_the_originals_are_whole(name: str) -> None:
    assert survive(FILES[name])


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), st.lists(DAMAGE, min_size=1, max_size=5))
def test_damaged_files(name: str, damages: list[tuple[Callable[[bytes, int, int], bytes], int, int]]) -> None:
    content = FILES[name]
    for damage, at, much in damages:
        content = damage(content, at % len(content), much) if content else content
    survive(content)


@pytest.mark.parametrize("name", FILES)
def test_files_damaged_at_random_by_a_seed(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(sorted(FILES).index(name))
    for _ in range(ROUNDS):
        survive(broken(name, rng))
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err == "" or name.startswith("tiff")  # libtiff speaks for itself, past Python


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\0\x08\0\0\0", b"P5 "]),
    st.binary(),
)
def test_any_bytes(start: bytes, rest: bytes) -> None:
    survive(start + rest)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(arrays(scalar_dtypes(), array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9)))
def test_any_array(array: np.ndarray) -> None:
    survive(array)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_name(name: str) -> None:
    survive("none/" + name)
