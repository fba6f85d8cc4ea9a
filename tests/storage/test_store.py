"""Addresses of buckets, and what is said of a failure."""

from __future__ import annotations

import sys

import pytest

from pipeline.core.errors import UsageError
from pipeline.storage.store import is_failure, normalized, open_store, reason_of, split_address


@pytest.mark.parametrize(
    ("address", "root", "key"),
    [
        ("s3://bucket", "s3://bucket", ""),
        ("s3://bucket/a/b/", "s3://bucket", "a/b"),
        ("gs://bucket//a@b?c", "gs://bucket", "a@b?c"),
    ],
)
def test_an_address_has_a_bucket_and_a_key(address: str, root: str, key: str) -> None:
    assert split_address(address) == (root, key)
    assert normalized(address) == normalized(normalized(address)) == f"{root}/{key}".rstrip("/")


def test_credentials_in_an_address_are_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match=r"s3://…@bucket holds credentials") as caught:
        split_address("s3://key:hidden@bucket/a")
    assert "hidden" not in str(caught.value)
    with pytest.raises(UsageError, match="s3:// names no bucket"):
        split_address("s3://")


def test_a_reason_is_one_line_without_signatures() -> None:
    error = ValueError("GET https://a.example/b?sv=1&sig=hidden in 2 ms - status 403: no\nDebug")
    assert reason_of(error) == "GET https://a.example/b?… in 2 ms - status 403: no"
    assert reason_of(ValueError()) == "ValueError"
    assert len(reason_of(ValueError("x" * 999))) == 300


def test_a_failure_of_this_machine_is_none_of_the_bucket() -> None:
    assert not is_failure(OSError(28, "No space left on device"))
    assert is_failure(FileNotFoundError("Object at location a not found"))
    assert not is_failure(KeyError("a"))


def test_the_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(UsageError, match=r"s3://bucket needs a library more: .*newsloom\[cloud\]"):
        open_store("s3://bucket")
