"""An archive is cut into shares, each file in one of them, in order."""

from __future__ import annotations

import pytest

from pipeline.sources import shares
from pipeline.sources.shares import MAX_BYTES, MAX_FILES, cut


@pytest.mark.parametrize("size", [0, 10_000, shares.MAX_BYTES - 1, shares.MAX_BYTES, 10**10])
@pytest.mark.parametrize("count", [0, 1, 100, 9_000])
def test_at_least_so_many_shares_are_cut(count: int, size: int) -> None:
    sizes = [size] * count
    cut = list(shares.cut(range(count), sizes))
    assert [index for share in cut for index in share] == list(range(count))


def test_a_share_is_full_by_files_or_by_bytes() -> None:
    assert [len(each) for each in cut(range(MAX_FILES + 1), [1] * (MAX_FILES + 1))] == [
        MAX_FILES,
        1,
    ]
    sizes = [MAX_BYTES // 2] * 3 + [3 * MAX_BYTES, 1]
    assert [list(each) for each in cut(range(5), sizes)] == [[0, 1], [2], [3], [4]]


def test_only_the_files_given_are_cut() -> None:
    assert [list(each) for each in cut([7, 2, 5], [1] * 9)] == [[7, 2, 5]]
