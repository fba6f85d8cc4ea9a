"""What `newsloom compare` shows."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pipeline.cli.verbs import main
from tests.build_fixtures import DATA_RAW, Builder

ASKED = ["compare", "--from", "2020..2020", "--to", "2021..2022"]


def test_it_shows_the_changes_with_their_n_and_intervals(built: Builder) -> None:
    out = str(built(DATA_RAW)[0])
    shown = CliRunner().invoke(main, [*ASKED, "--out", out])
    assert shown.exit_code == 0
    as_json = CliRunner().invoke(main, [*ASKED, "--out", out, "--json"])
    found = json.loads(as_json.stdout)
    assert f"n = {found['n_before']:,} articles of {found['providers_before']:,} providers" in (
        shown.stdout
    )
    for name in ("change", "constant_change", "make_up_change", "constant_low", "change_high"):
        assert f"{found[name]:+,.3f}" in shown.stdout
    assert found["strata"][0]["stratum"] in shown.stdout
    assert f"and {len(found['strata']) - 10} more that moved it less" in shown.stdout


@pytest.mark.parametrize("period", ["2020", "2020..x", "2020-02-30..2021"])
def test_a_wrong_period_is_a_wrong_request(built: Builder, period: str) -> None:
    arguments = ["compare", "--from", period, "--to", "2021..2022"]
    ended = CliRunner().invoke(main, [*arguments, "--out", str(built(DATA_RAW)[0])])
    assert ended.exit_code == 2
    assert "write FIRST..LAST" in ended.stderr
