"""What tests do with an open report, and values as it shows them."""

from __future__ import annotations

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from tests.report.chromium import Chromium


def go(page: Chromium, state: str) -> None:
    page.run(f"location.hash = {json.dumps(state)}")
    ready(page)


def ready(page: Chromium) -> None:
    """Wait until all that follows the filter is drawn."""
    page.run("new Promise(done => setTimeout(done, 0))")
    page.wait_for("document.querySelector('#explorer').dataset.ready === 'yes'")


def asked(browser: Chromium) -> set[str]:
    """What the browser asked for; a date field has a picture of Chromium's own, no request."""
    return {each for each in browser.requests if not each.startswith("data:")}


def shown_sql(page: Chromium, button: str) -> str:
    """The SQL that a button shows and copies."""
    page.run(f"document.querySelector({json.dumps(button)}).click()")
    sql = page.run("document.querySelector('#explorer-sql textarea').value")
    page.run("document.querySelector('#explorer-close').click()")
    return sql


def table_of(page: Chromium, chart: str) -> list[list[str]]:
    page.run(f"document.querySelector('#chart-{chart} details').open = true")
    page.wait_for(f"!!document.querySelector('#chart-{chart} details tbody')")
    return page.run(
        f"[...document.querySelectorAll('#chart-{chart} details tbody tr')]"
        ".map(row => [...row.cells].slice(0, -1).map(cell => cell.textContent))"
    )


def texts(page: Chromium, chosen: str) -> list[str]:
    return page.run(
        f"[...document.querySelectorAll({json.dumps(chosen)})].map(each => each.textContent)"
    )


def as_text(value: Any, is_mean: bool = False) -> str:
    """A value as the page shows it."""
    if pd.isna(value):
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    digits = "0.1" if is_mean or value != int(value) else "1"
    return f"{Decimal(str(float(value))).quantize(Decimal(digits), ROUND_HALF_UP):,}"


def as_shown(frame: pd.DataFrame) -> list[list[str]]:
    """Rows of a SELECT as the table behind a chart shows them."""
    rows = frame.astype(object)
    for name in frame.columns:
        rows[name] = [
            f"{as_text(100 * value, is_mean=True)} %"
            if name.endswith("_share")
            else as_text(value, name.startswith(("avg_", "median_")))
            for value in rows[name]
        ]
    return rows.values.tolist()
