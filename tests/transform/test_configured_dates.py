"""Dates in formats and zones of their own are ISO 8601 afterwards; all else stays as written."""

from __future__ import annotations

import pytest

from pipeline.transform.configured_dates import iso_date

FORMATS = ("%d.%m.%Y %H:%M", "%d.%m.%Y", "%B %d, %Y", "%Y/%m/%d %I:%M %p %z")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-07-01T12:00:00", "2024-07-01T12:00:00+02:00"),
        (" 2024-01-01 12:00 ", "2024-01-01T12:00:00+01:00"),
        ("2024-07-01 12:00:00.5", "2024-07-01T12:00:00+02:00"),
        ("2024-07-01T12:00:00Z", "2024-07-01T12:00:00Z"),
        ("2024-07-01T12:00:00-05:00", "2024-07-01T12:00:00-05:00"),
        ("2024-07-01", "2024-07-01"),
        ("1.7.2024 9:05", "2024-07-01T09:05:00+02:00"),
        ("1.7.2024", "2024-07-01"),
        ("July 1, 2024", "2024-07-01"),
        ("2024/7/1 9:05 PM +0530", "2024-07-01T21:05:00+05:30"),
        ("1890-01-01 00:00:00", "1890-01-01T00:00:00+00:53"),
        ("31.2.2024", "31.2.2024"),
        ("2024-02-31 10:00", "2024-02-31 10:00"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert iso_date(text, FORMATS, "Europe/Berlin") == date
