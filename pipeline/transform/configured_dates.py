"""Dates in the formats and the zone of an archive → the same in ISO 8601, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipeline.transform.casts import ISO_TIME

_CLOCKS = ("%H", "%I", "%c", "%X", "%T", "%R")


@lru_cache(maxsize=16_384)
def iso_date(text: str, formats: tuple[str, ...], zone: str) -> str:
    """The text in ISO 8601: a day, or a time with the offset of its zone.

    A time that names no zone is in `zone`, a day stays a day. What is in ISO 8601 already and needs
    no zone is returned as it is, and so is what is in none of the formats, or never was.
    """
    found = ISO_TIME.fullmatch(text.strip())
    if found and (found["zone"] or not found["hour"]):
        return text
    try:
        if found:
            time = f"{found['hour']}:{found['minute']}:{found['second'] or '00'}"
            day = f"{found['year']}-{found['month']}-{found['day']}"
            return _with_zone(datetime.fromisoformat(f"{day}T{time}"), zone)
        return _formatted(text.strip(), formats, zone) or text
    except (ValueError, OverflowError):
        return text


def day_in(zone: str, time: datetime | None) -> date | None:
    """The day of a time in UTC, without zone, as a zone has it; None for none."""
    if time is None:
        return None
    return time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def _formatted(text: str, formats: tuple[str, ...], zone: str) -> str | None:
    for each in formats:
        try:
            moment = datetime.strptime(text, each)
        except ValueError:
            continue
        has_time = any(clock in each for clock in _CLOCKS)
        return _with_zone(moment, zone) if has_time else moment.date().isoformat()
    return None


def _with_zone(moment: datetime, zone: str) -> str:
    """A time with an offset of whole minutes, which is that of `zone` if it has none itself."""
    offset = moment.utcoffset()
    if offset is None:
        offset = moment.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = timedelta(minutes=offset // timedelta(minutes=1))
    return moment.replace(tzinfo=timezone(minutes), microsecond=0).isoformat()
