"""Casts of single values by the contract."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transform.casts import (
    INTEGER_MAX,
    INTEGER_MIN,
    BadValue,
    to_boolean,
    to_integer,
    to_timestamp,
)

CASTS: tuple[Callable[[str], object], ...] = (
    to_integer,
    to_boolean,
    to_timestamp,
)


def code_of(cast: Callable[[str], object], value: str) -> str:
    with pytest.raises(BadValue) as bad:
        cast(value)
    return bad.value.code


@pytest.mark.parametrize("cast", CASTS)
@pytest.mark.parametrize("absent", ["", " ", "\n\t"])
def test_absent_is_none(cast: Callable[[str], object], absent: str) -> None:
    assert cast(absent) is None


@given(st.integers(INTEGER_MIN, INTEGER_MAX), st.sampled_from(["", "0", "000", "0" * 5_000]))
def test_integers_read_back(number: int, zeros: str) -> None:
    sign = "-" if number < 0 else "+"
    assert to_integer(str(number)) == number
    assert to_integer(f" {sign}{zeros}{abs(number)} ") == number


@pytest.mark.parametrize(
    "text", [str(INTEGER_MAX + 1), str(INTEGER_MIN - 1), "1" * 30, "-" + "9" * 10_000]
)
def test_integers_out_of_range(text: str) -> None:
    assert code_of(to_integer, text) == "integer_out_of_range"


@pytest.mark.parametrize(
    "text", ["1.0", "1e3", "0x1f", "1_000", "1,000", "-", "+-1", "٣", "½", "1 2"]
)
def test_what_is_no_integer(text: str) -> None:
    assert code_of(to_integer, text) == "invalid_integer"


@pytest.mark.parametrize("word", ["true", "yes", "on", "false", "no", "off"])
def test_booleans_in_any_case(word: str) -> None:
    expected = word in {"true", "yes", "on"}
    assert {to_boolean(word), to_boolean(word.upper()), to_boolean(f" {word.title()} ")} == {
        expected
    }


@pytest.mark.parametrize("text", ["1", "0", "y", "n", "t", "truee", "yes no"])
def test_what_is_no_boolean(text: str) -> None:
    assert code_of(to_boolean, text) == "invalid_boolean"


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(
    datetime(1678, 1, 2),
    datetime(2261, 12, 30),
    timezones=st.builds(
        lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1_439, 1_439)
    ),
)


@given(MOMENTS, st.sampled_from("T t"), st.booleans())
def test_timestamps_read_back_whatever_their_zone(
    moment: datetime, separator: str, with_fraction: bool
) -> None:
    text = moment.isoformat(separator, "microseconds" if with_fraction else "seconds")
    assert to_timestamp(text) == (moment.replace(microsecond=0) - EPOCH) // timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2020-02-11", "2020-02-11T00:00:00"),
        ("2020-02-29T01:02", "2020-02-29T01:02:00"),
        ("2020-02-11T18:11:00", "2020-02-11T18:11:00"),
        ("2020-02-11 18:11:00.999999999Z", "2020-02-11T18:11:00"),
        ("2020-02-11T18:11:00,5+01", "2020-02-11T17:11:00"),
        ("2020-02-11 18:11:00 -0530", "2020-02-11T23:41:00"),
        ("1678-01-01T00:00:00Z", "1678-01-01T00:00:00"),
        ("2261-12-31T23:59:59Z", "2261-12-31T23:59:59"),
    ],
)
def test_forms_of_time(text: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC) - EPOCH
    assert to_timestamp(text) == expected.total_seconds()


@pytest.mark.parametrize(
    "text",
    [
        *("2020-02-30", "2021-02-29", "2020-13-01", "2020-00-10", "2020-01-01T24:00:00Z"),
        *("2020-01-01T10:60", "2020-01-01T23:59:60Z", "2020-01-01T10", "2020-01-01T"),
        *("0000-01-01", "20200101", "2020-1-1", "11 February 2020", "1581444660", "now"),
        *("2020-01-01Z", "2020-01-01T10:00+24:00", "2020-01-01T10:00+05:60", "²020-01-01"),
        *("0001-01-01T00:00:00+14:00", "2020-01-01T10:00:00 EST", "2020-01-01T10:00:00.Z"),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert code_of(to_timestamp, text) == "invalid_timestamp"


@pytest.mark.parametrize(
    "text", ["1677-12-31", "2262-01-01", "0900-01-01", "9999-12-31", "2261-12-31T23:00:00-05:00"]
)
def test_times_that_readers_cannot_hold(text: str) -> None:
    assert code_of(to_timestamp, text) == "timestamp_out_of_range"


@given(st.text())
def test_any_text_is_cast_or_refused(text: str) -> None:
    for cast in CASTS:
        with suppress(BadValue):
            cast(text)
