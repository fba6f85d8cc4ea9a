"""Problems: what of a raw value is kept, and which codes there are."""

from __future__ import annotations

import pytest

from pipeline.core.errors import RAW_VALUE_LIMIT, FileRejected, NewsloomError, Problem, codes


def test_a_long_raw_value_is_cut_and_shows_it() -> None:
    kept = Problem("invalid_integer", "no number", raw_value="9" * 500).raw_value
    assert kept == "9" * (RAW_VALUE_LIMIT - 1) + "…"
    exact = "9" * RAW_VALUE_LIMIT
    assert Problem("invalid_integer", "no number", raw_value=exact).raw_value == exact


def test_no_text_of_a_problem_is_empty() -> None:
    problem = Problem("invalid_item", "", field="", raw_value="")
    assert (problem.message, problem.field, problem.raw_value) == ('""', '""', '""')
    assert Problem("invalid_item", "no mapping").raw_value is None


def test_a_code_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError, match="'oops' is no problem code; there are unreadable_file"):
        Problem("oops", "a message")


def test_a_rejection_carries_its_problem() -> None:
    rejection = FileRejected("not_utf8", "byte 7", line=3, column=2)
    assert isinstance(rejection, NewsloomError)
    assert rejection.problem == Problem("not_utf8", "byte 7", line=3, column=2)
    assert rejection.problem.severity == "error"


def test_every_code_has_severity_cause_and_cure() -> None:
    assert {code.severity for code in codes().values()} == {"error", "warning"}
    assert all(code.cause.endswith(".") and code.cure.endswith(".") for code in codes().values())
